//! The socket itself: bytes of one TCP connection, taken over from the HTTP server after its upgrade. The only file of the
//! live layer that touches a connection; what is said over it is `connection.rs`.
//!
//! It stands where an actor of actix-web-actors would (docs/decisions/017): a connection there keeps its HTTP
//! dispatcher with two buffers of 8 KB for as long as it lives. Here an idle socket owns no buffer: reads go into one buffer
//! of the thread, writes come from messages that all sockets share.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_web::rt::net::TcpStream;
use bytes::Bytes;
use tokio::io::AsyncWrite;

use super::wire::{self, Decoder, Incoming};

/// Reads of one socket before others have their turn.
const READS_PER_TURN: usize = 8;
/// Messages handed to the kernel in one call.
const SLICES: usize = 32;
/// Bytes that may wait for the kernel; a window and its answers are half of it. Beyond, the connection is cut.
const MOST_WAITING: usize = 2 * 1024 * 1024;
/// With more than so many bytes waiting nothing more is read.
const MOST_UNTAKEN: usize = 64 * 1024;

/// Who hears what arrives.
pub(super) trait Hears {
    /// The socket.
    fn socket(&self) -> &Socket;
    /// Where the thread reads into.
    fn buffer(&self) -> &RefCell<Vec<u8>>;
    /// A whole message arrived.
    fn heard(self: &Rc<Self>, text: Heard);
    /// The connection is over.
    fn gone(self: &Rc<Self>);
}

/// What the other side said. Pings, pongs and closing are answered here.
pub(super) enum Heard {
    /// A text.
    Text(String),
    /// A binary message.
    Binary,
}

/// How far the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// We said that we close; what arrives is not heard any more.
    Closing,
    /// What is in the outbox goes, then it ends.
    Ending,
    /// It ends now.
    Over,
}

/// One side of a WebSocket.
pub(super) struct Socket {
    phase: Cell<Phase>,
    inner: RefCell<Inner>,
}

struct Inner {
    stream: TcpStream,
    decoder: Decoder,
    /// What the kernel did not take yet.
    outbox: VecDeque<Bytes>,
    /// How many bytes those are.
    waiting: usize,
    is_shut: bool,
    waker: Option<Waker>,
}

impl Socket {
    /// A socket on a connection that was just upgraded.
    pub(super) fn new(stream: TcpStream, largest_message: usize) -> Self {
        // A message must not wait for the last one's acknowledgement. Where this cannot be set it only comes later.
        let _nagle = stream.set_nodelay(true);
        Self {
            phase: Cell::new(Phase::Open),
            inner: RefCell::new(Inner {
                stream,
                decoder: Decoder::new(largest_message),
                outbox: VecDeque::new(),
                waiting: 0,
                is_shut: false,
                waker: None,
            }),
        }
    }

    /// Whether anything can still be said.
    pub(super) fn is_open(&self) -> bool {
        self.phase.get() == Phase::Open
    }

    /// Sends whole frames, now or when the kernel takes them. Never waits. Whoever asks for more than they read is cut off:
    /// the window holds deltas back, and nothing else would hold back answers.
    pub(super) fn send(&self, frames: &Bytes) {
        if self.is_open() {
            self.inner.borrow_mut().put(frames);
            if self.inner.borrow().waiting > MOST_WAITING {
                self.cut();
            }
        }
    }

    /// Says that we close, and why, and waits for the other side to agree; [`cut`](Self::cut) ends the waiting.
    pub(super) fn close(&self, code: u16, reason: &str) {
        if self.is_open() {
            self.phase.set(Phase::Closing);
            let mut inner = self.inner.borrow_mut();
            inner.put(&Bytes::from(wire::close(Some(code), reason)));
            inner.wake();
        }
    }

    /// Ends the connection as it is.
    pub(super) fn cut(&self) {
        self.phase.set(Phase::Over);
        self.inner.borrow_mut().wake();
    }

    fn agree_to_close(&self, code: Option<u16>) {
        if self.is_open() {
            self.inner.borrow_mut().put(&Bytes::from(wire::close(code, "")));
        }
        self.phase.set(Phase::Ending);
    }
}

impl Inner {
    /// Writes at once if nothing waits; the rest waits.
    fn put(&mut self, frames: &Bytes) {
        if !self.outbox.is_empty() {
            self.waiting += frames.len();
            self.outbox.push_back(frames.clone());
            return;
        }
        // An error shows again when the task looks at the socket.
        let written = self.stream.try_write(frames).unwrap_or(0);
        if written < frames.len() {
            self.waiting += frames.len() - written;
            self.outbox.push_back(frames.slice(written..));
            self.wake();
        }
    }

    fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }

    /// Writes what waits. `Ready(false)`: the connection is broken. `Pending`: the kernel takes no more.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        while !self.outbox.is_empty() {
            match self.stream.poll_write_ready(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(false),
                Poll::Ready(Ok(())) => {}
            }
            let mut slices = [IoSlice::new(&[]); SLICES];
            let waiting = slices.iter_mut().zip(&self.outbox);
            let count = waiting.map(|(slice, frames)| *slice = IoSlice::new(frames)).count();
            match self.stream.try_write_vectored(slices.get(..count).unwrap_or_default()) {
                Ok(written) => self.take_written(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Poll::Ready(false),
            }
        }
        // Its room is given back: most sockets never need it again.
        self.outbox = VecDeque::new();
        Poll::Ready(true)
    }

    fn take_written(&mut self, mut written: usize) {
        self.waiting = self.waiting.saturating_sub(written);
        while let Some(first) = self.outbox.front_mut() {
            if written < first.len() {
                *first = first.slice(written..);
                return;
            }
            written -= first.len();
            self.outbox.pop_front();
        }
    }

    /// Tells the other side that nothing more comes.
    fn shut(&mut self, context: &mut Context<'_>) {
        if !self.is_shut {
            self.is_shut = true;
            // A connection that cannot be shut is broken, which reading finds.
            let _shut = Pin::new(&mut self.stream).poll_shutdown(context);
        }
    }

    fn remember(&mut self, waker: &Waker) {
        if !self.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            self.waker = Some(waker.clone());
        }
    }
}

/// The task of one socket: reads, and writes what the kernel did not take at once.
pub(super) struct Drive<H: Hears> {
    hears: Rc<H>,
    /// What came with the request's last bytes.
    first: Vec<u8>,
}

impl<H: Hears> Drive<H> {
    pub(super) fn new(hears: Rc<H>, first: Vec<u8>) -> Self {
        Self { hears, first }
    }

    /// Writes, and says whether the connection goes on.
    fn write(&self, context: &mut Context<'_>) -> bool {
        let socket = self.hears.socket();
        let mut inner = socket.inner.borrow_mut();
        inner.remember(context.waker());
        match (inner.poll_flush(context), socket.phase.get()) {
            (_, Phase::Over) | (Poll::Ready(false), _) | (Poll::Ready(true), Phase::Ending) => false,
            (Poll::Ready(true), Phase::Closing) => {
                inner.shut(context);
                true
            }
            (Poll::Ready(true), Phase::Open) | (Poll::Pending, _) => true,
        }
    }

    /// Reads once. `None`: nothing is there. `Some(false)`: the other side is gone.
    fn read(&self, context: &mut Context<'_>) -> Option<bool> {
        let mut buffer = self.hears.buffer().borrow_mut();
        let inner = self.hears.socket().inner.borrow();
        // Nothing more is heard before what was asked for is taken; writing wakes this task.
        if inner.waiting > MOST_UNTAKEN {
            return None;
        }
        match inner.stream.poll_read_ready(context) {
            Poll::Pending => return None,
            Poll::Ready(Err(_)) => return Some(false),
            Poll::Ready(Ok(())) => {}
        }
        let read = inner.stream.try_read(&mut buffer);
        drop(inner);
        match read {
            Ok(0) => Some(false),
            Ok(count) => {
                let heard = self.decode(buffer.get_mut(..count).unwrap_or_default());
                drop(buffer);
                heard.into_iter().for_each(|message| self.hear(message));
                Some(true)
            }
            Err(error) => Some(error.kind() == ErrorKind::WouldBlock),
        }
    }

    fn decode(&self, bytes: &mut [u8]) -> Vec<Result<Incoming, wire::Violation>> {
        let mut heard = Vec::new();
        let mut inner = self.hears.socket().inner.borrow_mut();
        let fed = inner.decoder.feed(bytes, |message| heard.push(Ok(message)));
        heard.extend(fed.err().map(Err));
        heard
    }

    fn hear(&self, message: Result<Incoming, wire::Violation>) {
        let socket = self.hears.socket();
        match message {
            Ok(Incoming::Close(code)) => socket.agree_to_close(code),
            _ if !socket.is_open() => {}
            Ok(Incoming::Text(text)) => self.hears.heard(Heard::Text(text)),
            Ok(Incoming::Binary(_)) => self.hears.heard(Heard::Binary),
            Ok(Incoming::Ping(payload)) => socket.send(&Bytes::from(wire::pong(&payload))),
            Ok(Incoming::Pong) => {}
            Err(violation) => socket.close(violation.code(), violation.reason()),
        }
    }
}

impl<H: Hears> Future for Drive<H> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut first = std::mem::take(&mut self.first);
        if !first.is_empty() {
            let heard = self.decode(&mut first);
            heard.into_iter().for_each(|message| self.hear(message));
        }
        for _ in 0..READS_PER_TURN {
            if !self.write(context) {
                self.hears.gone();
                return Poll::Ready(());
            }
            match self.read(context) {
                Some(true) => {}
                Some(false) => {
                    self.hears.gone();
                    return Poll::Ready(());
                }
                None => return Poll::Pending,
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
