//! Checking what somebody entered. Texts that are wrong are never said back: one of them may be a secret in the wrong field.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::{FieldKind, FieldSpec, Provider};
use crate::secrets::{SecretText, is_masked};

/// Longer than any key in use; TikTok's and PayPal's have up to 80 characters, SMTP tokens up to 2,000.
const MAX_CHARS: usize = 4_096;
/// RFC 1035, section 2.3.4.
const MAX_HOST_CHARS: usize = 253;

/// What the settings are to be, checked.
pub struct SettingsChange {
    /// Whose they are.
    pub provider: Provider,
    /// All fields that are not secret.
    pub plain: BTreeMap<&'static str, String>,
    /// Secrets that are new; `None` takes one away. Others stay as they are.
    pub secrets: BTreeMap<&'static str, Option<SecretText>>,
}

/// One thing wrong with what was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which field, by our name for it; none for one that we do not know.
    pub field: Option<&'static str>,
    /// What is wrong and what would be right.
    pub what: String,
}

impl FieldProblem {
    fn of(spec: &FieldSpec, what: impl Into<String>) -> Self {
        Self {
            field: Some(spec.name),
            what: what.into(),
        }
    }
}

/// Checks what was entered for `provider`. A secret that is not mentioned stays when it is among `held`.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn check(
    provider: Provider,
    mut given: BTreeMap<String, Option<SecretText>>,
    held: &BTreeSet<String>,
) -> Result<SettingsChange, Vec<FieldProblem>> {
    let mut change = SettingsChange {
        provider,
        plain: BTreeMap::new(),
        secrets: BTreeMap::new(),
    };
    let mut problems = Vec::new();
    for spec in provider.fields() {
        let entered = given.remove(spec.name);
        if let Err(problem) = take(&mut change, spec, entered, held.contains(spec.name)) {
            problems.push(problem);
        }
    }
    if !given.is_empty() {
        let known: Vec<&str> = provider.fields().iter().map(|spec| spec.name).collect();
        problems.push(FieldProblem {
            field: None,
            what: format!("there are other fields than {}", known.join(", ")),
        });
    }
    problems.extend(check_together(&change, held));
    if problems.is_empty() { Ok(change) } else { Err(problems) }
}

fn take(
    change: &mut SettingsChange,
    spec: &'static FieldSpec,
    entered: Option<Option<SecretText>>,
    is_held: bool,
) -> Result<(), FieldProblem> {
    let missing = || FieldProblem::of(spec, "must be given");
    match entered {
        None if spec.is_secret && is_held => Ok(()),
        None if spec.is_required => Err(missing()),
        None => Ok(()),
        Some(None) if spec.is_required => Err(missing()),
        Some(None) => {
            if spec.is_secret {
                change.secrets.insert(spec.name, None);
            }
            Ok(())
        }
        Some(Some(text)) => {
            check_text(spec, text.reveal())?;
            if spec.is_secret {
                change.secrets.insert(spec.name, Some(text));
            } else {
                change.plain.insert(spec.name, text.reveal().to_owned());
            }
            Ok(())
        }
    }
}

fn check_text(spec: &FieldSpec, text: &str) -> Result<(), FieldProblem> {
    let chars = text.chars().count();
    if !(1..=MAX_CHARS).contains(&chars) || text.chars().any(char::is_control) || text.trim() != text {
        let words = format!("must be 1 to {MAX_CHARS} characters without blanks around them or control characters");
        return Err(FieldProblem::of(spec, words));
    }
    if spec.is_secret && is_masked(text) {
        let words = "is the masked text that was shown; leave the field out to keep the secret";
        return Err(FieldProblem::of(spec, words));
    }
    let (is_right, wanted) = match spec.kind {
        FieldKind::Text => (true, String::new()),
        FieldKind::Digits => (text.bytes().all(|byte| byte.is_ascii_digit()), "digits".to_owned()),
        FieldKind::Host => (is_host(text), "a DNS name or an IP address".to_owned()),
        FieldKind::Port => (text.parse::<u16>().is_ok_and(|port| port > 0), "1 to 65535".to_owned()),
        FieldKind::Email => (is_email(text), "an e-mail address".to_owned()),
        FieldKind::Choice(words) => (words.contains(&text), format!("one of {}", words.join(", "))),
    };
    if is_right {
        Ok(())
    } else {
        Err(FieldProblem::of(spec, format!("must be {wanted}")))
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Digits and dots that are no address are an address in a form that some resolvers take: 0177.1, 2130706433.
    let looks_numeric = text.split('.').next_back().is_some_and(|last| {
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x")
    });
    text.parse::<IpAddr>().is_ok() || (text.len() <= MAX_HOST_CHARS && !looks_numeric && text.split('.').all(is_label))
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    (1..=64).contains(&local.len())
        && local.bytes().all(is_local)
        && is_host(domain)
        && domain.parse::<IpAddr>().is_err()
}

/// What concerns several fields: a mail server's name and password.
fn check_together(change: &SettingsChange, held: &BTreeSet<String>) -> Option<FieldProblem> {
    if change.provider != Provider::Smtp {
        return None;
    }
    let password = change.provider.field("password")?;
    let has_password = match change.secrets.get("password") {
        Some(given) => given.is_some(),
        None => held.contains("password"),
    };
    if has_password != change.plain.contains_key("username") {
        return Some(FieldProblem::of(
            password,
            "must be given together with username, or neither",
        ));
    }
    let is_open = change.plain.get("security").is_some_and(|word| word == "none");
    (has_password && is_open).then(|| FieldProblem::of(password, "must not travel in clear: choose tls or starttls"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(fields: &[(&str, Option<&str>)]) -> BTreeMap<String, Option<SecretText>> {
        let entry = |(name, text): &(&str, Option<&str>)| {
            ((*name).to_owned(), text.map(|text| SecretText::new(text.to_owned())))
        };
        fields.iter().map(entry).collect()
    }

    fn problems(provider: Provider, fields: &[(&str, Option<&str>)]) -> Vec<String> {
        check(provider, given(fields), &BTreeSet::new())
            .err()
            .map_or_else(Vec::new, |problems| {
                let said = |problem: FieldProblem| format!("{}: {}", problem.field.unwrap_or("-"), problem.what);
                problems.into_iter().map(said).collect()
            })
    }

    const SMTP: &[(&str, Option<&str>)] = &[
        ("host", Some("mail.example.com")),
        ("port", Some("587")),
        ("security", Some("starttls")),
        ("username", Some("shop")),
        ("password", Some("correct horse")),
        ("from", Some("shop@example.com")),
    ];

    fn smtp_with(name: &'static str, text: &'static str) -> Vec<String> {
        let fields: Vec<_> = SMTP
            .iter()
            .map(|field| if field.0 == name { (name, Some(text)) } else { *field })
            .collect();
        problems(Provider::Smtp, &fields)
    }

    #[test]
    fn plain_fields_and_secrets_are_told_apart() {
        let change = check(Provider::Smtp, given(SMTP), &BTreeSet::new()).ok().unwrap();
        assert_eq!(change.plain.get("host").unwrap(), "mail.example.com");
        assert!(!change.plain.contains_key("password"));
        assert_eq!(change.secrets["password"].as_ref().unwrap().reveal(), "correct horse");
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_no_text_is_said_back() {
        let said = problems(
            Provider::Shopee,
            &[
                ("partner_id", Some("sk_canary")),
                ("sk_canary", Some("sk_canary")),
                ("environment", Some("sk_canary")),
            ],
        );
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(!said.concat().contains("sk_canary"), "{said:?}");
    }

    #[test]
    fn a_secret_that_is_held_may_be_left_out_kept_replaced_or_taken_away() {
        let held = BTreeSet::from(["secret_key".to_owned(), "webhook_secret".to_owned()]);
        let kept = check(Provider::Stripe, given(&[]), &held).ok().unwrap();
        assert!(kept.secrets.is_empty());
        let taken = check(Provider::Stripe, given(&[("webhook_secret", None)]), &held)
            .ok()
            .unwrap();
        assert!(taken.secrets["webhook_secret"].is_none());
        assert!(check(Provider::Stripe, given(&[("secret_key", None)]), &held).is_err());
        assert!(check(Provider::Stripe, given(&[]), &BTreeSet::new()).is_err());
        assert!(check(Provider::Stripe, given(&[("secret_key", Some("••••••••7890"))]), &held).is_err());
    }

    #[test]
    fn hosts_ports_and_addresses_are_what_they_say() {
        for host in [
            "a b",
            "-x.com",
            "x..com",
            "0177.0.0.1",
            "2130706433",
            "0x7f000001",
            "mail.example.com:25",
            "a/b",
            "user@host",
        ] {
            assert_eq!(
                smtp_with("host", host),
                ["host: must be a DNS name or an IP address"],
                "{host}"
            );
        }
        for host in [
            "localhost",
            "10.0.0.1",
            "::1",
            "xn--bcher-kva.example",
            "MAIL.example.com",
        ] {
            assert_eq!(smtp_with("host", host), Vec::<String>::new(), "{host}");
        }
        assert_eq!(smtp_with("port", "0").len() + smtp_with("port", "65536").len(), 2);
        for from in [
            "shop",
            "@example.com",
            "a b@example.com",
            "a@b@",
            "a\"@example.com",
            "a@10.0.0.1",
        ] {
            assert_eq!(smtp_with("from", from), ["from: must be an e-mail address"], "{from}");
        }
    }

    #[test]
    fn a_mail_password_needs_a_name_and_never_travels_in_clear() {
        assert_eq!(
            smtp_with("security", "none"),
            ["password: must not travel in clear: choose tls or starttls"]
        );
        let nameless: Vec<_> = SMTP.iter().filter(|field| field.0 != "username").copied().collect();
        assert_eq!(problems(Provider::Smtp, &nameless).len(), 1);
        let open = [("security", Some("none")), SMTP[0], SMTP[1], SMTP[5]];
        assert_eq!(problems(Provider::Smtp, &open), Vec::<String>::new());
    }
}
