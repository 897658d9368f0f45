//! The query string of a request, read strictly; a mistake names its parameter, in our own words.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::body::in_our_words;
use crate::errors::{ApiError, Code};

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Query<T>(T);

impl<T> Query<T> {
    /// What was asked for, to keep.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        let parser = error.into_inner().to_string();
        match in_our_words("parameter", &path, &parser) {
            Some((parameter, detail)) => ApiError::new(Code::InvalidQuery)
                .detail(detail)
                .with("parameter", parameter),
            None => ApiError::new(Code::InvalidQuery),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Page {
        at: jiff::Timestamp,
        limit: Option<i64>,
    }

    #[test]
    fn a_mistake_names_its_parameter_and_is_never_in_the_parsers_words() {
        let said = |text: &str| parse::<Page>(text).unwrap_err().to_string();
        let at = "at=2026-01-01T00:00:00Z";
        assert!(parse::<Page>(&format!("{at}&limit=5")).is_ok());
        for (text, expected) in [
            (format!("{at}&limit=many"), "limit is not what this parameter takes"),
            (format!("{at}&limit="), "limit is not what this parameter takes"),
            ("at=yesterday".to_owned(), "at is not what this parameter takes"),
            (format!("{at}&page=2"), "there is no parameter page"),
            (format!("{at}&limit=1&limit=2"), "the parameter limit is there twice"),
            (String::new(), "the parameter at is missing"),
        ] {
            assert_eq!(said(&text), format!("invalid_query: {expected}"), "{text}");
        }
    }
}
