//! The signed form of an access token: RFC 7515's compact form with Ed25519 and nothing else.
//!
//! Nothing in a token chooses how it is checked: the algorithm is fixed, the key comes from the hub's own memory by its id,
//! and a header with any member beyond `alg`, `typ` and `kid` is none of ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::tokens::{AccessClaims, ClaimsRefused};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use super::signing_keys::{SigningKey, SigningKeys};

const ALGORITHM: &str = "EdDSA";
/// RFC 9068: an access token and no other kind.
const TYPE: &str = "at+jwt";
/// Three times the longest that is ever issued.
const MAX_BYTES: usize = 4_096;
/// `{"` in base64url: how every such token begins, and no API key does.
const BEGINNING: &str = "eyJ";
const HEADER_MEMBERS: usize = 3;

/// Why a token is not believed. For the log; a caller hears that it is not authenticated, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// Not three parts of base64url, or too long.
    #[error("not a token")]
    Form,
    /// Another algorithm, another type, or a header with more in it.
    #[error("a header that is none of ours")]
    Header,
    /// Signed by no key of ours, or a key that is gone.
    #[error("an unknown key")]
    Key,
    /// The signature does not fit.
    #[error("a wrong signature")]
    Signature,
    /// A claim is missing, of another type, or one too many.
    #[error("claims that are none of ours")]
    Claims,
    /// The claims say no.
    #[error(transparent)]
    Said(#[from] ClaimsRefused),
}

/// Whether a bearer's secret is meant as an access token.
#[must_use]
pub fn is_access_token(secret: &str) -> bool {
    secret.starts_with(BEGINNING)
}

/// Signs.
pub(crate) fn seal(claims: &AccessClaims, key: &SigningKey) -> String {
    let header = serde_json::json!({ "alg": ALGORITHM, "typ": TYPE, "kid": key.id });
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.pair.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
    token
}

/// Checks form, header and signature, and only then reads what is said.
///
/// # Errors
/// The first reason not to believe it. Whether its time is over, [`AccessClaims::check`] says.
pub(crate) fn open(token: &str, keys: &SigningKeys) -> Result<AccessClaims, TokenRefused> {
    if token.len() > MAX_BYTES {
        return Err(TokenRefused::Form);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenRefused::Form)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenRefused::Form)?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenRefused::Form);
    let key = keys
        .find(&key_id(&decode(header)?).ok_or(TokenRefused::Header)?)
        .ok_or(TokenRefused::Key)?;
    let signature = decode(signature)?;
    UnparsedPublicKey::new(&ED25519, key.public())
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| TokenRefused::Signature)?;
    serde_json::from_slice(&decode(claims)?).map_err(|_| TokenRefused::Claims)
}

/// The key's id in a header that is exactly ours.
fn key_id(header: &[u8]) -> Option<String> {
    let Ok(Value::Object(members)) = serde_json::from_slice(header) else {
        return None;
    };
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let is_ours = members.len() == HEADER_MEMBERS && text("alg") == Some(ALGORITHM) && text("typ") == Some(TYPE);
    is_ours.then(|| text("kid").map(str::to_owned)).flatten()
}
