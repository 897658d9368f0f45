//! How the hub meets the world: its public address, the proxies it believes, the sites it answers, and its limits.

use actors::tokens::TokenSettings;
use jiff::SignedDuration;
use web::{EdgeSettings, LimitSettings, Network};

use super::reader::Reader;

/// More would be no limit.
const MOST_A_MINUTE: usize = 1_000_000_000;
/// Who issues tokens when no public address is set.
const NAMELESS_ISSUER: &str = "entrepot";

pub(super) fn read(reader: &mut Reader) -> EdgeSettings {
    let public_url = reader.text("server.public_url");
    let is_usable = public_url.is_empty() || is_origin(&public_url);
    if !is_usable {
        let wanted = "must be like https://hub.example, without a path";
        reader.mistake("server.public_url", wanted);
    }
    let trusted_proxies = reader.list("server.trusted_proxies", "addresses such as 10.0.0.0/8", |text| {
        text.parse::<Network>().ok()
    });
    let wanted = "origins such as https://shop.example, without a path";
    let allowed_origins = reader.list("server.cors_origins", wanted, |text| {
        is_origin(text).then(|| text.to_owned())
    });
    let mut limit = |name: &str| {
        let number = reader.number(&format!("limits.{name}_per_minute"), 0, MOST_A_MINUTE);
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    let limits = LimitSettings {
        sign_in: limit("sign_in"),
        lookup: limit("lookup"),
        read: limit("read"),
        write: limit("write"),
        checkout: limit("checkout"),
        operators: limit("operators"),
    };
    EdgeSettings {
        public_url: Some(public_url).filter(|url| !url.is_empty()),
        trusted_proxies,
        allowed_origins,
        limits,
    }
}

pub(super) fn read_tokens(reader: &mut Reader, edges: &EdgeSettings) -> TokenSettings {
    let days = reader.number("tokens.rotate_keys_after_days", 1, 3_650);
    TokenSettings {
        issuer: edges.public_url.clone().unwrap_or_else(|| NAMELESS_ISSUER.to_owned()),
        rotate_after: SignedDuration::from_hours(i64::try_from(days).unwrap_or(1) * 24),
    }
}

/// Whether the text is an origin exactly as browsers write it.
pub(super) fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let is_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    matches!(scheme, "http" | "https") && !rest.is_empty() && rest.bytes().all(is_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_more() {
        for right in ["https://shop.example", "http://127.0.0.1:3000", "https://[::1]:8080"] {
            assert!(is_origin(right), "{right}");
        }
        let wrong = [
            "*",
            "null",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://Shop.example",
        ];
        for wrong in wrong
            .into_iter()
            .chain(["ftp://x", "https://x?y", "https://a@b", "https://x https://y"])
        {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }
}
