//! A screen: the other end of a live socket, spoken by somebody else's WebSocket client.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::app::{PUBLIC_URL, TestApp};
use crate::browser::Browser;

const BOUND: Duration = Duration::from_secs(15);

/// One open socket.
pub struct Screen {
    stream: WebSocketStream<TcpStream>,
    /// Whether pings are answered.
    pub acks: bool,
}

/// An upgrade that was answered with something else.
#[derive(Debug)]
pub struct Refused {
    /// The status.
    pub status: u16,
    /// The problem's code.
    pub code: String,
}

impl Screen {
    /// A ticket for the browser's session.
    pub async fn ticket(app: &TestApp, browser: &Browser) -> String {
        let given = browser.call(app, "POST", "/api/v1/live/tickets").send().await.ok(201);
        given["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// A socket of the browser's session, welcomed.
    pub async fn open(app: &TestApp, browser: &Browser) -> Self {
        let ticket = Self::ticket(app, browser).await;
        let mut screen = Self::with_ticket(app, &ticket, Some(PUBLIC_URL))
            .await
            .expect("a socket");
        let welcome = screen.hear().await;
        assert_eq!(
            (&welcome["type"], &welcome["protocol"]),
            (&json!("welcome"), &json!(1)),
            "{welcome}"
        );
        screen
    }

    /// Tries a ticket from a page of this origin.
    pub async fn with_ticket(app: &TestApp, ticket: &str, origin: Option<&str>) -> Result<Self, Refused> {
        Self::connect(app.address, ticket, origin, None).await
    }

    /// The same, with a small receive buffer, so that not reading is felt soon.
    pub async fn connect(
        address: SocketAddr,
        ticket: &str,
        origin: Option<&str>,
        receive_buffer: Option<u32>,
    ) -> Result<Self, Refused> {
        let url = format!("ws://{address}/api/v1/live?ticket={ticket}");
        let mut request = url.into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", HeaderValue::from_static("entrepot.live.v1"));
        if let Some(origin) = origin {
            headers.insert("origin", HeaderValue::from_str(origin).expect("a header"));
        }
        let socket = TcpSocket::new_v4().expect("a socket");
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).expect("a buffer");
        }
        let stream = socket.connect(address).await.expect("a connection");
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((stream, response)) => {
                assert_eq!(response.headers()["sec-websocket-protocol"], "entrepot.live.v1");
                assert!(response.headers().get("sec-websocket-extensions").is_none());
                Ok(Self { stream, acks: true })
            }
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
                Err(Refused {
                    status: response.status().as_u16(),
                    code: problem["code"].as_str().unwrap_or_default().to_owned(),
                })
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Says something.
    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    /// Says a text.
    pub async fn say_text(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    /// Sends any message.
    pub async fn send(&mut self, message: Message) {
        self.stream.send(message).await.expect("a socket that takes a message");
    }

    /// What is heard next; pings are answered and not heard of.
    pub async fn hear(&mut self) -> Value {
        loop {
            match self.next().await {
                Ok(message) if message["type"] == "ping" && self.acks => {
                    self.say(json!({ "type": "ack", "window": message["window"] })).await;
                }
                Ok(message) => return message,
                Err((code, reason)) => panic!("closed with {code}: {reason}"),
            }
        }
    }

    /// What is heard next of this type; other messages are passed over.
    pub async fn hear_type(&mut self, kind: &str) -> Value {
        loop {
            let message = self.hear().await;
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// Whether nothing is heard before the answer to a question that is asked now.
    pub async fn hears_nothing(&mut self) -> bool {
        self.say(json!({ "type": "subscribe", "topic": "the end" })).await;
        self.hear().await["code"] == "unknown_topic"
    }

    /// The close code and reason, whatever is heard before.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Err(closed) = self.next().await {
                return closed;
            }
        }
    }

    /// A message, or the close code.
    ///
    /// # Errors
    /// The close code and reason.
    pub async fn heard_or_closed(&mut self) -> Result<Value, (u16, String)> {
        loop {
            let heard = self.next().await;
            if !heard.as_ref().is_ok_and(|message| message["type"] == "ping") {
                return heard;
            }
        }
    }

    /// Whether only pings are heard before the answer to a question that is asked now.
    pub async fn is_quiet_but_for_pings(&mut self) -> bool {
        self.say(json!({ "type": "subscribe", "topic": "the end" })).await;
        loop {
            let message = self.hear().await;
            if message["type"] != "ping" {
                return message["code"] == "unknown_topic";
            }
        }
    }

    /// Subscribes from now on.
    pub async fn subscribe(&mut self, topic: &str) -> Value {
        self.say(json!({ "type": "subscribe", "topic": topic })).await;
        self.hear_type("subscribed").await
    }

    /// Subscribes from a place.
    pub async fn resume(&mut self, topic: &str, epoch: &Value, seq: u64) -> Value {
        let message = json!({ "type": "subscribe", "topic": topic, "epoch": epoch, "seq": seq });
        self.say(message).await;
        self.hear_type("subscribed").await
    }

    /// A message, or how the socket was closed; 1006 without a close frame.
    async fn next(&mut self) -> Result<Value, (u16, String)> {
        loop {
            let next = tokio::time::timeout(BOUND, self.stream.next()).await;
            match next.expect("a message within 15 seconds") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(frame)))) => return Err((frame.code.into(), frame.reason.to_string())),
                Some(Ok(Message::Close(None))) => return Err((1005, String::new())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) | None => return Err((1006, String::new())),
            }
        }
    }
}
