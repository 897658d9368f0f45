//! AES-256-GCM, and nothing about what is sealed or why. Only the vault and the settings' backup call it.

use domain::secrets::KeyMaterial;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::clock::Clock;

/// Bytes of a nonce. Random ones are safe for 2³² messages under one key; one organization's data key seals some dozens.
pub(crate) const NONCE_BYTES: usize = NONCE_LEN;

/// What was sealed does not open: another key, another place, or somebody changed it. Which of these, nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed does not open")]
pub(crate) struct DoesNotOpen;

/// A nonce that was not used before.
pub(crate) fn fresh_nonce(clock: &dyn Clock) -> [u8; NONCE_BYTES] {
    let secret = clock.fresh_secret();
    let (nonce, _) = secret.split_first_chunk().unwrap_or((&[0; NONCE_BYTES], &[]));
    *nonce
}

/// Seals `plain` so that it opens only with the same key, nonce and place.
pub(crate) fn seal(
    key: &KeyMaterial,
    nonce: [u8; NONCE_BYTES],
    place: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, DoesNotOpen> {
    // Room for the tag from the start: growing would leave a copy of the plain text behind.
    let mut bytes = Vec::with_capacity(plain.len() + MAX_TAG_LEN);
    bytes.extend_from_slice(plain);
    let nonce = Nonce::assume_unique_for_key(nonce);
    ready(key)?
        .seal_in_place_append_tag(nonce, Aad::from(place), &mut bytes)
        .map_err(|_| DoesNotOpen)?;
    Ok(bytes)
}

/// Opens what [`seal`] made.
pub(crate) fn open(
    key: &KeyMaterial,
    nonce: &[u8],
    place: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DoesNotOpen)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    let opened = ready(key)?
        .open_in_place(nonce, Aad::from(place), &mut bytes)
        .map_err(|_| DoesNotOpen)?
        .len();
    bytes.truncate(opened);
    Ok(bytes)
}

fn ready(key: &KeyMaterial) -> Result<LessSafeKey, DoesNotOpen> {
    let unbound = UnboundKey::new(&AES_256_GCM, key.reveal()).map_err(|_| DoesNotOpen)?;
    Ok(LessSafeKey::new(unbound))
}
