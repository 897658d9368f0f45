//! Where somebody lands after signing in: a page of ours, however the wish is spelled.

/// Longer wishes are nobody's.
const MAX_CHARS: usize = 1_000;
/// What is no page: an answer for programs, and the way out to a provider, which would go round in circles.
const NO_PAGES: &[&str] = &["api", "sso"];

/// Whether a text is a path of this site and nothing else: browsers read `//evil`, `/\evil` and `/⇥/evil` as other sites. No
/// path of ours needs an escape; what follows `?` or `#` may have some.
#[must_use]
pub fn is_own_path(text: &str) -> bool {
    let (path, rest) = match text.find(['?', '#']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let is_path_char = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    let is_rest_char = |c: char| c.is_ascii_alphanumeric() || "-._~/?#%=&+:@!$'()*,;[]".contains(c);
    let has_dots = path.split('/').any(|part| part == "." || part == "..");
    let first = path.split('/').nth(1).unwrap_or_default();
    text.len() <= MAX_CHARS
        && path.starts_with('/')
        && !path.contains("//")
        && !has_dots
        && path.chars().all(is_path_char)
        && rest.chars().all(is_rest_char)
        && !NO_PAGES.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_ours_are_taken_with_what_follows_them() {
        for right in [
            "/",
            "/orders",
            "/orders/",
            "/orders/1?state=new&q=red%20lamp#line-2",
            "/apiary",
        ] {
            assert!(is_own_path(right), "{right}");
        }
    }

    #[test]
    fn no_spelling_leads_to_another_site_or_round_in_circles() {
        let wrong = [
            "",
            "orders",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%2fevil.example",
            "%2f%2fevil.example",
            "/%5cevil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/orders/../api/v1",
            "/@evil.example",
            " /orders",
            "/orders\r\nSet-Cookie: x=y",
            "/orders?x=\"<script>",
            "/orders?\\",
            "/ünï",
            "/sso/google/start",
            "/sso",
            "/api/docs/",
        ];
        for wrong in wrong {
            assert!(!is_own_path(wrong), "{wrong:?}");
        }
        assert!(!is_own_path(&format!("/{}", "a".repeat(MAX_CHARS))));
    }
}
