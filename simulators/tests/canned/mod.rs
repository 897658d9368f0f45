//! A TCP server that answers with bytes written down in the test, so that no parser of ours stands on both sides.
//!
//! Used by the tests of the shoppers. It must never interpret more of a request than is needed to find its end.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet, yield_now};

/// A request as the server got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// Which connection it came on, from 0.
    pub(crate) connection: usize,
    /// The whole request.
    pub(crate) text: String,
}

/// What the server does with a request.
pub(crate) struct Reply {
    pieces: Vec<Vec<u8>>,
    then: Then,
}

enum Then {
    Keep,
    Close,
    Hang,
}

/// The server; dropping it ends it.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    log: Arc<Mutex<Log>>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Log {
    received: Vec<Received>,
    closed: usize,
}

impl Reply {
    /// These bytes, and the connection stays open.
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        Self::pieces(&[bytes])
    }

    /// These bytes, in so many packets.
    pub(crate) fn pieces(pieces: &[&[u8]]) -> Self {
        Self {
            pieces: pieces.iter().map(|piece| piece.to_vec()).collect(),
            then: Then::Keep,
        }
    }

    /// Closes the connection after the bytes.
    pub(crate) fn and_close(self) -> Self {
        Self {
            then: Then::Close,
            ..self
        }
    }

    /// Says nothing more, and keeps the connection open.
    pub(crate) fn and_hang(self) -> Self {
        Self {
            then: Then::Hang,
            ..self
        }
    }
}

impl Server {
    /// Serves on a free port. `reply` gets the request and how many came before it, over all connections.
    pub(crate) async fn start(reply: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), reply).await
    }

    /// Serves at `addr`.
    pub(crate) async fn start_at(
        addr: SocketAddr,
        reply: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(addr).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&log), Arc::new(reply)));
        Self { addr, log, accepting }
    }

    /// All requests so far, in the order in which they came.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.log.lock().unwrap().received.clone()
    }

    /// Waits until the server has closed `count` connections and the client's event loop can know.
    pub(crate) async fn has_closed(&self, count: usize) {
        until(|| self.log.lock().unwrap().closed >= count).await;
        yield_now().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// An address at which nobody listens.
pub(crate) async fn deserted() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Waits for a condition, but not for ever.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    bounded(async {
        while !condition() {
            yield_now().await;
        }
    })
    .await;
}

/// Waits for a future, but not for ever.
pub(crate) async fn bounded<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future)
        .await
        .expect("nothing happened for 30 s")
}

async fn accept<R>(listener: TcpListener, log: Arc<Mutex<Log>>, reply: Arc<R>)
where
    R: Fn(usize, &Received) -> Reply + Send + Sync + 'static,
{
    let mut connections = JoinSet::new();
    for connection in 0.. {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (log, reply) = (Arc::clone(&log), Arc::clone(&reply));
        connections.spawn(async move {
            serve(stream, connection, &log, &*reply).await;
            log.lock().unwrap().closed += 1;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    log: &Mutex<Log>,
    reply: &(impl Fn(usize, &Received) -> Reply + Sync),
) {
    while let Some(text) = read_request(&mut stream).await {
        let request = Received { connection, text };
        let before = log.lock().unwrap().received.len();
        let reply = reply(before, &request);
        log.lock().unwrap().received.push(request);
        for piece in reply.pieces {
            if stream.write_all(&piece).await.is_err() {
                return;
            }
            // Lets a client on the same event loop read this packet before the next one is sent.
            for _ in 0..3 {
                yield_now().await;
            }
        }
        match reply.then {
            Then::Keep => {}
            Then::Close => return,
            Then::Hang => std::future::pending().await,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text.into_owned());
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
