//! RFC 6455 frames, server's side: bytes in, messages out; pure, and strict where the RFC says MUST.
//!
//! Nothing is buffered but what is incomplete, so an idle socket holds no buffer at all. A message's size is refused when
//! its header announces it, before a byte of it is kept.

const MOST_HEADER: usize = 14;
const LARGEST_CONTROL: usize = 125;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// Why a connection is closed, as the close frame says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A frame that the RFC forbids: 1002.
    Protocol(&'static str),
    /// Text that is not UTF-8: 1007.
    NotUtf8,
    /// A message larger than is taken: 1009.
    TooLarge,
}

impl Violation {
    /// The close code.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Protocol(_) => 1002,
            Self::NotUtf8 => 1007,
            Self::TooLarge => 1009,
        }
    }

    /// The close reason.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Protocol(what) => what,
            Self::NotUtf8 => "text that is not UTF-8",
            Self::TooLarge => "the message is larger than is taken",
        }
    }
}

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole text message.
    Text(String),
    /// A whole binary message.
    Binary(Vec<u8>),
    /// To be answered with the same bytes.
    Ping(Vec<u8>),
    /// An answer to a ping, or said unasked.
    Pong,
    /// The other side closes, with this code or with none.
    Close(Option<u16>),
}

/// A message that arrives in fragments.
struct Fragments {
    is_text: bool,
    bytes: Vec<u8>,
    /// So many bytes are known to be UTF-8.
    checked: usize,
}

/// What is left of a connection's bytes between two reads.
pub struct Decoder {
    largest: usize,
    partial: Vec<u8>,
    fragments: Option<Box<Fragments>>,
    is_closed: bool,
}

/// A frame's header.
struct Header {
    is_final: bool,
    opcode: u8,
    mask: [u8; 4],
    length: usize,
    size: usize,
}

impl Decoder {
    /// A decoder that takes messages of at most `largest` bytes.
    #[must_use]
    pub fn new(largest: usize) -> Self {
        Self {
            largest,
            partial: Vec::new(),
            fragments: None,
            is_closed: false,
        }
    }

    /// Takes what was read; `bytes` is scratch afterwards. After a close frame the rest is ignored.
    ///
    /// # Errors
    /// What the other side did wrong. What `take` heard before was right.
    pub fn feed(&mut self, bytes: &mut [u8], mut take: impl FnMut(Incoming)) -> Result<(), Violation> {
        if self.partial.is_empty() {
            let used = self.decode(bytes, &mut take)?;
            if let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
                self.partial.reserve_exact(rest.len());
                self.partial.extend_from_slice(rest);
            }
            return Ok(());
        }
        let mut whole = std::mem::take(&mut self.partial);
        whole.extend_from_slice(bytes);
        let used = self.decode(&mut whole, &mut take)?;
        if used < whole.len() {
            whole.drain(..used);
            self.partial = whole;
        }
        Ok(())
    }

    /// Bytes kept for what is incomplete.
    #[must_use]
    pub fn held(&self) -> usize {
        let fragments = self.fragments.as_ref().map_or(0, |open| open.bytes.capacity());
        self.partial.capacity() + fragments
    }

    /// Decodes whole frames and says how many bytes they took.
    fn decode(&mut self, bytes: &mut [u8], take: &mut impl FnMut(Incoming)) -> Result<usize, Violation> {
        let mut used = 0;
        while !self.is_closed {
            let Some(rest) = bytes.get_mut(used..) else { break };
            let Some(header) = parse_header(rest)? else { break };
            self.check(&header)?;
            let Some(payload) = rest.get_mut(header.size..header.size + header.length) else {
                break;
            };
            unmask(payload, header.mask);
            self.take_frame(&header, payload, take)?;
            used += header.size + header.length;
        }
        if self.is_closed { Ok(bytes.len()) } else { Ok(used) }
    }

    /// What can be said before the payload is here.
    fn check(&self, header: &Header) -> Result<(), Violation> {
        match (header.opcode, &self.fragments) {
            (CLOSE | PING | PONG, _) if !header.is_final => Err(Violation::Protocol("a fragmented control frame")),
            (CLOSE | PING | PONG, _) if header.length > LARGEST_CONTROL => {
                Err(Violation::Protocol("a control frame of more than 125 bytes"))
            }
            (CLOSE | PING | PONG, _) => Ok(()),
            (TEXT | BINARY, Some(_)) => Err(Violation::Protocol("a new message inside another")),
            (TEXT | BINARY, None) if header.length > self.largest => Err(Violation::TooLarge),
            (TEXT | BINARY, None) => Ok(()),
            (CONTINUATION, None) => Err(Violation::Protocol("a continuation of nothing")),
            (CONTINUATION, Some(open)) => {
                let length = open.bytes.len().saturating_add(header.length);
                if length > self.largest {
                    Err(Violation::TooLarge)
                } else {
                    Ok(())
                }
            }
            _ => Err(Violation::Protocol("a reserved opcode")),
        }
    }

    fn take_frame(
        &mut self,
        header: &Header,
        payload: &[u8],
        take: &mut impl FnMut(Incoming),
    ) -> Result<(), Violation> {
        match header.opcode {
            PING => take(Incoming::Ping(payload.to_vec())),
            PONG => take(Incoming::Pong),
            CLOSE => {
                let code = close_code(payload)?;
                self.is_closed = true;
                take(Incoming::Close(code));
            }
            _ => self.take_data(header, payload, take)?,
        }
        Ok(())
    }

    fn take_data(&mut self, header: &Header, payload: &[u8], take: &mut impl FnMut(Incoming)) -> Result<(), Violation> {
        let mut open = self.fragments.take().unwrap_or_else(|| {
            Box::new(Fragments {
                is_text: header.opcode == TEXT,
                bytes: Vec::new(),
                checked: 0,
            })
        });
        open.bytes.extend_from_slice(payload);
        if open.is_text {
            open.check_text(header.is_final)?;
        }
        if !header.is_final {
            self.fragments = Some(open);
        } else if open.is_text {
            take(Incoming::Text(
                String::from_utf8(open.bytes).map_err(|_| Violation::NotUtf8)?,
            ));
        } else {
            take(Incoming::Binary(open.bytes));
        }
        Ok(())
    }
}

impl Fragments {
    /// Fails as soon as the text cannot become UTF-8 any more; a character may be cut by a fragment's end.
    fn check_text(&mut self, is_final: bool) -> Result<(), Violation> {
        let unchecked = self.bytes.get(self.checked..).unwrap_or_default();
        match std::str::from_utf8(unchecked) {
            Ok(_) => self.checked = self.bytes.len(),
            Err(error) if error.error_len().is_none() && !is_final => self.checked += error.valid_up_to(),
            Err(_) => return Err(Violation::NotUtf8),
        }
        Ok(())
    }
}

/// The header at the beginning of `bytes`; `None` while it is incomplete.
fn parse_header(bytes: &[u8]) -> Result<Option<Header>, Violation> {
    let [first, second, ..] = *bytes else {
        return match bytes.first() {
            Some(first) if first & 0x70 != 0 => Err(Violation::Protocol("a reserved bit")),
            _ => Ok(None),
        };
    };
    if first & 0x70 != 0 {
        return Err(Violation::Protocol("a reserved bit"));
    }
    if second & 0x80 == 0 {
        return Err(Violation::Protocol("a frame without a mask"));
    }
    let number = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .map(|bytes| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
    };
    let (length, at) = match second & 0x7F {
        126 => (number(2..4), 4),
        127 => (number(2..10), 10),
        short => (Some(u64::from(short)), 2),
    };
    let Some(length) = length else { return Ok(None) };
    match second & 0x7F {
        126 if length < 126 => return Err(Violation::Protocol("a length in more bytes than it needs")),
        127 if length <= 0xFFFF => return Err(Violation::Protocol("a length in more bytes than it needs")),
        127 if length >> 63 != 0 => return Err(Violation::Protocol("a length beyond 63 bits")),
        _ => {}
    }
    // What fits no memory is too large in any case; the check that follows says so, or that it is a control frame.
    let length = usize::try_from(length)
        .unwrap_or(usize::MAX)
        .min(usize::MAX - MOST_HEADER);
    let mask = bytes.get(at..at + 4).and_then(|mask| mask.try_into().ok());
    // Without the mask there is nothing to take, but what the header says can be refused.
    let Some(mask) = mask else {
        return Ok(None);
    };
    Ok(Some(Header {
        is_final: first & 0x80 != 0,
        opcode: first & 0x0F,
        mask,
        length,
        size: at + 4,
    }))
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let mut words = payload.chunks_exact_mut(4);
    for word in &mut words {
        word.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    let rest = words.into_remainder().iter_mut().zip(mask);
    rest.for_each(|(byte, mask)| *byte ^= mask);
}

/// The code of a close frame.
fn close_code(payload: &[u8]) -> Result<Option<u16>, Violation> {
    let (code, reason) = match payload {
        [] => return Ok(None),
        [_] => return Err(Violation::Protocol("a close code of one byte")),
        [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
    };
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(Violation::Protocol("a close code that must not be sent"));
    }
    if std::str::from_utf8(reason).is_err() {
        return Err(Violation::NotUtf8);
    }
    Ok(Some(code))
}

/// A text message in one frame.
#[must_use]
pub fn text(message: &str) -> Vec<u8> {
    frame(TEXT, message.as_bytes())
}

/// The answer to a ping.
#[must_use]
pub fn pong(payload: &[u8]) -> Vec<u8> {
    frame(PONG, payload)
}

/// A close frame; a reason longer than fits is cut.
#[must_use]
pub fn close(code: Option<u16>, reason: &str) -> Vec<u8> {
    let Some(code) = code else { return frame(CLOSE, &[]) };
    let fitting = reason.floor_char_boundary(LARGEST_CONTROL - 2);
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.get(..fitting).unwrap_or_default().as_bytes());
    frame(CLOSE, &payload)
}

/// One unmasked, final frame.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 10);
    frame.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ ..=125), _) => frame.push(short),
        (_, Ok(length)) => {
            frame.push(126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}
