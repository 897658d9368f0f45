//! Secrets, the pure half: what a ciphertext is bound to, how keys are named, how a secret is shown, and the types that keep
//! secrets out of logs. The cipher is `actors/src/vault/`; nothing here encrypts or draws randomness.

mod key;
mod mask;
mod place;
mod text;

pub use key::{KEY_BYTES, KeyId, KeyMaterial, KeyVersion};
pub use mask::{hint, is_masked, masked};
pub use place::{PersonalPlace, Place, join_parts};
pub use text::SecretText;
