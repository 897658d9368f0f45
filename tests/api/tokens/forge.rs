//! Tokens as an attacker would make them: with the hub's own key (which no attacker has, so that exactly one thing is
//! wrong with each), or with another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kit::TestApp;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::Value;

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// What a good token is made of.
pub(crate) struct Forge {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) hub: Ed25519KeyPair,
}

impl Forge {
    /// The parts of a token that the hub gave, and the key it signed it with.
    pub(crate) fn of(app: &TestApp, token: &str) -> Self {
        let mut parts = token.split('.');
        let mut part = || serde_json::from_slice(&decode(parts.next().unwrap())).unwrap();
        let (header, claims) = (part(), part());
        let kid = header_text(&header, "kid");
        let folder = std::fs::read_dir(app.folder.join("token-keys")).unwrap();
        let path = folder
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_string_lossy().ends_with(&format!("-{kid}.key")))
            .unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let seed: Vec<u8> = (0..64)
            .step_by(2)
            .map(|start| u8::from_str_radix(&text[start..start + 2], 16).unwrap())
            .collect();
        let hub = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        Self { header, claims, hub }
    }

    /// Signed by the hub's key.
    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        self.raw(&header.to_string(), &claims.to_string())
    }

    /// The same from texts, which need not be what serializers write.
    pub(crate) fn raw(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self.hub.sign(signed.as_bytes());
        format!("{signed}.{}", encode(signature.as_ref()))
    }

    /// Signed by somebody else.
    pub(crate) fn by(&self, key: &Ed25519KeyPair, header: &Value) -> String {
        let signed = format!("{}.{}", encode(header.to_string()), encode(self.claims.to_string()));
        format!("{signed}.{}", encode(key.sign(signed.as_bytes()).as_ref()))
    }

    pub(crate) fn public(&self) -> &[u8] {
        self.hub.public_key().as_ref()
    }

    /// The header with these members set; null takes one out.
    pub(crate) fn header_with(&self, members: Value) -> Value {
        with(&self.header, members)
    }

    /// The claims with these members set; null takes one out.
    pub(crate) fn claims_with(&self, members: Value) -> Value {
        with(&self.claims, members)
    }
}

fn header_text(header: &Value, name: &str) -> String {
    header[name].as_str().unwrap().to_owned()
}

fn with(object: &Value, members: Value) -> Value {
    let mut changed = object.clone();
    let Value::Object(members) = members else {
        panic!("{members} is no object")
    };
    for (name, value) in members {
        if value.is_null() {
            changed.as_object_mut().unwrap().remove(&name);
        } else {
            changed[name.as_str()] = value;
        }
    }
    changed
}
