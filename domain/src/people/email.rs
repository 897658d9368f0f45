//! E-mail addresses as people sign in with them.

/// RFC 5321's bound on a path.
const MAX_CHARS: usize = 254;
const MAX_LOCAL_CHARS: usize = 64;

/// An address in the one form it is stored and compared in: trimmed and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address in this text, if it is one. Quoted local parts and address literals are none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@')?;
        let is_local = (1..=MAX_LOCAL_CHARS).contains(&local.len()) && local.chars().all(is_local_char);
        let no_empty_part = |text: &str| text.split('.').all(|part| !part.is_empty());
        let is_domain = domain.contains('.') && no_empty_part(domain) && domain.chars().all(is_domain_char);
        let is_address = is_local && no_empty_part(local) && is_domain && text.len() <= MAX_CHARS;
        is_address.then_some(Self(text))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the @.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_local_char(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

fn is_domain_char(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '.'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_form() {
        let address = EmailAddress::parse("  Mei.Lin+shop@Example.COM ").unwrap();
        assert_eq!(
            (address.as_str(), address.local_part()),
            ("mei.lin+shop@example.com", "mei.lin+shop")
        );
    }

    #[test]
    fn what_could_break_a_mails_head_or_is_no_address_is_refused() {
        let long = format!("{}@example.com", "x".repeat(65));
        for text in [
            "",
            "mei",
            "@example.com",
            "mei@",
            "mei@localhost",
            "mei@example..com",
            ".mei@example.com",
            "mei lin@example.com",
            "mei@example.com\r\nBcc: all@example.com",
            "mei\n@example.com",
            "\"mei\"@example.com",
            "mei@[127.0.0.1]",
            "a@b@example.com",
            "mei@exam ple.com",
            "mei\0@example.com",
            "<mei@example.com>",
            "mei,lin@example.com",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), None, "{text:?}");
        }
    }
}
