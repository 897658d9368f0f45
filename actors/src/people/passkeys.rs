//! Passkeys' challenges and their answers: the only place that names webauthn-rs. Nothing here reads or writes rows.
//!
//! User verification is always asked for and checked, so a passkey is two factors: the device, and what unlocks it.

use std::sync::Arc;

use domain::ids::PersonId;
use serde_json::{Value, json};
use storage::passkeys::StoredPasskey;
use storage::people::Person;
use tracing::info;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::operations::people::PeopleError;

const RELYING_PARTY: &str = "Entrepot";

/// Makes challenges for the hub's own public address, and holds answers against them.
#[derive(Clone)]
pub struct Passkeys {
    /// None: the public address has no name, and browsers make no passkeys for a bare IP address.
    webauthn: Option<Arc<Webauthn>>,
}

/// A challenge that was just made.
pub(crate) struct Challenge {
    /// For the browser: what it hands to `navigator.credentials`.
    pub(crate) options: Value,
    /// For the ticket: what the answer is held against.
    pub(crate) state: Value,
}

/// A passkey that was just made.
pub(crate) struct NewPasskey {
    /// What its device calls it.
    pub(crate) credential_id: Vec<u8>,
    /// Public key and counter.
    pub(crate) credential: Value,
}

/// How an answer was held against its challenge.
pub(crate) enum Answer {
    /// It is right; public key and counter as they are now.
    Right(Value),
    /// It is wrong.
    Wrong,
    /// It is right, but its counter went back: there may be a copy of the passkey.
    Suspect,
}

impl Passkeys {
    /// Passkeys of the site at this address; browsers bind each to its name for good.
    #[must_use]
    pub fn at(public_url: &str) -> Self {
        let made = Url::parse(public_url).ok().and_then(|url| {
            let name = url.domain()?.to_owned();
            let builder = WebauthnBuilder::new(&name, &url).ok()?;
            builder.rp_name(RELYING_PARTY).build().ok()
        });
        Self {
            webauthn: made.map(Arc::new),
        }
    }

    fn library(&self) -> Result<&Webauthn, PeopleError> {
        self.webauthn.as_deref().ok_or(PeopleError::PasskeysUnavailable)
    }

    /// For adding a passkey to those a person has. It is to be one that its device finds without being told an address.
    pub(crate) fn challenge_new(&self, person: &Person, known: &[StoredPasskey]) -> Result<Challenge, PeopleError> {
        let known = known.iter().filter_map(|one| key_of(&one.credential));
        let exclude = known.map(|key| key.cred_id().clone()).collect();
        let begun =
            self.library()?
                .start_passkey_registration(person.id.uuid(), &person.email, &person.name, Some(exclude));
        let (options, state) = begun.map_err(|error| refused(&error))?;
        let mut challenge = challenge(&options, &state)?;
        if let Some(Value::Object(selection)) = challenge.options.pointer_mut("/publicKey/authenticatorSelection") {
            selection.insert("residentKey".to_owned(), json!("required"));
            selection.insert("requireResidentKey".to_owned(), json!(true));
        }
        Ok(challenge)
    }

    /// The passkey that answered, unless the answer is wrong.
    pub(crate) fn take_new(&self, state: Value, answer: &Value) -> Result<NewPasskey, PeopleError> {
        let state: PasskeyRegistration = read(state)?;
        let answer: RegisterPublicKeyCredential = read(answer.clone())?;
        let made = self.library()?.finish_passkey_registration(&answer, &state);
        let made = made.map_err(|error| refused(&error))?;
        Ok(NewPasskey {
            credential_id: made.cred_id().clone(),
            credential: serde_json::to_value(&made).map_err(|_| PeopleError::PasskeyRefused)?,
        })
    }

    /// For signing in: any passkey of the hub's may answer.
    pub(crate) fn challenge_any(&self) -> Result<Challenge, PeopleError> {
        self.challenge_known(&[])
    }

    /// For proving that it is this person: one of these must answer.
    pub(crate) fn challenge_known(&self, known: &[StoredPasskey]) -> Result<Challenge, PeopleError> {
        let begun = self.library()?.start_discoverable_authentication();
        let (mut options, state) = begun.map_err(|error| refused(&error))?;
        options.mediation = None;
        let mut challenge = challenge(&options, &state)?;
        let ids = known.iter().filter_map(|one| one.credential.pointer("/cred/cred_id"));
        let allowed: Vec<Value> = ids.map(|id| json!({ "type": "public-key", "id": id })).collect();
        if let Some(Value::Object(options)) = challenge.options.pointer_mut("/publicKey") {
            // A list that is empty and one that is not there mean the same, and not every browser knows.
            options.remove("allowCredentials");
            if !allowed.is_empty() {
                options.insert("allowCredentials".to_owned(), Value::Array(allowed));
            }
        }
        Ok(challenge)
    }

    /// Holds an answer against its challenge and the passkey as it is kept.
    pub(crate) fn check(&self, state: Value, answer: &Value, kept: &StoredPasskey) -> Result<Answer, PeopleError> {
        let state: DiscoverableAuthentication = read(state)?;
        let answer: PublicKeyCredential = read(answer.clone())?;
        let Some(mut key) = key_of(&kept.credential) else {
            return Ok(Answer::Wrong);
        };
        let library = self.library()?;
        match library.finish_discoverable_authentication_v2(&answer, state, &key) {
            Ok(result) if result.user_verified() => {
                key.update_credential(&result);
                Ok(serde_json::to_value(&key).map_or(Answer::Wrong, Answer::Right))
            }
            Err(WebauthnError::CredentialPossibleCompromise) => Ok(Answer::Suspect),
            Ok(_) => Ok(Answer::Wrong),
            Err(error) => {
                info!(%error, "a passkey's answer was refused");
                Ok(Answer::Wrong)
            }
        }
    }

    /// What an answer says of itself, unproved: whose it is, if it says so, and what its device calls it.
    pub(crate) fn names_in(answer: &Value) -> Result<(Option<PersonId>, Vec<u8>), PeopleError> {
        let answer: PublicKeyCredential = read(answer.clone())?;
        let person = answer.get_user_unique_id();
        let person = person.and_then(|bytes| uuid::Uuid::from_slice(bytes).ok());
        Ok((person.map(PersonId::new), answer.get_credential_id().to_vec()))
    }
}

fn challenge(options: &impl serde::Serialize, state: &impl serde::Serialize) -> Result<Challenge, PeopleError> {
    let written = serde_json::to_value(options).and_then(|options| Ok((options, serde_json::to_value(state)?)));
    let (options, state) = written.map_err(|_| PeopleError::PasskeyRefused)?;
    Ok(Challenge { options, state })
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, PeopleError> {
    serde_json::from_value(value).map_err(|_| PeopleError::PasskeyRefused)
}

fn key_of(credential: &Value) -> Option<Passkey> {
    serde_json::from_value(credential.clone()).ok()
}

fn refused(error: &WebauthnError) -> PeopleError {
    info!(%error, "a passkey was refused");
    PeopleError::PasskeyRefused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_passkeys_and_a_bare_address_has_none() {
        for (url, has) in [
            ("https://hub.example.com", true),
            ("http://localhost:8080", true),
            ("https://10.0.0.7", false),
            ("http://[::1]:8080", false),
            ("nonsense", false),
        ] {
            assert_eq!(Passkeys::at(url).library().is_ok(), has, "{url}");
        }
    }
}
