//! One screen: from a ticket to an open socket, and what it hears.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use socket2::{Domain, Socket, Type};

use super::frames;
use super::viewer::Viewer;

const TICKET_KEY: &[u8] = b"\"ticket\":\"";

/// How far a screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not connected.
    Away,
    /// Asking for a ticket.
    Asking,
    /// Asking for the socket.
    Opening,
    /// The socket is open, and the topic is not followed yet.
    Open,
    /// The topic is followed.
    Following,
}

/// One screen.
pub(super) struct Screen {
    pub(super) phase: Phase,
    pub(super) stream: Option<TcpStream>,
    pub(super) last_seq: u64,
    /// What is not a whole frame or answer yet.
    pub(super) partial: Vec<u8>,
    pub(super) is_stalled: bool,
    unsent: Vec<u8>,
}

/// What a screen heard.
pub(super) enum Word<'a> {
    /// A message of the topic: the numbers it covers, and when it was published.
    Delta { from: u64, seq: u64, at: &'a [u8] },
    /// The topic is followed from this number on.
    Subscribed(u64),
    /// To be answered.
    Ping(u64),
    /// The hub closes, with this code.
    Close(u16),
    /// Anything else.
    Other,
}

impl Screen {
    pub(super) fn away() -> Self {
        Self {
            phase: Phase::Away,
            stream: None,
            last_seq: 0,
            partial: Vec::new(),
            is_stalled: false,
            unsent: Vec::new(),
        }
    }

    /// Begins to connect, from the `n`th of several addresses of this machine: one address has 28,000 ports.
    pub(super) fn dial(&mut self, hub: SocketAddr, n: usize) -> std::io::Result<&mut TcpStream> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        let from = [127, 0, 1, u8::try_from(1 + n % 50).unwrap_or(1)];
        socket.bind(&SocketAddr::from((from, 0)).into())?;
        match socket.connect(&hub.into()) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
            Err(error) => return Err(error),
        }
        self.partial = Vec::new();
        self.unsent = Vec::new();
        Ok(self.stream.insert(TcpStream::from_std(socket.into())))
    }

    /// What asks for a ticket.
    pub(super) fn ask(&mut self, hub: SocketAddr, viewer: &Viewer) {
        self.phase = Phase::Asking;
        let port = hub.port();
        self.unsent = format!(
            "POST /api/v1/live/tickets HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Cookie: __Host-entrepot={}\r\nX-CSRF-Token: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            viewer.cookie, viewer.csrf
        )
        .into_bytes();
    }

    /// What asks for the socket.
    pub(super) fn open(&mut self, hub: SocketAddr, ticket: &str) {
        self.phase = Phase::Opening;
        let port = hub.port();
        self.unsent = format!(
            "GET /api/v1/live?ticket={ticket} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: entrepot.live.v1\r\n\r\n"
        )
        .into_bytes();
    }

    /// Says something, now or when the kernel takes it.
    pub(super) fn say(&mut self, message: &str) {
        self.unsent.extend_from_slice(&frames::text(message));
        self.write();
    }

    /// Writes what waits.
    pub(super) fn write(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        while !self.unsent.is_empty() {
            match stream.write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Not connected yet, full, or broken, which reading finds.
                Err(_) => return,
            }
        }
        self.unsent = Vec::new();
    }

    /// Reads once. `None`: nothing is there; `Some(0)`: it is over.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Option<usize> {
        match self.stream.as_mut()?.read(buffer) {
            Ok(count) => Some(count),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => None,
            Err(_) => Some(0),
        }
    }

    /// The ticket in an answer, when the answer is here.
    pub(super) fn ticket(&self) -> Option<String> {
        let ticket = frames::after(&self.partial, TICKET_KEY)?;
        let end = ticket.iter().position(|byte| *byte == b'"')?;
        String::from_utf8(ticket.get(..end)?.to_vec()).ok()
    }

    /// Goes away, at once and without a word, as a lost network does.
    pub(super) fn drop_dead(&mut self) {
        if let Some(stream) = self.stream.take() {
            let _unset = socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO));
        }
        self.partial = Vec::new();
        self.phase = Phase::Away;
    }
}

/// What a frame says.
pub(super) fn word(opcode: u8, payload: &[u8]) -> Word<'_> {
    const DELTA: &[u8] = b"{\"type\":\"delta\"";
    const PING: &[u8] = b"{\"type\":\"ping\"";
    const SUBSCRIBED: &[u8] = b"{\"type\":\"subscribed\"";
    let delta = || {
        let rest = frames::after(payload.get(DELTA.len()..)?, b"\"from\":")?;
        let from = frames::leading_number(rest)?;
        let seq = frames::number_after(rest, b"\"seq\":")?;
        let at = frames::after(rest, b"\"at\":\"")?;
        Some(Word::Delta { from, seq, at })
    };
    let close = || Some(Word::Close(u16::from_be_bytes(payload.get(..2)?.try_into().ok()?)));
    let said = match opcode {
        8 => close(),
        1 if payload.starts_with(DELTA) => delta(),
        1 if payload.starts_with(PING) => frames::number_after(payload, b"\"window\":").map(Word::Ping),
        1 if payload.starts_with(SUBSCRIBED) => frames::number_after(payload, b"\"seq\":").map(Word::Subscribed),
        _ => None,
    };
    said.unwrap_or(Word::Other)
}
