//! The second place: one file per organization, appended to and never rewritten. Blocking.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::audit::Checkpoint;
use domain::ids::OrgId;
use uuid::Uuid;

use super::key::VerifierKey;
use super::note::{Notes, read_notes};

const EXTENSION: &str = "notes";
/// Room for several notes: the last one is in it whole.
const TAIL_BYTES: u64 = 4 * 1024;

/// Why checkpoints cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// A file cannot be read or written.
    #[error("checkpoints in {path}: {source}")]
    File {
        /// Where.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A note is complete and not signed by the hub's key.
    #[error("line {line} of {path} begins a checkpoint that this hub's key did not sign")]
    Forged {
        /// Which file.
        path: String,
        /// Where in it.
        line: usize,
    },
    /// The runtime is ending.
    #[error("reading checkpoints was cancelled")]
    Cancelled,
}

fn of_path(path: &Path) -> impl FnOnce(io::Error) -> CheckpointError {
    let path = path.display().to_string();
    move |source| CheckpointError::File { path, source }
}

fn file_of(folder: &Path, org: OrgId) -> PathBuf {
    folder.join(format!("{org}.{EXTENSION}"))
}

/// All of an organization's checkpoints; none when it has no file.
pub(super) fn read(folder: &Path, org: OrgId, key: &VerifierKey) -> Result<Vec<Checkpoint>, CheckpointError> {
    let path = file_of(folder, org);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(of_path(&path)(error)),
    };
    signed(&path, read_notes(&text, org, key))
}

fn signed(path: &Path, notes: Notes) -> Result<Vec<Checkpoint>, CheckpointError> {
    match notes.forged.first() {
        None => Ok(notes.checkpoints),
        Some(line) => Err(CheckpointError::Forged {
            path: path.display().to_string(),
            line: *line,
        }),
    }
}

/// The last checkpoint, without reading the whole file.
pub(super) fn read_last(folder: &Path, org: OrgId, key: &VerifierKey) -> Result<Option<Checkpoint>, CheckpointError> {
    let path = file_of(folder, org);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(of_path(&path)(error)),
    };
    let mut tail = Vec::new();
    let length = file.metadata().map_err(of_path(&path))?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))
        .and_then(|_| file.read_to_end(&mut tail))
        .map_err(of_path(&path))?;
    let notes = read_notes(&String::from_utf8_lossy(&tail), org, key);
    Ok(signed(&path, notes)?.pop())
}

/// Appends a note and makes it durable.
pub(super) fn append(folder: &Path, org: OrgId, note: &str) -> Result<(), CheckpointError> {
    let path = file_of(folder, org);
    fs::create_dir_all(folder).map_err(of_path(folder))?;
    let is_new = !path.exists();
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(of_path(&path))?;
    // What stands there may be a note cut short: the new one begins on a line of its own.
    let start = if is_new { "" } else { "\n" };
    file.write_all(format!("{start}{note}").as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(of_path(&path))?;
    if is_new {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(of_path(folder))?;
    }
    Ok(())
}

pub(super) fn organizations(folder: &Path) -> Result<Vec<OrgId>, CheckpointError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(of_path(folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(of_path(folder))?.path();
        let is_notes = path.extension().is_some_and(|extension| extension == EXTENSION);
        let name = path.file_stem().and_then(|name| name.to_str());
        let org = name.filter(|_| is_notes).and_then(|name| Uuid::try_parse(name).ok());
        found.extend(org.map(OrgId::new));
    }
    found.sort();
    Ok(found)
}
