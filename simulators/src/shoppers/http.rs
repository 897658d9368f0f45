//! One keep-alive HTTP/1.1 connection: write a request, read its answer, again and again.
//!
//! Called by [`Client`](super::Client) and [`load`](super::load). In the hot path an exchange costs one `write`, one
//! `read` and no allocation. It must never send a request twice, and never call a request unsent that the server may have.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until};

use super::answer::{Answer, Incoming};

/// A connection to one server. It is opened by the first exchange, and again after it was lost or closed.
pub struct Connection {
    addr: SocketAddr,
    timeout: Duration,
    /// Taken out for the time of an exchange, so that one which fails or is cancelled leaves no half-read stream behind.
    open: Option<Open>,
    incoming: Incoming,
}

/// Why an exchange has no answer. What the caller may do next is in the variant.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// No connection. Nothing was sent.
    #[error("no connection to {addr}: {source}")]
    Connect {
        /// Where to.
        addr: SocketAddr,
        /// Why not; `TimedOut` when it took longer than the timeout.
        source: io::Error,
    },
    /// The connection broke before it had taken the last byte of the request, so the server cannot have it whole:
    /// it certainly was not executed, and may be sent again.
    #[error("the request was certainly not sent: {0}")]
    NotSent(#[source] io::Error),
    /// The request was sent, and no complete answer came: it may have been executed or not. Only a request that carries
    /// an idempotency key may be sent again, with the same key.
    #[error("in doubt: the request was sent, but {0}")]
    InDoubt(#[from] Doubt),
}

/// What went wrong between the request and the end of its answer.
#[derive(Debug, thiserror::Error)]
pub enum Doubt {
    /// The server closed the connection first.
    #[error("the connection was closed before the answer was complete")]
    Closed,
    /// The answer was not complete within the timeout.
    #[error("the answer did not come in time")]
    TimedOut,
    /// The connection broke, for example because the server died.
    #[error("the connection broke: {0}")]
    Broken(#[source] io::Error),
    /// What came back is not an HTTP/1.1 answer, in words.
    #[error("the answer cannot be read: {0}")]
    Malformed(&'static str),
    /// The answer exceeds what a client is willing to hold.
    #[error("the answer is too long")]
    TooLong,
}

struct Open {
    stream: TcpStream,
    deadline: Deadline,
}

/// One timer per connection that moves ahead of the requests: it is touched when it fires, not once per request.
struct Deadline {
    due: Instant,
    /// May be set to a moment before `due`, and is then set again when it gets there.
    timer: Pin<Box<Sleep>>,
}

impl Connection {
    /// A connection to `addr`, not yet open. `timeout` bounds connecting, and the exchange after it, each by itself.
    #[must_use]
    pub fn new(addr: SocketAddr, timeout: Duration) -> Self {
        Self {
            addr,
            timeout,
            open: None,
            incoming: Incoming::new(),
        }
    }

    /// Sends one complete request and reads its answer, connecting first where that is needed.
    ///
    /// Dropping the future closes the connection; whether the request was sent is then unknown.
    ///
    /// # Errors
    /// See [`RequestError`]. The connection is closed, and the next exchange opens a new one.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, RequestError> {
        let mut open = match self.open.take() {
            Some(open) if open.is_quiet() => open,
            Some(_) | None => self.connect().await?,
        };
        let sent_at = Instant::now();
        open.deadline.due = sent_at + self.timeout;
        open.deadline
            .within(open.stream.write_all(request))
            .await
            .map_err(RequestError::NotSent)?;
        self.receive(&mut open).await?;
        let answered_at = Instant::now();
        if self.incoming.leaves_connection_usable() {
            self.open = Some(open);
        }
        // A received answer has a head; without one its end cannot be known.
        let head = self.incoming.head().ok_or(Doubt::Closed)?;
        Ok(Answer {
            status: head.status,
            body: self.incoming.body(),
            retry_after: head.retry_after,
            latency: answered_at - sent_at,
            answered_at,
        })
    }

    async fn connect(&self) -> Result<Open, RequestError> {
        let connect = async {
            let mut deadline = Deadline::at(Instant::now() + self.timeout);
            let stream = deadline.within(TcpStream::connect(self.addr)).await?;
            stream.set_nodelay(true)?;
            Ok(Open { stream, deadline })
        };
        connect.await.map_err(|source| RequestError::Connect {
            addr: self.addr,
            source,
        })
    }

    async fn receive(&mut self, open: &mut Open) -> Result<(), Doubt> {
        self.incoming.clear();
        loop {
            let read = open.stream.read(self.incoming.room()?);
            let count = open.deadline.within(read).await.map_err(Doubt::from_read)?;
            if count == 0 {
                return self.incoming.closed();
            }
            if self.incoming.advance(count)? {
                return Ok(());
            }
        }
    }
}

impl Open {
    /// Whether the server neither closed the connection nor sent anything since the last answer. Asks the operating
    /// system only when the event loop has seen something arrive, so a busy connection pays nothing.
    fn is_quiet(&self) -> bool {
        self.stream
            .try_read(&mut [0])
            .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

impl Deadline {
    fn at(due: Instant) -> Self {
        Self {
            due,
            timer: Box::pin(sleep_until(due.into())),
        }
    }

    /// Lets `work` run until the deadline; `TimedOut` after it.
    async fn within<T>(&mut self, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        let mut work = pin!(work);
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => self.poll_passed(cx).map(|()| Err(io::ErrorKind::TimedOut.into())),
        })
        .await
    }

    fn poll_passed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.timer.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.due {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.due.into());
        }
        Poll::Pending
    }
}

impl Doubt {
    fn from_read(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::TimedOut {
            Self::TimedOut
        } else {
            Self::Broken(error)
        }
    }
}
