//! Fanning out: a message is made into a frame once, whoever gets to it first, and all sockets send the same bytes.

use std::sync::Arc;

use actors::live::{Entry, Place, Topic};
use bytes::{Bytes, BytesMut};

use super::messages::{FromHub, delta};
use super::wire;

/// Messages of one chunk.
pub(super) const MOST_MESSAGES: usize = 64;
/// Bytes at which a chunk is full.
const FULL_AT: usize = 128 * 1024;

/// Messages of one topic without a gap, as they go out.
pub(super) struct Chunk {
    /// Sent to sockets that are here.
    pub(super) after: Place,
    /// Where they are afterwards.
    pub(super) until: Place,
    /// How many messages.
    pub(super) messages: usize,
    /// Their frames.
    pub(super) frames: Bytes,
}

impl Chunk {
    /// The first of these messages, as many as one chunk takes.
    pub(super) fn of(topic: &Topic, after: Place, entries: &[Arc<Entry>]) -> Self {
        let frame = |entry: &Arc<Entry>| {
            let make = || Bytes::from(wire::text(&delta(topic.key().name, entry)));
            entry.encoded.get_or_init(make).clone()
        };
        if let [only] = entries {
            return Self {
                after,
                until: Place { seq: only.seq, ..after },
                messages: 1,
                frames: frame(only),
            };
        }
        let (mut frames, mut messages, mut until) = (BytesMut::new(), 0, after);
        for entry in entries.iter().take(MOST_MESSAGES) {
            frames.extend_from_slice(&frame(entry));
            messages += 1;
            until.seq = entry.seq;
            if frames.len() >= FULL_AT {
                break;
            }
        }
        Self {
            after,
            until,
            messages,
            frames: frames.freeze(),
        }
    }
}

/// A message for one socket.
pub(super) fn encoded(message: &FromHub<'_>) -> Bytes {
    Bytes::from(wire::text(&message.text()))
}
