//! ST-5 across the whole journal: no line of a command takes effect twice, on whatever items and shards.
//!
//! Each command's first part leaves a record in one of 256 spill files, by a digest of its id; at the end each file is
//! sorted in memory, and two records of one command lie next to each other. Later parts need none: the replay has shown
//! that part 1 follows part 0 of the same command on the same item. Exact, because ids are kept whole, and flat: the
//! memory is that of the buffers, then of one file.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::ids::{CommandId, OrgId};
use domain::stock::Shard;
use tempfile::TempDir;
use uuid::Uuid;

use crate::uuid_map::UuidHasher;
use crate::violation::{Breach, Invariant};
use crate::{Row, Violation};

/// One per value of a byte.
const BUCKETS: usize = 256;
/// Command and organization, 16 bytes each, then basket line, shard and sequence number, all big-endian: sorting bytes sorts rows.
pub(crate) const RECORD_BYTES: usize = 44;
type Record = [u8; RECORD_BYTES];
const KEY_BYTES: usize = 34;
/// What a bucket keeps in memory before it is appended to its file: 4 MB for all of them.
pub(crate) const BUFFER_BYTES: usize = 390 * RECORD_BYTES;

/// Which commands took effect where. One per thread; no file is held open, and all are deleted when it is dropped.
pub struct CommandLedger {
    dir: TempDir,
    buffers: Vec<Vec<u8>>,
    failure: Option<io::Error>,
}

/// Why a ledger does not prove that every command took effect once.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// One did not.
    #[error(transparent)]
    Duplicate(#[from] Violation),
    /// A spill file could not be written or read: nothing is known.
    #[error("the spill files of the command ledger failed")]
    Spill(#[from] io::Error),
}

impl CommandLedger {
    /// An empty ledger that spills to a new directory inside the one given: 44 bytes per command.
    pub fn new(spill_dir: &Path) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("commands-").tempdir_in(spill_dir)?;
        Ok(Self {
            dir,
            buffers: vec![Vec::new(); BUCKETS],
            failure: None,
        })
    }

    /// Remembers a command's first row. A failure to spill is kept and told at the end.
    pub(crate) fn record(&mut self, row: &Row) {
        let (command, org) = (row.entry.command.uuid(), row.entry.key.org.uuid());
        let bucket = bucket_of(command);
        let Some(buffer) = self.buffers.get_mut(bucket) else {
            return;
        };
        buffer.extend_from_slice(command.as_bytes());
        buffer.extend_from_slice(org.as_bytes());
        buffer.extend_from_slice(&row.entry.line.to_be_bytes());
        buffer.extend_from_slice(&row.shard.number().to_be_bytes());
        buffer.extend_from_slice(&row.seq.to_be_bytes());
        if buffer.len() >= BUFFER_BYTES {
            let spilled = append(&path(&self.dir, bucket), buffer);
            buffer.clear();
            if let Err(error) = spilled {
                self.failure.get_or_insert(error);
            }
        }
    }

    /// Proves over all ledgers together that no command took effect twice; returns how many there are.
    pub fn finish(mut ledgers: Vec<Self>) -> Result<u64, LedgerError> {
        if let Some(failure) = ledgers.iter_mut().find_map(|ledger| ledger.failure.take()) {
            return Err(failure.into());
        }
        let mut commands = 0;
        let mut bytes = Vec::new();
        for bucket in 0..BUCKETS {
            bytes.clear();
            for ledger in &ledgers {
                ledger.read_into(bucket, &mut bytes)?;
            }
            let (records, torn) = bytes.as_chunks_mut::<RECORD_BYTES>();
            if !torn.is_empty() {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a record is cut short").into());
            }
            records.sort_unstable();
            expect_all_different(records)?;
            commands += records.len() as u64;
        }
        Ok(commands)
    }

    #[cfg(test)]
    pub(crate) fn spill_dir(&self) -> &Path {
        self.dir.path()
    }

    fn read_into(&self, bucket: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        match fs::File::open(path(&self.dir, bucket)) {
            Ok(mut file) => {
                io::copy(&mut file, bytes)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        bytes.extend(self.buffers.get(bucket).into_iter().flatten());
        Ok(())
    }
}

impl fmt::Debug for CommandLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandLedger")
            .field("dir", &self.dir)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

fn bucket_of(command: Uuid) -> usize {
    let mut digest = UuidHasher::default();
    command.hash(&mut digest);
    let [first, ..] = digest.finish().to_be_bytes();
    usize::from(first)
}

fn path(dir: &TempDir, bucket: usize) -> PathBuf {
    dir.path().join(format!("{bucket:02x}"))
}

fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)?
        .write_all(bytes)
}

fn expect_all_different(sorted: &[Record]) -> Result<(), LedgerError> {
    let is_one_command = |pair: &&[Record]| matches!(pair, [a, b] if a.first_chunk::<KEY_BYTES>() == b.first_chunk());
    match sorted.windows(2).find(is_one_command) {
        Some([first, second]) => Err(duplicate(&Effect::read(first)?, &Effect::read(second)?).into()),
        Some(_) | None => Ok(()),
    }
}

/// A record, read back.
struct Effect {
    command: CommandId,
    org: OrgId,
    line: i16,
    shard: Shard,
    seq: i64,
}

impl Effect {
    fn read(record: &Record) -> io::Result<Self> {
        let mut rest: &[u8] = record;
        let command = CommandId::new(Uuid::from_bytes(next(&mut rest)));
        let org = OrgId::new(Uuid::from_bytes(next(&mut rest)));
        let line = i16::from_be_bytes(next(&mut rest));
        let shard = Shard::from_number(u16::from_be_bytes(next(&mut rest)));
        let shard = shard.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a record names no shard"))?;
        Ok(Self {
            command,
            org,
            line,
            shard,
            seq: i64::from_be_bytes(next(&mut rest)),
        })
    }
}

fn next<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    rest.split_first_chunk().map_or([0; N], |(head, tail)| {
        *rest = tail;
        *head
    })
}

fn duplicate(first: &Effect, second: &Effect) -> Violation {
    let text = format!(
        "line {} of command {} takes effect twice: in shard {} at seq {} and in shard {} at seq {}",
        first.line,
        first.command,
        first.shard.number(),
        first.seq,
        second.shard.number(),
        second.seq
    );
    let found = Breach::new(Invariant::St5, text).at_shard(second.shard);
    Violation {
        seq: Some(second.seq),
        org: Some(second.org),
        ..found
    }
}
