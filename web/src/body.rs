//! JSON bodies: bounded in bytes and in time, read strictly, refused in our own words.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::{FutureExt, LocalBoxFuture};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use crate::errors::{ApiError, Code};

/// A hundred basket lines need 8 KiB.
const MAX_BYTES: usize = 64 * 1024;
/// actix-web bounds the time for headers, not for bodies.
const DEADLINE: Duration = Duration::from_secs(10);
/// Characters of a caller's own field name that are said back.
const SHOWN_CHARS: usize = 60;

/// A body of type `T`, with the bytes it was read from.
pub struct Body<T> {
    /// What was asked.
    pub value: T,
    /// The bytes, for the request's digest.
    pub raw: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if let Err(error) = check_headers(request) {
            return std::future::ready(Err(error)).boxed_local();
        }
        let payload = payload.take();
        async move {
            let raw = collect_in_time(payload).await?;
            Ok(Self {
                value: parse(&raw)?,
                raw,
            })
        }
        .boxed_local()
    }
}

fn check_headers(request: &HttpRequest) -> Result<(), ApiError> {
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(Code::UnsupportedMediaType));
    }
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    if length
        .and_then(|text| text.parse::<usize>().ok())
        .is_some_and(|length| length > MAX_BYTES)
    {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> ApiError {
    ApiError::new(Code::BodyTooLarge).with("max_bytes", MAX_BYTES)
}

/// Small bodies come with their head: they are there at the second look, and only what is later needs a timer.
async fn collect_in_time(payload: Payload) -> Result<Bytes, ApiError> {
    let mut collecting = pin!(collect(payload));
    let mut has_looked = false;
    let at_once = poll_fn(|context| match collecting.as_mut().poll(context) {
        Poll::Ready(raw) => Poll::Ready(Some(raw)),
        Poll::Pending if has_looked => Poll::Ready(None),
        Poll::Pending => {
            has_looked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    });
    if let Some(raw) = at_once.await {
        return raw;
    }
    match tokio::time::timeout(DEADLINE, collecting).await {
        Ok(raw) => raw,
        Err(_) => Err(ApiError::new(Code::BodyTooSlow).with("seconds", DEADLINE.as_secs())),
    }
}

async fn collect(mut payload: Payload) -> Result<Bytes, ApiError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(Code::MalformedJson).detail("the body was cut short"))?;
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(too_large());
        }
        if body.is_empty() && body.capacity() == 0 {
            body = BytesMut::from(chunk);
        } else {
            body.extend_from_slice(&chunk);
        }
    }
    Ok(body.freeze())
}

/// A JSON object and nothing else: derived readers would also take an array of a struct's values in order.
#[derive(Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyMaps<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMaps<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(OnlyMaps(PhantomData))
    }
}

fn parse<T: DeserializeOwned>(raw: &[u8]) -> Result<T, ApiError> {
    if has_nul_escape(raw) {
        return Err(ApiError::new(Code::MalformedJson).detail("the body contains a NUL character (\\u0000)"));
    }
    serde_json::from_slice::<Object<T>>(raw)
        .map(|Object(value)| value)
        .map_err(|error| {
            if error.classify() == serde_json::error::Category::Data {
                explain::<T>(raw)
            } else {
                ApiError::new(Code::MalformedJson)
            }
        })
}

/// Whether a string in this JSON contains `\u0000`, which Postgres cannot store. An even number of backslashes before the
/// `u` is text, not an escape.
fn has_nul_escape(raw: &[u8]) -> bool {
    memchr::memmem::find_iter(raw, b"\\u0000").any(|at| {
        let before = raw.get(..at).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        backslashes.is_multiple_of(2)
    })
}

/// Reads again, slowly, to name the field. Only our own words and the field's name leave.
fn explain<T: DeserializeOwned>(raw: &[u8]) -> ApiError {
    let mut reader = serde_json::Deserializer::from_slice(raw);
    let Err(error) = serde_path_to_error::deserialize::<_, Object<T>>(&mut reader) else {
        return ApiError::new(Code::MalformedJson);
    };
    let path = error.path().to_string();
    let parser = error.into_inner().to_string();
    match in_our_words("field", &path, &parser) {
        Some((field, detail)) => ApiError::new(Code::InvalidField).detail(detail).with("field", field),
        // another kind of JSON value than an object
        None => ApiError::new(Code::MalformedJson),
    }
}

/// What a parser minds, in our own words: which field or parameter (`noun`), and what about it. `None` when it is none of
/// them. Only names that stand in our own types, or were sent, leave; both cut short.
pub(crate) fn in_our_words(noun: &str, path: &str, parser: &str) -> Option<(String, String)> {
    let quoted: String = parser
        .split('`')
        .nth(1)
        .unwrap_or_default()
        .chars()
        .take(SHOWN_CHARS)
        .collect();
    let at = |name: &str| {
        if path == "." {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    let (name, detail) = if parser.starts_with("missing field") {
        (at(&quoted), format!("the {noun} {} is missing", at(&quoted)))
    } else if parser.starts_with("unknown field") {
        // the path already ends in the unknown field's name
        let name = if path == "." { quoted.clone() } else { path.to_owned() };
        (name, format!("there is no {noun} {quoted}"))
    } else if parser.starts_with("duplicate field") {
        let name = if path == "." { quoted.clone() } else { path.to_owned() };
        (name, format!("the {noun} {quoted} is there twice"))
    } else if path == "." {
        return None;
    } else {
        (path.to_owned(), format!("{path} is not what this {noun} takes"))
    };
    let short = |text: String, most: usize| text.chars().take(most).collect::<String>();
    Some((short(name, SHOWN_CHARS * 2), short(detail, SHOWN_CHARS * 3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Line {
        quantity: i64,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Basket {
        lines: Vec<Object<Line>>,
    }

    fn said(raw: &str) -> String {
        parse::<Basket>(raw.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_named_by_field_and_never_in_the_parsers_words() {
        assert_eq!(
            said(r#"{"lines":[{"quantity":"2"}]}"#),
            "invalid_field: lines[0].quantity is not what this field takes"
        );
        assert_eq!(
            said(r#"{"lines":[{"quantity":9223372036854775808}]}"#),
            "invalid_field: lines[0].quantity is not what this field takes"
        );
        assert_eq!(
            said(r#"{"lines":[{}]}"#),
            "invalid_field: the field lines[0].quantity is missing"
        );
        assert_eq!(
            said(r#"{"lines":[],"price":1}"#),
            "invalid_field: there is no field price"
        );
        assert_eq!(
            said(r#"{"lines":[],"lines":[]}"#),
            "invalid_field: the field lines is there twice"
        );
        assert_eq!(
            said(r#"{"lines":[{"quantity":NaN}]}"#),
            "malformed_json: The body is not JSON"
        );
        assert_eq!(said(&"[".repeat(200)), "malformed_json: The body is not JSON");
    }

    #[test]
    fn a_nul_escape_is_refused_and_an_escaped_backslash_before_u0000_is_not() {
        assert!(has_nul_escape(br#"{"a":"\u0000"}"#));
        assert!(has_nul_escape(br#"{"a":"\\\u0000"}"#));
        assert!(!has_nul_escape(br#"{"a":"\\u0000"}"#));
    }
}
