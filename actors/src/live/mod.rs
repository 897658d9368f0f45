//! Live: what browsers are told of what was committed.
//!
//! The journal hands over what it committed ([`Feed`]), the [`Hub`] makes messages of it and keeps the last ones of each
//! topic in a ring, and the sockets (in `web`) read the rings. Nothing is queued for anybody: a socket that is behind reads
//! on from its place, or learns that its place is gone. Nothing is published before its commit.

mod feed;
mod hub;
mod messages;
mod names;
mod pulse;
mod ring;
mod topic;

pub use feed::{Batch, Feed};
pub use hub::{Hub, TooManyTopics};
pub use messages::{Alert, AlertKind, Data, Sample, StockRow};
pub use pulse::Ended;
pub use ring::{Entry, Place, Since};
pub use topic::{Topic, TopicKey, TopicName};
