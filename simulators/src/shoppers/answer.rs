//! Reading one HTTP/1.1 answer: bytes in, "complete" or "more" out.
//!
//! Called by [`Connection`](super::http::Connection) alone. It does no I/O, so every way in which packets can split an
//! answer is tested without a socket. It must never take bytes behind the end of an answer for the next answer.

use std::time::{Duration, Instant};

use super::http::Doubt;

/// A checkout is answered in a few hundred bytes; with a thousand connections every kilobyte here is a megabyte.
const INITIAL_BUFFER_BYTES: usize = 4 * 1024;
/// Room that a read must at least have; less, and the buffer doubles.
const SMALLEST_READ_BYTES: usize = 1024;
/// A longer answer is refused rather than kept in memory.
const LONGEST_ANSWER_BYTES: usize = 64 * 1024 * 1024;
const MOST_HEADERS: usize = 64;

/// One complete answer. The body lies in the connection's buffer until its next exchange.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The final status; interim answers (1xx) are passed over.
    pub status: u16,
    /// The body, with the chunks of a chunked one put together.
    pub body: &'a [u8],
    /// `Retry-After` where it is given in seconds. The date form is ignored.
    pub retry_after: Option<Duration>,
    /// From just before the request was written (the connection was open then) to the last byte of the answer.
    pub latency: Duration,
    /// When the last byte had been read.
    pub answered_at: Instant,
}

/// Where the body ends (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Empty,
    Length(usize),
    Chunked,
    UntilClose,
}

/// What the header block says, once it is there whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    framing: Framing,
    /// Bytes up to and including the blank line.
    len: usize,
    keeps_alive: bool,
}

/// The answer being received, and the buffer it is received into.
pub(super) struct Incoming {
    /// Initialised to its full length; what counts is `..filled`.
    bytes: Vec<u8>,
    filled: usize,
    head: Option<Head>,
    /// Where in `bytes` the next chunk of a chunked body starts.
    next_chunk: usize,
    unchunked: Vec<u8>,
    /// Where in `bytes` the answer ends; `None` until it is complete.
    end: Option<usize>,
}

impl Incoming {
    pub(super) fn new() -> Self {
        Self {
            bytes: vec![0; INITIAL_BUFFER_BYTES],
            filled: 0,
            head: None,
            next_chunk: 0,
            unchunked: Vec::new(),
            end: None,
        }
    }

    /// Forgets the answer before; the next one starts with the next byte read.
    pub(super) fn clear(&mut self) {
        self.filled = 0;
        self.head = None;
        self.unchunked.clear();
        self.end = None;
    }

    /// Where to read the next bytes into; never empty.
    pub(super) fn room(&mut self) -> Result<&mut [u8], Doubt> {
        if self.bytes.len() - self.filled < SMALLEST_READ_BYTES {
            let doubled = self.bytes.len() * 2;
            if doubled > LONGEST_ANSWER_BYTES {
                return Err(Doubt::TooLong);
            }
            self.bytes.resize(doubled, 0);
        }
        Ok(self.bytes.get_mut(self.filled..).unwrap_or_default())
    }

    /// Takes in `count` bytes that were read into [`room`](Self::room). True when the answer is complete.
    pub(super) fn advance(&mut self, count: usize) -> Result<bool, Doubt> {
        self.filled += count;
        let Some(head) = self.final_head()? else {
            return Ok(false);
        };
        self.end = match head.framing {
            Framing::Empty => Some(head.len),
            Framing::Length(length) => Some(head.len + length).filter(|end| *end <= self.filled),
            Framing::Chunked => self.unchunk()?,
            Framing::UntilClose => None,
        };
        Ok(self.end.is_some())
    }

    /// The server closed the connection. That ends an answer without a length and breaks off any other.
    pub(super) fn closed(&mut self) -> Result<(), Doubt> {
        match self.head {
            Some(Head {
                framing: Framing::UntilClose,
                ..
            }) => {
                self.end = Some(self.filled);
                Ok(())
            }
            Some(_) | None => Err(Doubt::Closed),
        }
    }

    /// The head, once it is complete.
    pub(super) fn head(&self) -> Option<Head> {
        self.head
    }

    /// The body of a complete answer.
    pub(super) fn body(&self) -> &[u8] {
        match (self.head, self.end) {
            (
                Some(Head {
                    framing: Framing::Chunked,
                    ..
                }),
                Some(_),
            ) => &self.unchunked,
            (Some(head), Some(end)) => self.bytes.get(head.len..end).unwrap_or_default(),
            (None, _) | (_, None) => &[],
        }
    }

    /// Whether the connection may carry another request: the server keeps it open, and sent nothing we did not ask for.
    pub(super) fn leaves_connection_usable(&self) -> bool {
        self.end == Some(self.filled) && self.head.is_some_and(|head| head.keeps_alive)
    }

    fn received(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// The head of the final answer; interim ones are dropped from the buffer.
    fn final_head(&mut self) -> Result<Option<Head>, Doubt> {
        while self.head.is_none() {
            let Some(head) = Head::parse(self.received())? else {
                return Ok(None);
            };
            if head.status < 200 {
                self.bytes.copy_within(head.len..self.filled, 0);
                self.filled -= head.len;
            } else {
                self.next_chunk = head.len;
                self.head = Some(head);
            }
        }
        Ok(self.head)
    }

    /// Moves the chunks that are complete to `unchunked`. Returns where the body ends once its last chunk is there.
    fn unchunk(&mut self) -> Result<Option<usize>, Doubt> {
        loop {
            let rest = self.bytes.get(self.next_chunk..self.filled).unwrap_or_default();
            let (line, size) = match httparse::parse_chunk_size(rest) {
                Ok(httparse::Status::Complete(found)) if !rest.starts_with(b"\r") => found,
                Ok(httparse::Status::Partial) => return Ok(None),
                // httparse takes an empty line for a size of zero, which would end the body early.
                Ok(httparse::Status::Complete(_)) | Err(_) => {
                    return Err(Doubt::Malformed("its chunk size is not a number"));
                }
            };
            let after_line = rest.get(line..).unwrap_or_default();
            if size == 0 {
                return Ok(trailer_len(after_line)?.map(|trailer| self.next_chunk + line + trailer));
            }
            let size = bounded(size)?;
            let Some((chunk, after_chunk)) = after_line.split_at_checked(size) else {
                return Ok(None);
            };
            match after_chunk {
                [b'\r', b'\n', ..] => {}
                [] | [b'\r'] => return Ok(None),
                [..] => return Err(Doubt::Malformed("a chunk is longer than its size")),
            }
            self.unchunked.extend_from_slice(chunk);
            self.next_chunk += line + size + 2;
        }
    }
}

impl Head {
    /// Reads the header block at the start of `bytes`; `None` while it is incomplete.
    fn parse(bytes: &[u8]) -> Result<Option<Self>, Doubt> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let len = match response.parse(bytes) {
            Ok(httparse::Status::Complete(len)) => len,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Doubt::Malformed("its head is not HTTP/1.1")),
        };
        let status = response.code.unwrap_or_default();
        let mut keeps_alive = response.version == Some(1);
        let mut retry_after = None;
        let mut chunked = false;
        let mut length = None;
        for header in response.headers.iter() {
            if header.name.eq_ignore_ascii_case("content-length") {
                let stated = number(header.value).ok_or(Doubt::Malformed("its length is not a number"))?;
                if length.replace(stated).is_some_and(|before| before != stated) {
                    return Err(Doubt::Malformed("it has two lengths"));
                }
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                if !header.value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Doubt::Malformed("its transfer encoding is unknown"));
                }
                chunked = true;
            } else if header.name.eq_ignore_ascii_case("connection") {
                keeps_alive = (keeps_alive || names(header.value, b"keep-alive")) && !names(header.value, b"close");
            } else if header.name.eq_ignore_ascii_case("retry-after") {
                retry_after = number(header.value).map(Duration::from_secs);
            }
        }
        let framing = match (status, chunked, length) {
            (..200 | 204 | 304, _, _) => Framing::Empty,
            (_, true, _) => Framing::Chunked,
            (_, false, Some(length)) => Framing::Length(bounded(length)?),
            (_, false, None) => Framing::UntilClose,
        };
        let keeps_alive = keeps_alive && framing != Framing::UntilClose;
        Ok(Some(Self {
            status,
            retry_after,
            framing,
            len,
            keeps_alive,
        }))
    }
}

/// Bytes of the trailer and its blank line; `None` while it is incomplete. What the trailer says is not used.
fn trailer_len(bytes: &[u8]) -> Result<Option<usize>, Doubt> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    match httparse::parse_headers(bytes, &mut headers) {
        Ok(httparse::Status::Complete((len, _))) => Ok(Some(len)),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(Doubt::Malformed("its trailer is not one")),
    }
}

fn bounded(length: u64) -> Result<usize, Doubt> {
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= LONGEST_ANSWER_BYTES)
        .ok_or(Doubt::TooLong)
}

fn number(value: &[u8]) -> Option<u64> {
    str::from_utf8(value).ok()?.trim().parse().ok()
}

/// Whether a comma-separated header value contains `token`.
fn names(value: &[u8], token: &[u8]) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH_LENGTH: &[u8] = b"HTTP/1.1 409 Conflict\r\ncontent-length: 11\r\nretry-after: 7\r\n\r\nout of them";
    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        4\r\nfour\r\nC;note=twelve\r\n and ten: \r\n\r\n1\r\n!\r\n0\r\nX-Trailer: yes\r\n\r\n";
    const INTERIM_THEN_EMPTY: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";

    /// Feeds `pieces` one read at a time; the verdict of the last one.
    fn feed(incoming: &mut Incoming, pieces: &[&[u8]]) -> Result<bool, Doubt> {
        let mut complete = false;
        for piece in pieces {
            let mut rest = *piece;
            while !rest.is_empty() {
                let room = incoming.room()?;
                let count = room.len().min(rest.len());
                room[..count].copy_from_slice(&rest[..count]);
                rest = &rest[count..];
                complete = incoming.advance(count)?;
            }
        }
        Ok(complete)
    }

    #[test]
    fn an_answer_split_at_any_byte_reads_as_the_same_answer() {
        let cases: [(&[u8], u16, &[u8]); 3] = [
            (WITH_LENGTH, 409, b"out of them"),
            (CHUNKED, 200, b"four and ten: \r\n!"),
            (INTERIM_THEN_EMPTY, 204, b""),
        ];
        for (bytes, status, body) in cases {
            let mut incoming = Incoming::new();
            for split in 0..bytes.len() {
                incoming.clear();
                let (first, second) = bytes.split_at(split);
                assert!(
                    !feed(&mut incoming, &[first]).unwrap(),
                    "complete after {split} bytes of {status}"
                );
                assert!(
                    feed(&mut incoming, &[second]).unwrap(),
                    "incomplete when split at {split} of {status}"
                );
                assert_eq!(incoming.head().unwrap().status, status);
                assert_eq!(incoming.body(), body);
                assert!(incoming.leaves_connection_usable());
            }
        }
    }

    #[test]
    fn a_chunked_answer_that_comes_byte_by_byte_is_put_together() {
        let mut incoming = Incoming::new();
        let bytes: Vec<&[u8]> = CHUNKED.chunks(1).collect();
        assert!(feed(&mut incoming, &bytes).unwrap());
        assert_eq!(incoming.body(), b"four and ten: \r\n!");
    }

    #[test]
    fn an_answer_larger_than_the_buffer_is_read_whole() {
        let body = vec![b'x'; 10 * INITIAL_BUFFER_BYTES];
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let mut incoming = Incoming::new();
        assert!(feed(&mut incoming, &[head.as_bytes(), &body]).unwrap());
        assert_eq!(incoming.body(), body);
    }

    #[test]
    fn bytes_behind_the_end_belong_to_no_answer_and_spoil_the_connection() {
        let mut incoming = Incoming::new();
        assert!(feed(&mut incoming, &[&[WITH_LENGTH, WITH_LENGTH].concat()]).unwrap());
        assert_eq!(incoming.body(), b"out of them");
        assert!(!incoming.leaves_connection_usable());
    }

    #[test]
    fn an_answer_without_a_length_ends_where_the_connection_does() {
        let mut incoming = Incoming::new();
        assert!(!feed(&mut incoming, &[b"HTTP/1.1 200 OK\r\n\r\nall of it"]).unwrap());
        incoming.closed().unwrap();
        assert_eq!(incoming.body(), b"all of it");
        assert!(!incoming.leaves_connection_usable());
    }

    #[test]
    fn a_connection_closed_before_the_end_leaves_a_doubt() {
        for whole in [WITH_LENGTH, CHUNKED] {
            let mut incoming = Incoming::new();
            assert!(!feed(&mut incoming, &[&whole[..whole.len() - 1]]).unwrap());
            assert!(matches!(incoming.closed(), Err(Doubt::Closed)));
        }
    }

    #[test]
    fn the_connection_stays_open_only_where_version_and_header_agree_to_it() {
        let cases: [(&str, bool); 5] = [
            ("HTTP/1.1 204 No Content\r\n\r\n", true),
            ("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", false),
            ("HTTP/1.1 204 No Content\r\nConnection: upgrade, Close\r\n\r\n", false),
            ("HTTP/1.0 204 No Content\r\n\r\n", false),
            ("HTTP/1.0 204 No Content\r\nConnection: Keep-Alive\r\n\r\n", true),
        ];
        for (answer, usable) in cases {
            let mut incoming = Incoming::new();
            assert!(feed(&mut incoming, &[answer.as_bytes()]).unwrap());
            assert_eq!(incoming.leaves_connection_usable(), usable, "{answer}");
        }
    }

    #[test]
    fn what_is_not_an_answer_is_named() {
        let cases: [(&[u8], &str); 7] = [
            (b"SSH-2.0-OpenSSH_9.6\r\n", "its head is not HTTP/1.1"),
            (
                b"HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n",
                "its length is not a number",
            ),
            (
                b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
                "it has two lengths",
            ),
            (
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
                "its transfer encoding is unknown",
            ),
            (
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nten\r\n",
                "its chunk size is not a number",
            ),
            (
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n\r\n",
                "its chunk size is not a number",
            ),
            (
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n",
                "a chunk is longer than its size",
            ),
        ];
        for (bytes, what) in cases {
            let verdict = feed(&mut Incoming::new(), &[bytes]);
            assert!(
                matches!(verdict, Err(Doubt::Malformed(found)) if found == what),
                "{what}: {verdict:?}"
            );
        }
        let huge = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
        assert!(matches!(feed(&mut Incoming::new(), &[huge]), Err(Doubt::TooLong)));
    }
}
