//! Raw HTTP/1.1: exactly these bytes out, whatever comes back with its headers. For what no well-behaved client sends.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than the slowest thing the server does on purpose: refusing a body that does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, taken apart and not interpreted.
#[derive(Clone, Debug)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The bytes after the head.
    pub body: Vec<u8>,
}

/// Sends `request`, which must ask for `Connection: close`, and reads to the end of the connection.
pub async fn exchange(address: SocketAddr, request: Vec<u8>) -> RawAnswer {
    send(address, request, false).await
}

/// The same, with the connection held open for more that never comes.
pub async fn exchange_stalling(address: SocketAddr, beginning: Vec<u8>) -> RawAnswer {
    send(address, beginning, true).await
}

async fn send(address: SocketAddr, request: Vec<u8>, is_stalling: bool) -> RawAnswer {
    let stream = TcpStream::connect(address).await.expect("the hub listens");
    let (mut reader, mut writer) = stream.into_split();
    // Beside the reading: a server may answer, and stop listening, before it has taken everything.
    let sending = tokio::spawn(async move {
        let _refused = writer.write_all(&request).await;
        if is_stalling {
            std::future::pending::<()>().await;
        }
        writer
    });
    let mut bytes = Vec::new();
    let reading = async {
        let mut chunk = [0; 16 * 1024];
        // A reset after the answer is how a connection ends whose request was not read to its end.
        while let Ok(count @ 1..) = reader.read(&mut chunk).await {
            bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
            if is_complete(&bytes) {
                break;
            }
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, reading).await;
    sending.abort();
    assert!(in_time.is_ok(), "no complete answer within {PATIENCE:?}");
    parse(&bytes).expect("an HTTP answer")
}

fn is_complete(bytes: &[u8]) -> bool {
    parse(bytes).is_some_and(|answer| {
        let length = answer.headers.iter().find(|(name, _)| name == "content-length");
        let length = length.and_then(|(_, value)| value.parse().ok());
        length.is_some_and(|length: usize| answer.body.len() >= length)
    })
}

fn parse(bytes: &[u8]) -> Option<RawAnswer> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes).ok()? else {
        return None;
    };
    let text = |header: &httparse::Header<'_>| {
        (
            header.name.to_lowercase(),
            String::from_utf8_lossy(header.value).into_owned(),
        )
    };
    Some(RawAnswer {
        status: response.code?,
        headers: response.headers.iter().map(text).collect(),
        body: bytes.get(head..)?.to_vec(),
    })
}
