//! The file as rows: UTF-8, bounded, each with the line it starts on.

use std::io::{self, Cursor, Read};

use csv::StringRecord;

use super::columns::{Column, Columns};
use super::errors::FileError;
use super::guard::Guard;

/// Longest row in bytes, quotes and line end included.
pub(super) const MAX_ROW_BYTES: u64 = 1024 * 1024;
/// The parser's buffer in bytes.
const BUFFER_BYTES: usize = 64 * 1024;
/// Enough of the beginning to tell a workbook from a text.
const HEAD_BYTES: u64 = 4;

/// The beginning that was looked at, the rest, and a line end so that every row has one.
type Source<R> = io::Chain<io::Chain<Cursor<Vec<u8>>, R>, &'static [u8]>;

/// Reads rows into one reused record.
pub(super) struct Records<R: Read> {
    parser: csv::Reader<Guard<Source<R>>>,
    columns: Columns,
    record: StringRecord,
    line: u64,
}

/// The row the reader stands on.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    line: u64,
    record: &'a StringRecord,
    columns: &'a Columns,
}

impl<R: Read> Records<R> {
    /// Reads the header.
    pub(super) fn open(mut reader: R) -> Result<Self, FileError> {
        let mut head = Vec::new();
        let read_head = reader.by_ref().take(HEAD_BYTES).read_to_end(&mut head);
        read_head.map_err(|source| FileError::Read { line: 1, source })?;
        let source = Cursor::new(text_after_mark(head)?).chain(reader).chain(&b"\n"[..]);
        let parser = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            // With the default terminator the parser counts a \r\n one line late. A \r left over is trimmed.
            .terminator(csv::Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(Guard::new(source));
        let mut records = Self {
            parser,
            columns: Columns::default(),
            record: StringRecord::new(),
            line: 1,
        };
        if !records.advance()? {
            return Err(FileError::Empty);
        }
        records.columns = Columns::from_header(&records.record)?;
        Ok(records)
    }

    /// Goes to the next row that is not blank; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, FileError> {
        while self.read_record()? {
            if !self.record.iter().all(|cell| cell.trim().is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The row that [`advance`](Self::advance) went to.
    pub(super) fn row(&self) -> Row<'_> {
        Row {
            line: self.line,
            record: &self.record,
            columns: &self.columns,
        }
    }

    fn read_record(&mut self) -> Result<bool, FileError> {
        let start = self.parser.position().clone();
        self.parser.get_mut().allow_until(start.byte() + MAX_ROW_BYTES + 1);
        let mut bytes = std::mem::take(&mut self.record).into_byte_record();
        let outcome = self.parser.read_byte_record(&mut bytes);
        let end = self.parser.position();
        if let Some(fault) = self.parser.get_ref().fault_before(end.byte()) {
            return Err(fault);
        }
        if self.parser.get_ref().is_exhausted() || end.byte() - start.byte() > MAX_ROW_BYTES {
            return Err(FileError::RowTooLong { line: start.line() });
        }
        if !outcome.map_err(|error| FileError::Read {
            line: start.line(),
            source: into_io(error),
        })? {
            return Ok(false);
        }
        // The parser notes where it began to look, which may be blank lines before the row. Every row ends with a line
        // end, and any others are in its quoted texts.
        let inner_lines = bytes
            .as_slice()
            .iter()
            .map(|byte| u64::from(*byte == b'\n'))
            .sum::<u64>();
        self.line = end.line().saturating_sub(1 + inner_lines);
        let line = self.line;
        self.record = StringRecord::from_byte_record(bytes).map_err(|_| FileError::NotUtf8 { line })?;
        Ok(true)
    }
}

impl<'a> Row<'a> {
    /// Where it starts.
    pub(super) fn line(self) -> u64 {
        self.line
    }

    /// The cell without blanks around it; empty when the file lacks the column or the row is short.
    pub(super) fn get(self, column: Column) -> &'a str {
        self.columns
            .place(column)
            .and_then(|index| self.record.get(index))
            .unwrap_or_default()
            .trim()
    }

    /// What the file calls the column.
    pub(super) fn name(self, column: Column) -> String {
        self.columns.name(column)
    }

    /// How many cells it has more than the header names columns.
    pub(super) fn surplus(self) -> usize {
        self.record.len().saturating_sub(self.columns.width())
    }

    /// Whether a NUL character stands anywhere in it.
    pub(super) fn has_nul(self) -> bool {
        self.record.as_slice().contains('\0')
    }

    /// Whether it is the header once more, as in exports pasted together.
    pub(super) fn repeats_header(self) -> bool {
        Column::Handle.is_named(self.get(Column::Handle)) && Column::Title.is_named(self.get(Column::Title))
    }
}

/// The first bytes without the mark of UTF-8, or the error for what is plainly no text of ours.
fn text_after_mark(head: Vec<u8>) -> Result<Vec<u8>, FileError> {
    match head.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(rest.to_vec()),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Err(FileError::NotCsv { found: "a UTF-16 text" }),
        [b'P', b'K', 3, 4] => Err(FileError::NotCsv {
            found: "an Excel workbook or a ZIP archive",
        }),
        [0xD0, 0xCF, 0x11, 0xE0] => Err(FileError::NotCsv {
            found: "an old Excel workbook",
        }),
        [0x1F, 0x8B, ..] => Err(FileError::NotCsv {
            found: "a gzip archive",
        }),
        [b'%', b'P', b'D', b'F'] => Err(FileError::NotCsv {
            found: "a PDF document",
        }),
        _ => Ok(head),
    }
}

fn into_io(error: csv::Error) -> io::Error {
    if error.is_io_error() {
        io::Error::from(error)
    } else {
        io::Error::other(error)
    }
}
