//! Stands between the file and the CSV parser, which forgives what we must not: rows of any length, quotes that are
//! never closed, and text after a closing quote. Forgiven, a stray quote would swallow the rows up to the next one.

use std::io::{self, Read};

use super::errors::FileError;

/// Where in a record the last byte left us; the same rules as the parser's.
#[derive(Clone, Copy)]
enum Place {
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote in a quoted text: its end, or the first of two.
    QuoteSeen,
    /// Behind a quoted text, on blanks.
    Closed,
}

/// A misused quote and where it stands.
#[derive(Clone, Copy)]
struct Fault {
    offset: u64,
    /// Where the quoted text starts.
    opened: u64,
    /// Where text follows it; `None` when the file ends first.
    followed: Option<u64>,
}

/// A reader that hands out no more than it was allowed to and remembers the first misused quote.
pub(super) struct Guard<R> {
    inner: R,
    handed_out: u64,
    allowed: u64,
    is_exhausted: bool,
    line: u64,
    place: Place,
    quote_line: u64,
    fault: Option<Fault>,
}

impl<R: Read> Guard<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            handed_out: 0,
            allowed: 0,
            is_exhausted: false,
            line: 1,
            place: Place::FieldStart,
            quote_line: 1,
            fault: None,
        }
    }

    /// Lets bytes pass up to this offset from the start.
    pub(super) fn allow_until(&mut self, offset: u64) {
        self.allowed = offset;
    }

    /// Whether the parser asked for more than was allowed.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// The first misused quote among the bytes before this offset.
    pub(super) fn fault_before(&self, offset: u64) -> Option<FileError> {
        let fault = self.fault.filter(|fault| fault.offset < offset)?;
        let opened = fault.opened;
        Some(match fault.followed {
            Some(line) => FileError::TextAfterQuote { opened, line },
            None => FileError::UnclosedQuote { line: opened },
        })
    }

    fn follow(&mut self, byte: u8) {
        let next = match (self.place, byte) {
            (Place::Quoted, b'"') => Place::QuoteSeen,
            (Place::Quoted, _) | (Place::QuoteSeen, b'"') => Place::Quoted,
            (Place::FieldStart, b'"') => {
                self.quote_line = self.line;
                Place::Quoted
            }
            (_, b',' | b'\n') => Place::FieldStart,
            (Place::QuoteSeen | Place::Closed, b' ' | b'\t' | b'\r') => Place::Closed,
            (Place::QuoteSeen | Place::Closed, _) => {
                self.note_fault(self.handed_out, Some(self.line));
                Place::Unquoted
            }
            (Place::FieldStart | Place::Unquoted, _) => Place::Unquoted,
        };
        self.place = next;
        self.line += u64::from(byte == b'\n');
        self.handed_out += 1;
    }

    fn note_end(&mut self) {
        if matches!(self.place, Place::Quoted) {
            // The quote is in the last record, which ends with the file.
            self.note_fault(self.handed_out.saturating_sub(1), None);
        }
    }

    fn note_fault(&mut self, offset: u64, followed: Option<u64>) {
        self.fault.get_or_insert(Fault {
            offset,
            opened: self.quote_line,
            followed,
        });
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.allowed.saturating_sub(self.handed_out)).unwrap_or(usize::MAX);
        let length = buffer.len().min(room);
        if length == 0 {
            self.is_exhausted = true;
            return Err(io::Error::other("a record beyond the limit"));
        }
        let window = buffer.get_mut(..length).unwrap_or_default();
        let count = loop {
            match self.inner.read(window) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        for byte in window.iter().take(count) {
            self.follow(*byte);
        }
        if count == 0 {
            self.note_end();
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &[u8]) -> Option<FileError> {
        let mut guard = Guard::new(text);
        guard.allow_until(u64::MAX);
        io::copy(&mut guard, &mut io::sink()).unwrap();
        guard.fault_before(u64::MAX)
    }

    /// Whether the parser is still inside quotes at the end: then it swallows a row that is put behind the text.
    fn swallows_the_next_row(text: &[u8]) -> bool {
        let text = [text, b"\nlast"].concat();
        let mut parser = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64)
            .from_reader(text.as_slice());
        let last = parser.byte_records().last().unwrap().unwrap();
        last.iter().collect::<Vec<_>>() != [b"last"]
    }

    #[test]
    fn the_guard_and_the_parser_agree_on_every_short_text() {
        let alphabet = b"\",\n a";
        let mut texts: Vec<Vec<u8>> = vec![Vec::new()];
        for _ in 0..5 {
            let longer = |text: &Vec<u8>| alphabet.map(|byte| [text.as_slice(), &[byte]].concat());
            texts = texts.iter().flat_map(longer).collect();
            for text in &texts {
                match verdict(text) {
                    None => assert!(!swallows_the_next_row(text), "{:?}", String::from_utf8_lossy(text)),
                    Some(FileError::UnclosedQuote { .. }) => {
                        assert!(swallows_the_next_row(text), "{:?}", String::from_utf8_lossy(text));
                    }
                    Some(_) => assert!(
                        text.windows(2)
                            .any(|pair| pair[0] == b'"' && !b"\",\n".contains(&pair[1]))
                    ),
                }
            }
        }
    }
}
