//! The attack corpus of access tokens. Each attack differs from a token that is accepted in one thing only, so that its
//! refusal says what it seems to say; the good token is the twin of them all.

use kit::TestApp;
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;
use uuid::Uuid;

use super::exchange;
use super::forge::{Forge, decode, encode};

type Attacks = Vec<(String, String)>;

fn named(name: impl Into<String>, token: String) -> (String, String) {
    (name.into(), token)
}

/// Another algorithm, another key, another type: the header lies.
fn headers(forge: &Forge) -> Attacks {
    let mut attacks = Attacks::new();
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let header = forge.header_with(json!({ "alg": algorithm }));
        let signed = forge.token(&header, &forge.claims);
        let bare = signed.rsplit_once('.').unwrap().0;
        attacks.push(named(format!("alg {algorithm:?}, unsigned"), format!("{bare}.")));
        attacks.push(named(format!("alg {algorithm:?}, no third part"), bare.to_owned()));
        attacks.push(named(format!("alg {algorithm:?}, signed"), signed));
    }
    for (algorithm, kind) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        let header = forge.header_with(json!({ "alg": algorithm }));
        let signed = format!("{}.{}", encode(header.to_string()), encode(forge.claims.to_string()));
        let hex: String = forge.public().iter().map(|byte| format!("{byte:02x}")).collect();
        for (form, secret) in [("raw", forge.public().to_vec()), ("hex", hex.into_bytes())] {
            let tag = hmac::sign(&hmac::Key::new(kind, &secret), signed.as_bytes());
            let token = format!("{signed}.{}", encode(tag.as_ref()));
            attacks.push(named(format!("{algorithm} with the {form} public key"), token));
        }
    }
    for (name, members) in [
        ("alg RS256", json!({ "alg": "RS256" })),
        ("alg ES256", json!({ "alg": "ES256" })),
        ("no alg", json!({ "alg": null })),
        ("alg a number", json!({ "alg": 1 })),
        ("typ JWT", json!({ "typ": "JWT" })),
        ("typ of another kind", json!({ "typ": "rt+jwt" })),
        ("no typ", json!({ "typ": null })),
        ("kid a path", json!({ "kid": "../../../../etc/passwd" })),
        ("kid a file of ours", json!({ "kid": "children.secret" })),
        ("kid SQL", json!({ "kid": "' OR '1'='1" })),
        ("kid empty", json!({ "kid": "" })),
        ("kid a number", json!({ "kid": 0 })),
        ("no kid", json!({ "kid": null })),
        ("crit", json!({ "crit": ["exp"] })),
        ("zip", json!({ "zip": "DEF" })),
        ("b64 false", json!({ "b64": false })),
    ] {
        let header = forge.header_with(members);
        attacks.push(named(name, forge.token(&header, &forge.claims)));
    }
    attacks
}

/// A key of the attacker's own, offered in every way a header can offer one.
fn foreign_keys(forge: &Forge) -> Attacks {
    let mallory = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(mallory.public_key().as_ref()) });
    let mut attacks = vec![named("another key under our kid", forge.by(&mallory, &forge.header))];
    for (name, members) in [
        ("jwk", json!({ "jwk": jwk })),
        ("jwk under a kid of its own", json!({ "jwk": jwk, "kid": "mallory" })),
        ("jku", json!({ "jku": "https://mallory.example/keys.json" })),
        ("x5u", json!({ "x5u": "https://mallory.example/chain.pem" })),
        ("x5c", json!({ "x5c": ["MIIB"] })),
    ] {
        let header = forge.header_with(members);
        attacks.push(named(name, forge.by(&mallory, &header)));
        attacks.push(named(
            format!("{name}, although signed by us"),
            forge.token(&header, &forge.claims),
        ));
    }
    attacks
}

/// Claims that are missing, of another type, or not for now and here.
fn claims(forge: &Forge, foreign_org: Uuid) -> Attacks {
    let now = forge.claims["iat"].as_i64().unwrap();
    let unknown = Uuid::from_u128(9);
    let mut attacks = Attacks::new();
    for name in ["iss", "aud", "sub", "org", "sid", "jti", "scope", "iat", "nbf", "exp"] {
        let claims = forge.claims_with(json!({ name: null }));
        attacks.push(named(format!("no {name}"), forge.token(&forge.header, &claims)));
    }
    for (name, members) in [
        ("exp a text", json!({ "exp": (now + 900).to_string() })),
        ("exp a fraction", json!({ "exp": now as f64 + 900.5 })),
        ("exp an array", json!({ "exp": [now + 900] })),
        ("exp true", json!({ "exp": true })),
        (
            "exp in the past",
            json!({ "exp": now - 1, "iat": now - 901, "nbf": now - 901 }),
        ),
        ("exp now", json!({ "exp": now, "iat": now - 900, "nbf": now - 900 })),
        ("exp in a hundred years", json!({ "exp": now + 3_153_600_000_i64 })),
        ("exp beyond all bounds", json!({ "exp": u64::MAX })),
        ("nbf in an hour", json!({ "nbf": now + 3_600 })),
        ("nbf a text", json!({ "nbf": now.to_string() })),
        ("iat in an hour", json!({ "iat": now + 3_600, "exp": now + 3_900 })),
        ("iat a text", json!({ "iat": now.to_string() })),
        ("iss of another", json!({ "iss": "https://mallory.example" })),
        ("iss a list", json!({ "iss": ["entrepot"] })),
        ("iss empty", json!({ "iss": "" })),
        ("aud of another", json!({ "aud": "console" })),
        (
            "aud a list with ours in it",
            json!({ "aud": ["entrepot-api", "console"] }),
        ),
        ("sub of no key", json!({ "sub": unknown })),
        ("sid of no family", json!({ "sid": unknown })),
        ("org of a neighbour", json!({ "org": foreign_org })),
        ("org of nobody", json!({ "org": unknown })),
        (
            "a scope that does not exist",
            json!({ "scope": "stock:read stock:steal" }),
        ),
        ("a claim too many", json!({ "admin": true })),
    ] {
        let claims = forge.claims_with(members);
        attacks.push(named(name, forge.token(&forge.header, &claims)));
    }
    let twice = forge
        .claims
        .to_string()
        .replacen('{', &format!("{{\"exp\":{},", now + 1), 1);
    attacks.push(named("exp twice", forge.raw(&forge.header.to_string(), &twice)));
    attacks
}

/// A good token, damaged.
fn damage(good: &str, other: &str) -> Attacks {
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        panic!("three parts")
    };
    let bytes = decode(signature);
    let mut flipped = bytes.clone();
    flipped[10] ^= 1;
    let others = other.rsplit_once('.').unwrap().1;
    let swapped = claims.chars().rev().collect::<String>();
    [
        (
            "signature cut short",
            format!("{header}.{claims}.{}", encode(&bytes[..63])),
        ),
        (
            "half a signature",
            format!("{header}.{claims}.{}", encode(&bytes[..32])),
        ),
        (
            "signature too long",
            format!("{header}.{claims}.{}", encode([&bytes[..], &[0]].concat())),
        ),
        ("no signature", format!("{header}.{claims}.")),
        ("one bit flipped", format!("{header}.{claims}.{}", encode(&flipped))),
        ("signature of zeros", format!("{header}.{claims}.{}", encode([0; 64]))),
        ("another token's signature", format!("{header}.{claims}.{others}")),
        ("padding", format!("{header}.{claims}.{signature}==")),
        ("claims turned round", format!("{header}.{swapped}.{signature}")),
        ("a part too many", format!("{good}.{signature}")),
        ("a part too few", format!("{claims}.{signature}")),
        ("five parts", format!("{header}..{claims}.{signature}.{signature}")),
        ("empty claims", format!("{header}..{signature}")),
        ("a space inside", good.replacen('.', ". ", 1)),
        ("endless", format!("{header}.{}.{signature}", claims.repeat(50))),
    ]
    .map(|(name, token)| named(name, token))
    .into()
}

#[tokio::test]
async fn no_forged_token_is_accepted_and_the_good_one_is() {
    let app = TestApp::start().await;
    let neighbour = app.second_organization().await;
    let pair = exchange(&app, &["stock:read"]).await;
    let good = pair["access_token"].as_str().unwrap();
    let other = exchange(&app, &["stock:read"]).await;
    let forge = Forge::of(&app, good);
    let attacks: Attacks = [
        headers(&forge),
        foreign_keys(&forge),
        claims(&forge, neighbour.id),
        damage(good, other["access_token"].as_str().unwrap()),
        vec![named(
            "a refresh token",
            pair["refresh_token"].as_str().unwrap().to_owned(),
        )],
    ]
    .concat();
    let mut accepted = Vec::new();
    for (name, token) in &attacks {
        for (method, path) in [("POST", "/api/v1/ping"), ("GET", "/api/v1/stock/items")] {
            let answer = app.call(method, path).api_key(token).send().await;
            if answer.status() != 401 {
                accepted.push(format!("{name}: {method} {path} says {}", answer.status()));
                continue;
            }
            // Whatever is wrong, the answer is the one that no token at all gets.
            let nobody = app.call(method, path).without("authorization").send().await;
            assert_eq!(
                answer.problem(401, "unauthenticated"),
                nobody.problem(401, "unauthenticated"),
                "{name}"
            );
        }
    }
    assert!(
        accepted.is_empty(),
        "{} of {}:\n{}",
        accepted.len(),
        attacks.len(),
        accepted.join("\n")
    );
    assert!(attacks.len() > 90, "only {}", attacks.len());
    // The twin: put together by the same hands, with nothing wrong.
    for twin in [good.to_owned(), forge.token(&forge.header, &forge.claims)] {
        let answer = app.post("/api/v1/ping").api_key(&twin).send().await;
        assert_eq!(answer.status(), 204, "{}", answer.text());
    }
    app.stop().await;
}
