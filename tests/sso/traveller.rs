//! A person's browser on its way from the hub to the provider and back: follows redirects, keeps each site's cookies to itself,
//! fills in the provider's pages.

use std::collections::BTreeMap;

use kit::{Answer, Browser, RawAnswer, TestApp};

use super::process::Provider;

/// Redirects and pages of one visit at the provider.
const MOST_STEPS: usize = 12;

/// A browser.
#[derive(Clone, Default)]
pub(super) struct Traveller {
    hub: BTreeMap<String, String>,
    provider: BTreeMap<String, String>,
}

impl Traveller {
    /// Goes all the way and says where it landed.
    pub(super) async fn sign_in(&mut self, app: &TestApp, provider: &Provider, login: &str) -> Answer {
        let there = self.leave(app, "").await;
        let back = self.visit(provider, &there, login).await;
        self.come_back(app, &back).await
    }

    /// Asks the hub for the way to the provider.
    pub(super) async fn leave(&mut self, app: &TestApp, query: &str) -> String {
        self.leave_for(app, &format!("/sso/test/start{query}")).await
    }

    /// The same, for another provider.
    pub(super) async fn leave_for(&mut self, app: &TestApp, path: &str) -> String {
        let answer = self.ask(app, path).await;
        assert_eq!(answer.status(), 303, "{}", answer.text());
        location(&answer.raw)
    }

    /// Signs in and consents on the provider's pages, until it sends the browser elsewhere: there.
    pub(super) async fn visit(&mut self, provider: &Provider, url: &str, login: &str) -> String {
        self.walk(provider, url, Some(login)).await
    }

    /// The same, but declines.
    pub(super) async fn decline(&mut self, provider: &Provider, url: &str) -> String {
        self.walk(provider, url, None).await
    }

    async fn walk(&mut self, provider: &Provider, url: &str, login: Option<&str>) -> String {
        let mut answer = self.at(provider, "GET", url, "").await;
        for _ in 0..MOST_STEPS {
            if let 301..=308 = answer.status {
                let next = location(&answer);
                if next.starts_with("https://hub.test") {
                    return next;
                }
                answer = self.at(provider, "GET", &next, "").await;
                continue;
            }
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            assert_eq!(answer.status, 200, "{page}");
            let action = between(&page, "action=\"", "\"").expect("a form");
            let form = match (login, page.contains("value=\"login\"")) {
                (None, _) => {
                    answer = self.at(provider, "GET", &format!("{action}/abort"), "").await;
                    continue;
                }
                (Some(login), true) => format!("prompt=login&login={login}&password=x"),
                (Some(_), false) => "prompt=consent".to_owned(),
            };
            answer = self.at(provider, "POST", &action, &form).await;
        }
        panic!("the provider sends the browser round in circles");
    }

    /// Follows the provider's redirect to the hub.
    pub(super) async fn come_back(&mut self, app: &TestApp, url: &str) -> Answer {
        self.ask(app, url.strip_prefix("https://hub.test").expect("the hub"))
            .await
    }

    /// Asks the hub with the cookies it has there.
    pub(super) async fn ask(&mut self, app: &TestApp, path: &str) -> Answer {
        let mut call = app.get(path).without("authorization");
        if !self.hub.is_empty() {
            call = call.header("cookie", header_of(&self.hub));
        }
        let answer = call.send().await;
        keep(&mut self.hub, &answer.raw);
        answer
    }

    async fn at(&mut self, provider: &Provider, method: &str, url: &str, form: &str) -> RawAnswer {
        let origin = provider.issuer();
        let path = url.strip_prefix(origin.as_str()).unwrap_or(url);
        let mut headers = vec![("cookie", header_of(&self.provider))];
        if method == "POST" {
            headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        }
        let answer = provider.send(method, path, &headers, form).await;
        keep(&mut self.provider, &answer);
        answer
    }

    /// What the hub had it keep for the way.
    pub(super) fn keeps_for_the_way(&self) -> Option<&String> {
        self.hub.get("__Host-entrepot-sso")
    }

    /// Takes the place of what the hub had it keep.
    pub(super) fn plant(&mut self, value: &str) {
        let _before = self.hub.insert("__Host-entrepot-sso".to_owned(), value.to_owned());
    }

    /// The session it has now, as a browser at the hub.
    pub(super) async fn browser(&self, app: &TestApp) -> Browser {
        let mut browser = Browser {
            token: Some(self.hub.get("__Host-entrepot").expect("a session").clone()),
            csrf: None,
        };
        let current = browser.current(app).await;
        browser.csrf = current["csrf_token"].as_str().map(str::to_owned);
        browser
    }

    pub(super) fn has_session(&self) -> bool {
        self.hub.contains_key("__Host-entrepot")
    }
}

/// Where an answer sends the browser.
pub(super) fn location(answer: &RawAnswer) -> String {
    let found = answer.headers.iter().find(|(name, _)| name == "location");
    found
        .unwrap_or_else(|| panic!("{} without a location", answer.status))
        .1
        .clone()
}

/// Demands that the hub sends the browser to its own page with this problem, and no session.
#[track_caller]
pub(super) fn problem(answer: &Answer, code: &str) {
    assert_eq!(answer.status(), 303, "{}", answer.text());
    assert_eq!(location(&answer.raw), format!("/sign-in?problem={code}"));
    let cookies = answer.raw.headers.iter().filter(|(name, _)| name == "set-cookie");
    for (_, cookie) in cookies {
        assert!(!cookie.starts_with("__Host-entrepot="), "{cookie}");
    }
}

/// The value of a parameter in an address.
pub(super) fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

/// The address with another value of a parameter.
pub(super) fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let old = parameter(url, name).expect("the parameter");
    url.replacen(&format!("{name}={old}"), &format!("{name}={value}"), 1)
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0.to_owned())
}

fn header_of(jar: &BTreeMap<String, String>) -> String {
    let pairs = jar.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("; ")
}

fn keep(jar: &mut BTreeMap<String, String>, answer: &RawAnswer) {
    for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a cookie");
        if value.is_empty() || attributes.to_lowercase().contains("max-age=0") || attributes.contains("01 Jan 1970") {
            let _gone = jar.remove(name);
        } else {
            let _before = jar.insert(name.to_owned(), value.to_owned());
        }
    }
}
