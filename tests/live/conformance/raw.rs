//! A WebSocket client that can do everything wrong.

use std::time::Duration;

use kit::{Browser, PUBLIC_URL, Screen, TestApp};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BOUND: Duration = Duration::from_secs(15);
const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// One thing done to the hub.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// These bytes in one write.
    Send(Vec<u8>),
    /// These bytes, so many per write.
    Chopped(Vec<u8>, usize),
    /// Wait for one answer before going on.
    Hear,
}

/// What the hub did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It named this topic as unknown.
    Echo(String),
    /// It took a text that says nothing to it, of this length.
    Taken(usize),
    /// A pong with these bytes.
    Pong(Vec<u8>),
    /// A close frame with this code, and then the end of the connection.
    Close(Option<u16>),
    /// The end of the connection without a close frame.
    Cut,
}

/// A frame as a client sends it.
pub(super) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        length @ 126..=0xFFFF => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&KEY);
    bytes.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

/// One connection after its handshake and welcome.
pub(super) struct RawSocket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl RawSocket {
    pub(super) async fn open(app: &TestApp, browser: &Browser) -> Self {
        let ticket = Screen::ticket(app, browser).await;
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let request = format!(
            "GET /api/v1/live?ticket={ticket} HTTP/1.1\r\nHost: hub.test\r\nOrigin: {PUBLIC_URL}\r\n\
             Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: other, entrepot.live.v1\r\n\
             Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut socket = Self {
            stream,
            buffer: Vec::new(),
        };
        let head = loop {
            if let Some(end) = socket.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break String::from_utf8(socket.buffer.drain(..end + 4).collect()).unwrap();
            }
            assert!(socket.fill().await, "the end of the handshake");
        };
        let head = head.to_lowercase();
        assert!(head.starts_with("http/1.1 101 "), "{head}");
        assert!(
            head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
            "{head}"
        );
        assert!(head.contains("sec-websocket-protocol: entrepot.live.v1\r\n"), "{head}");
        assert!(!head.contains("sec-websocket-extensions"), "{head}");
        let (opcode, welcome) = socket.next().await.unwrap();
        assert!(opcode == 1 && welcome.starts_with(b"{\"type\":\"welcome\""));
        socket
    }

    /// Does the steps and then hears until the connection ends or the last expected answer came: a ping at the end asks
    /// for a pong that shows that nothing more comes.
    pub(super) async fn run(&mut self, steps: &[Step]) -> Vec<Came> {
        let mut came = Vec::new();
        for step in steps {
            // A hub that closed already does not read on; that is seen below.
            let _sent = match step {
                Step::Send(bytes) => self.stream.write_all(bytes).await,
                Step::Chopped(bytes, size) => self.chopped(bytes, *size).await,
                Step::Hear => {
                    came.push(self.hear().await);
                    Ok(())
                }
            };
        }
        let _sent = self.stream.write_all(&frame(0x89, b"the end")).await;
        loop {
            match self.hear().await {
                Came::Pong(payload) if payload == b"the end" => return came,
                Came::Close(code) => {
                    assert!(self.ends().await, "the connection ends after its close frame");
                    came.push(Came::Close(code));
                    return came;
                }
                Came::Cut => {
                    came.push(Came::Cut);
                    return came;
                }
                other @ (Came::Echo(_) | Came::Taken(_) | Came::Pong(_)) => came.push(other),
            }
        }
    }

    async fn chopped(&mut self, bytes: &[u8], size: usize) -> std::io::Result<()> {
        for piece in bytes.chunks(size) {
            self.stream.write_all(piece).await?;
            self.stream.flush().await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn hear(&mut self) -> Came {
        let Some((opcode, payload)) = self.next().await else {
            return Came::Cut;
        };
        match opcode {
            0x1 => {
                let said: Value = serde_json::from_slice(&payload).unwrap();
                match said["code"].as_str() {
                    Some("unknown_topic") => Came::Echo(said["topic"].as_str().unwrap().to_owned()),
                    Some("malformed") => {
                        let words = said["detail"].as_str().unwrap().split(' ').next().unwrap();
                        Came::Taken(words.parse().unwrap())
                    }
                    _ => panic!("{said}"),
                }
            }
            0xA => Came::Pong(payload),
            0x8 => Came::Close(payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]))),
            other => panic!("opcode {other}"),
        }
    }

    /// The next frame, which must be unmasked, final and without reserved bits.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let [first, second, ..] = *self.buffer.as_slice() {
                assert_eq!((first & 0xF0, second & 0x80), (0x80, 0));
                let (length, head) = match second {
                    126 if self.buffer.len() >= 4 => {
                        (usize::from(self.buffer[2]) << 8 | usize::from(self.buffer[3]), 4)
                    }
                    126 => (usize::MAX / 2, 4),
                    127 => panic!("an answer of more than 64 KB"),
                    short => (usize::from(short), 2),
                };
                if self.buffer.len() >= head + length {
                    let frame: Vec<u8> = self.buffer.drain(..head + length).collect();
                    return Some((first & 0x0F, frame[head..].to_vec()));
                }
            }
            if !self.fill().await {
                return None;
            }
        }
    }

    async fn fill(&mut self) -> bool {
        let read = tokio::time::timeout(BOUND, self.stream.read_buf(&mut self.buffer)).await;
        matches!(read.expect("an answer within 15 seconds"), Ok(1..))
    }

    async fn ends(&mut self) -> bool {
        while self.fill().await {}
        self.buffer.is_empty()
    }
}
