//! Decoding Postgres' binary COPY into journal entries.
//!
//! The format: a header of 19 bytes (an extension's length in its last four), then per row a 16-bit column count and, per
//! column, a 32-bit length (−1: null) and the value in network order; a column count of −1 ends the stream.

use std::pin::Pin;

use domain::ids::{ApiKeyId, CommandId, ItemId, LocationId, OrderLineId, OrgId, ReservationId};
use domain::stock::{AdjustReason, Counters, Fingerprint, ItemKey, JournalEntry, Movement, MovementKind, Shard};
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use uuid::Uuid;

use crate::StorageError;
use crate::stock_movements::NumberedEntry;

/// The columns, in the order [`Row::entry`] reads them.
pub(super) const COLUMNS: &str = "seq, org_id, item_id, location_id, command_id, fingerprint, part, asked_by, at, kind, \
     quantity, reservation_id, order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, \
     shortfall, line";
const COLUMN_COUNT: i16 = 22;
const HEADER_BYTES: usize = 19;
/// Postgres counts microseconds from the year 2000.
const POSTGRES_EPOCH_US: i64 = 946_684_800_000_000;

type Chunks = Pin<Box<dyn Stream<Item = Result<bytes::Bytes, tokio_postgres::Error>> + Send>>;

/// Movements of one shard, one after the other.
pub struct JournalReader {
    shard: i16,
    chunks: Chunks,
    buffer: Vec<u8>,
    at: usize,
    is_header_read: bool,
}

impl JournalReader {
    pub(super) fn new(shard: Shard, chunks: Chunks) -> Self {
        let shard = i16::try_from(shard.number()).unwrap_or(i16::MAX);
        Self {
            shard,
            chunks,
            buffer: Vec::new(),
            at: 0,
            is_header_read: false,
        }
    }

    /// Hands every movement to `each`, a chunk at a time, until the end or its first error.
    ///
    /// # Errors
    /// When the stream breaks or is not what this program writes; or `each`'s own.
    pub async fn for_each<E: From<StorageError>>(
        mut self,
        mut each: impl FnMut(NumberedEntry) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(chunk) = self.chunks.next().await {
            let chunk = chunk.map_err(StorageError::during("reading the journal"))?;
            self.buffer.drain(..self.at);
            self.at = 0;
            self.buffer.extend_from_slice(&chunk);
            while let Some(entry) = self.next_entry()? {
                each(entry)?;
            }
        }
        Ok(())
    }

    /// The next whole row in the buffer.
    fn next_entry(&mut self) -> Result<Option<NumberedEntry>, StorageError> {
        if !self.is_header_read {
            if self.buffer.len() < HEADER_BYTES {
                return Ok(None);
            }
            self.at = HEADER_BYTES;
            self.is_header_read = true;
        }
        let mut row = Row {
            bytes: self.buffer.get(self.at..).unwrap_or_default(),
            read: 0,
        };
        match row.entry(self.shard) {
            Ok(Some(entry)) => {
                self.at += row.read;
                Ok(Some(entry))
            }
            Ok(None) | Err(Undecodable::Short) => Ok(None),
            Err(Undecodable::Strange(what)) => Err(StorageError::Unexpected(format!("in the journal: {what}"))),
        }
    }
}

/// Why a row could not be read.
enum Undecodable {
    /// Its rest is in the next chunk.
    Short,
    /// It holds what this program does not write.
    Strange(&'static str),
}

struct Row<'a> {
    bytes: &'a [u8],
    read: usize,
}

impl Row<'_> {
    /// One row; `None` at the end of the stream.
    fn entry(&mut self, shard: i16) -> Result<Option<NumberedEntry>, Undecodable> {
        match self.fixed::<2>().map(i16::from_be_bytes)? {
            -1 => return Ok(None),
            COLUMN_COUNT => {}
            _ => return Err(Undecodable::Strange("another number of columns")),
        }
        let seq = self.int8()?;
        let key = ItemKey {
            org: OrgId::new(self.uuid()?),
            item: ItemId::new(self.uuid()?),
        };
        let location = self.maybe_uuid()?.map(LocationId::new);
        let command = CommandId::new(self.uuid()?);
        let fingerprint = Fingerprint(self.int8()?);
        let part = self.int2()?;
        let asked_by = self.maybe_uuid()?.map(ApiKeyId::new);
        let at = self.timestamp()?.ok_or(Undecodable::Strange("no time"))?;
        let kind = self.text()?.and_then(MovementKind::from_code);
        let kind = kind.ok_or(Undecodable::Strange("an unknown kind"))?;
        let quantity = self.int8()?;
        let reservation = self.maybe_uuid()?.map(ReservationId::new);
        let order_line = self.maybe_uuid()?.map(OrderLineId::new);
        let expires_at = self.timestamp()?;
        let reason = self.text()?.and_then(AdjustReason::from_code).map(AdjustReason::code);
        let movement = Movement {
            kind,
            location,
            quantity,
            reservation,
            order_line,
            expires_at,
            reason,
        };
        let after = Counters {
            on_hand: self.int8()?,
            reserved: self.int8()?,
            allocated: self.int8()?,
            safety: self.int8()?,
            incoming: self.int8()?,
            shortfall: self.int8()?,
        };
        let line = self.int2()?;
        let entry = JournalEntry {
            key,
            command,
            line,
            fingerprint,
            part,
            asked_by,
            at,
            movement,
            after,
        };
        Ok(Some(NumberedEntry { shard, seq, entry }))
    }

    fn take(&mut self, count: usize) -> Result<&[u8], Undecodable> {
        let taken = self.bytes.get(self.read..self.read + count).ok_or(Undecodable::Short)?;
        self.read += count;
        Ok(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Undecodable> {
        self.take(N)?.try_into().map_err(|_| Undecodable::Short)
    }

    /// A value of a certain length, or null.
    fn value<const N: usize>(&mut self) -> Result<Option<[u8; N]>, Undecodable> {
        match self.fixed::<4>().map(i32::from_be_bytes)? {
            -1 => Ok(None),
            length if usize::try_from(length) == Ok(N) => self.fixed::<N>().map(Some),
            _ => Err(Undecodable::Strange("a value of another length")),
        }
    }

    fn int8(&mut self) -> Result<i64, Undecodable> {
        self.value::<8>()?
            .map(i64::from_be_bytes)
            .ok_or(Undecodable::Strange("no number"))
    }

    fn int2(&mut self) -> Result<i16, Undecodable> {
        self.value::<2>()?
            .map(i16::from_be_bytes)
            .ok_or(Undecodable::Strange("no number"))
    }

    fn uuid(&mut self) -> Result<Uuid, Undecodable> {
        self.maybe_uuid()?.ok_or(Undecodable::Strange("no id"))
    }

    fn maybe_uuid(&mut self) -> Result<Option<Uuid>, Undecodable> {
        Ok(self.value::<16>()?.map(Uuid::from_bytes))
    }

    fn timestamp(&mut self) -> Result<Option<Timestamp>, Undecodable> {
        let Some(bytes) = self.value::<8>()? else {
            return Ok(None);
        };
        let since_1970 = i64::from_be_bytes(bytes).checked_add(POSTGRES_EPOCH_US);
        let time = since_1970.and_then(|us| Timestamp::from_microsecond(us).ok());
        time.map(Some).ok_or(Undecodable::Strange("a time out of range"))
    }

    fn text(&mut self) -> Result<Option<&str>, Undecodable> {
        let length = self.fixed::<4>().map(i32::from_be_bytes)?;
        let Ok(length) = usize::try_from(length) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(self.take(length)?);
        text.map(Some)
            .map_err(|_| Undecodable::Strange("a text that is not UTF-8"))
    }
}
