//! Settings of single sign-on: one section `[sign_in.<name>]` for each provider.

use std::path::Path;
use std::sync::Arc;

use actors::sso::{ProviderSettings, issuer};
use domain::secrets::SecretText;

use super::Reader;

/// What a section may hold.
pub(super) const FIELDS: &[&str] = &[
    "kind",
    "title",
    "issuer",
    "domain",
    "realm",
    "client_id",
    "client_secret",
    "client_secret_file",
    "scopes",
    "email_domains",
];
const KINDS: &[&str] = &["oidc", "google", "auth0", "clerk", "keycloak"];
/// What people know the well-known ones as.
const TITLES: &[(&str, &str)] = &[
    ("google", "Google"),
    ("auth0", "Auth0"),
    ("clerk", "Clerk"),
    ("keycloak", "Keycloak"),
];
const MOST_NAME_CHARS: usize = 32;
/// Asked for when nothing else is said: whom the provider means, and their verified address.
const SCOPES: &[&str] = &["email", "profile"];

/// All providers, by name.
pub(super) fn read(reader: &mut Reader) -> Vec<ProviderSettings> {
    let names = reader.names_below("sign_in");
    names.iter().map(|name| provider(reader, name)).collect()
}

fn provider(reader: &mut Reader, name: &str) -> ProviderSettings {
    let key = |field: &str| format!("sign_in.{name}.{field}");
    let is_name_char = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if !(1..=MOST_NAME_CHARS).contains(&name.len()) || !name.bytes().all(is_name_char) {
        let wanted = "must be 1 to 32 of a-z, 0-9, - and _: it is part of an address";
        reader.mistake(&format!("sign_in.{name}"), wanted);
    }
    let kind = match reader.text(&key("kind")) {
        kind if kind.is_empty() => "oidc".to_owned(),
        _ => reader.one_of(&key("kind"), KINDS),
    };
    let usual = TITLES
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(name, |(_, title)| title);
    let title = match reader.text(&key("title")) {
        title if title.is_empty() => usual.to_owned(),
        _ => reader.text_of(&key("title"), 1, 60),
    };
    ProviderSettings {
        name: name.to_owned(),
        title,
        issuer: issuer_of(reader, name, &kind),
        client_id: reader.text_of(&key("client_id"), 1, 500),
        client_secret: client_secret(reader, name),
        scopes: scopes(reader, &key("scopes")),
        email_domains: reader.list(&key("email_domains"), "domains such as example.com", domain),
    }
}

/// Each kind takes what it needs and nothing else: what is not looked at would be believed to hold.
fn issuer_of(reader: &mut Reader, name: &str, kind: &str) -> String {
    let needed: &[&str] = match kind {
        "google" => &[],
        "auth0" | "clerk" => &["domain"],
        "keycloak" => &["domain", "realm"],
        _ => &["issuer"],
    };
    let mut given = |field: &str| {
        let key = format!("sign_in.{name}.{field}");
        let text = reader.text(&key);
        let wanted = match (needed.contains(&field), text.is_empty()) {
            (true, true) => Some(format!("is needed for kind \"{kind}\"")),
            (false, false) => Some(format!("says nothing for kind \"{kind}\"")),
            (true, false) if field == "issuer" && !is_issuer(&text) => {
                Some("must be like https://login.example/path, exactly as the provider calls itself".to_owned())
            }
            (true, false) if field == "domain" && domain_of_url(&text).is_none() => {
                Some("must be like login.example, without https://".to_owned())
            }
            (true, false)
                if field == "realm"
                    && !text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) =>
            {
                Some("must be a realm's name".to_owned())
            }
            _ => None,
        };
        if let Some(wanted) = wanted {
            reader.mistake(&key, wanted);
        }
        text
    };
    let (own, domain, realm) = (given("issuer"), given("domain"), given("realm"));
    issuer(kind, &domain, &realm).unwrap_or(own)
}

/// Tokens are only believed over TLS; a provider on this machine may do without.
fn is_issuer(text: &str) -> bool {
    let is_clean = !text.contains(['?', '#', '@', ' ']);
    let here = ["http://localhost:", "http://127.0.0.1:", "http://[::1]:"];
    let after = here
        .iter()
        .chain(&["https://"])
        .find_map(|scheme| text.strip_prefix(scheme));
    is_clean && after.is_some_and(|rest| !rest.is_empty())
}

fn domain_of_url(text: &str) -> Option<&str> {
    let is_domain_char = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
    (text.contains('.') && text.bytes().all(is_domain_char)).then_some(text)
}

fn domain(text: &str) -> Option<String> {
    domain_of_url(text)
        .filter(|text| !text.contains(':'))
        .map(str::to_lowercase)
}

fn scopes(reader: &mut Reader, key: &str) -> Vec<String> {
    let is_scope_char = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let given = reader.list(key, "scopes such as email", |text| {
        text.bytes().all(is_scope_char).then(|| text.to_owned())
    });
    if given.is_empty() {
        SCOPES.iter().map(|scope| (*scope).to_owned()).collect()
    } else {
        given.into_iter().filter(|scope| scope != "openid").collect()
    }
}

/// From the settings, or from a file that only the hub can read; none for a public client.
fn client_secret(reader: &mut Reader, name: &str) -> Option<Arc<SecretText>> {
    let (key, file_key) = (
        format!("sign_in.{name}.client_secret"),
        format!("sign_in.{name}.client_secret_file"),
    );
    let (secret, file) = (reader.text(&key), reader.text(&file_key));
    let secret = match (secret.is_empty(), file.is_empty()) {
        (true, true) => return None,
        (false, true) => secret,
        (true, false) => match std::fs::read_to_string(Path::new(&file)) {
            Ok(text) if !text.trim().is_empty() => text.trim().to_owned(),
            Ok(_) => {
                reader.mistake(&file_key, "is empty");
                return None;
            }
            Err(error) => {
                reader.mistake(&file_key, format!("cannot be read: {error}"));
                return None;
            }
        },
        (false, false) => {
            reader.mistake(&key, format!("must not be given together with {file_key}"));
            return None;
        }
    };
    Some(Arc::new(SecretText::new(secret)))
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn load(toml: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, toml).unwrap();
        Settings::load(Some(&file), std::iter::empty()).map_err(|mistakes| mistakes.to_string())
    }

    #[test]
    fn well_known_kinds_need_what_their_issuer_is_made_of() {
        let settings = load(
            "[sign_in.google]\nkind = \"google\"\nclient_id = \"a\"\nclient_secret = \"s\"\nemail_domains = [\"Shop.example\"]\n\
             [sign_in.a]\nkind = \"auth0\"\ndomain = \"shop.eu.auth0.com\"\nclient_id = \"a\"\n\
             [sign_in.c]\nkind = \"clerk\"\ndomain = \"clerk.shop.example\"\nclient_id = \"a\"\n\
             [sign_in.k]\nkind = \"keycloak\"\ndomain = \"sso.shop.example:8443\"\nrealm = \"staff\"\nclient_id = \"a\"\n\
             [sign_in.own]\ntitle = \"The office\"\nissuer = \"https://login.shop.example/x\"\nclient_id = \"a\"\nscopes = [\"openid\", \"email\"]\n",
        )
        .unwrap();
        let read = |name: &str| settings.sign_in.iter().find(|one| one.name == name).unwrap();
        assert_eq!(read("google").issuer, "https://accounts.google.com");
        assert_eq!(
            (read("google").title.as_str(), &read("google").email_domains[..]),
            ("Google", &["shop.example".to_owned()][..])
        );
        assert_eq!(read("a").issuer, "https://shop.eu.auth0.com/");
        assert_eq!(read("c").issuer, "https://clerk.shop.example");
        assert_eq!(read("k").issuer, "https://sso.shop.example:8443/realms/staff");
        assert_eq!(
            (read("own").title.as_str(), read("own").scopes.len()),
            ("The office", 1)
        );
        assert!(!format!("{settings:?}").contains("\"s\""));
    }

    #[test]
    fn mistakes_are_named_by_their_key() {
        let said = load(
            "[sign_in.google]\nkind = \"google\"\nissuer = \"https://x.example\"\n\
             [sign_in.k]\nkind = \"keycloak\"\ndomain = \"https://sso.example\"\nclient_id = \"a\"\nclient_secret = \"s\"\nclient_secret_file = \"/x\"\n\
             [sign_in.own]\nissuer = \"http://login.example\"\nclient_id = \"a\"\nclient_secret_file = \"/nowhere\"\n\
             [sign_in.other]\nkind = \"saml\"\nclient_id = \"a\"\nclient_secrte = \"s\"\n\
             [sign_in.\"Bad Name\"]\nissuer = \"https://x.example\"\nclient_id = \"a\"\n",
        )
        .unwrap_err();
        for key in [
            "sign_in.google.issuer",
            "sign_in.google.client_id",
            "sign_in.k.domain",
            "sign_in.k.realm",
            "sign_in.k.client_secret ",
            "sign_in.own.issuer",
            "sign_in.own.client_secret_file",
            "sign_in.other.kind",
            "sign_in.other.client_secrte",
            "sign_in.Bad Name",
        ] {
            assert!(said.contains(key), "{key} is missing in\n{said}");
        }
        assert!(said.contains("did you mean sign_in.other.client_secret?"), "{said}");
    }
}
