//! Typed ids: UUIDs that cannot be mixed up. Used by every layer; made by callers (UUIDv7) or derived (UUIDv8).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A map by ids. Its hasher is several times cheaper than the standard one, and seeded per process: callers name ids too.
pub type IdMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
/// A set of ids; see [`IdMap`].
pub type IdSet<K> = HashSet<K, foldhash::fast::RandomState>;

/// Declares one id type: a transparent wrapper around [`Uuid`] with the conversions every layer needs.
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is already known to name this kind of thing.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID, for storage and the wire.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

typed_ids! {
    /// A tenant: the business whose rows are nobody else's.
    OrgId
    /// An API key (not its secret).
    ApiKeyId
    /// The access and refresh tokens that descend from one exchange of an API key.
    TokenFamilyId
    /// A human being who signs in; may be a member of several organizations.
    PersonId
    /// A signed-in browser (not its secret).
    SessionId
    /// What a provider of single sign-on calls a person, linked to them.
    ExternalIdentityId
    /// An offer of membership, sent by mail (not its secret).
    InvitationId
    /// The stock unit: what is counted. A bundle is an item that needs several others.
    ItemId
    /// A place where stock lies.
    LocationId
    /// A caller-made name for one command; repeating it repeats the answer, not the effect.
    CommandId
    /// Units held for a checkout until a deadline. The reservations of one basket share one id, one per item.
    ReservationId
    /// The line of an order that an allocation belongs to.
    OrderLineId
    /// A product: what a buyer recognises.
    ProductId
    /// A variant: what a buyer picks; identified by its SKU.
    VariantId
    /// One claim of ownership over a shard; see the journal.
    IncarnationId
}

impl CommandId {
    /// The command behind a caller's `Idempotency-Key`: a UUID stands for itself (a UUIDv7 keeps the database's indexes
    /// dense), anything else is hashed together with the organization.
    #[must_use]
    pub fn from_idempotency_key(org: OrgId, key: &str) -> Self {
        match Uuid::try_parse(key) {
            Ok(id) => Self(id),
            Err(_) => Self(derive(&[b"idempotency-key", org.0.as_bytes(), key.as_bytes()])),
        }
    }

    /// When the id was made, if it says so: a UUIDv7 does.
    #[must_use]
    pub fn made_at(self) -> Option<jiff::Timestamp> {
        if self.0.get_version() != Some(uuid::Version::SortRand) {
            return None;
        }
        let (seconds, nanoseconds) = self.0.get_timestamp()?.to_unix();
        jiff::Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
    }

    /// The command that a step of a larger operation carries, so that repeating the operation repeats the step.
    #[must_use]
    pub fn for_step(self, item: ItemId, step: &str) -> Self {
        Self(derive(&[
            b"step",
            self.0.as_bytes(),
            item.0.as_bytes(),
            step.as_bytes(),
        ]))
    }
}

impl OrderLineId {
    /// The order line that a checkout's line becomes on confirmation.
    #[must_use]
    pub fn for_reservation(reservation: ReservationId, item: ItemId) -> Self {
        Self(derive(&[b"order-line", reservation.0.as_bytes(), item.0.as_bytes()]))
    }
}

impl ItemId {
    /// The stock unit of an imported variant: the same file line names the same item on every import.
    #[must_use]
    pub fn for_variant(variant: VariantId) -> Self {
        Self(derive(&[b"item", variant.0.as_bytes()]))
    }
}

impl ProductId {
    /// The product with this handle in this organization.
    #[must_use]
    pub fn for_handle(org: OrgId, handle: &str) -> Self {
        Self(derive(&[b"product", org.0.as_bytes(), handle.as_bytes()]))
    }
}

impl VariantId {
    /// The variant with these option values of this product.
    #[must_use]
    pub fn for_options(product: ProductId, options: &[&str]) -> Self {
        let mut parts: Vec<&[u8]> = vec![b"variant", product.0.as_bytes()];
        parts.extend(options.iter().map(|option| option.as_bytes()));
        Self(derive(&parts))
    }
}

/// A UUIDv8 from the SHA-256 of length-prefixed parts: stable, and no two lists of parts run together.
fn derive(parts: &[&[u8]]) -> Uuid {
    let digest = digest(parts);
    let (head, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    uuid::Builder::from_custom_bytes(*head).into_uuid()
}

/// The SHA-256 of length-prefixed parts.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_key_stands_for_itself_and_any_other_key_depends_on_the_organization() {
        let (a, b) = (OrgId::new(Uuid::from_u128(1)), OrgId::new(Uuid::from_u128(2)));
        let key = "0190a5e0-0000-7000-8000-000000000001";
        assert_eq!(CommandId::from_idempotency_key(a, key).uuid().to_string(), key);
        assert_eq!(
            CommandId::from_idempotency_key(a, "order-1"),
            CommandId::from_idempotency_key(a, "order-1")
        );
        assert_ne!(
            CommandId::from_idempotency_key(a, "order-1"),
            CommandId::from_idempotency_key(b, "order-1")
        );
    }

    #[test]
    fn derived_ids_do_not_run_their_parts_together() {
        assert_ne!(derive(&[b"ab", b"c"]), derive(&[b"a", b"bc"]));
    }
}
