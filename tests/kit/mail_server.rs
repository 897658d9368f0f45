//! A mail server for tests, of our own making: it speaks enough of RFC 5321, 3207 and 4954 for a client to greet it, encrypt,
//! sign in and name a sender, and misbehaves on request. It shares no code with the client.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What is unusual about a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Quirk {
    /// Nothing.
    #[default]
    None,
    /// It accepts the connection and never says a word.
    Silent,
    /// Its greeting has no end.
    Endless,
    /// It is a web server.
    Http,
    /// It says that it is busy.
    Busy,
    /// It offers no STARTTLS.
    NoStarttls,
    /// It offers no sign-in.
    NoSignIn,
    /// It knows only the LOGIN mechanism, in three steps.
    LoginOnly,
    /// It refuses every sign-in and sends the password back in the refusal.
    Echo,
    /// Its certificate is for another name.
    WrongName,
}

/// What a server is to be like.
#[derive(Clone, Debug, Default)]
pub struct MailServerRules {
    /// Encrypted from the first byte.
    pub is_tls: bool,
    /// The name and password it takes.
    pub account: (String, String),
    /// The only sender it takes.
    pub sender: String,
    /// What is unusual.
    pub quirk: Quirk,
}

/// A running server; ends with the test's runtime.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The authority that made its certificate, in PEM.
    pub authority: String,
    heard: Arc<Mutex<Vec<String>>>,
}

struct Shared {
    rules: MailServerRules,
    acceptor: TlsAcceptor,
    heard: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// Starts one on a port of its own.
    pub async fn start(rules: MailServerRules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let name = if rules.quirk == Quirk::WrongName {
            "elsewhere.example"
        } else {
            "localhost"
        };
        let (authority, acceptor) = certificates(name);
        let heard = Arc::default();
        let shared = Arc::new(Shared {
            rules,
            acceptor,
            heard: Arc::clone(&heard),
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(Arc::clone(&shared), stream));
            }
        });
        Self {
            address,
            authority,
            heard,
        }
    }

    /// The verbs it has heard, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no test panicked").clone()
    }
}

fn certificates(name: &str) -> (String, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let authority = params.self_signed(&authority_key).expect("an authority");
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .expect("a usable certificate");
    (authority.pem(), TlsAcceptor::from(Arc::new(config)))
}

async fn serve(shared: Arc<Shared>, mut stream: TcpStream) {
    match shared.rules.quirk {
        Quirk::Silent => return std::future::pending().await,
        Quirk::Http => {
            let _gone = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            return;
        }
        Quirk::Busy => {
            let _gone = stream.write_all(b"421 4.7.0 too many connections\r\n").await;
            return;
        }
        Quirk::Endless if !shared.rules.is_tls => return talk_on(stream).await,
        Quirk::None
        | Quirk::Endless
        | Quirk::NoStarttls
        | Quirk::NoSignIn
        | Quirk::LoginOnly
        | Quirk::Echo
        | Quirk::WrongName => {}
    }
    if shared.rules.is_tls {
        let Ok(stream) = shared.acceptor.accept(stream).await else {
            return;
        };
        if shared.rules.quirk == Quirk::Endless {
            talk_on(stream).await;
        } else {
            converse(&shared, stream, true).await;
        }
        return;
    }
    let Some(stream) = converse(&shared, stream, false).await else {
        return;
    };
    if let Ok(stream) = shared.acceptor.accept(stream).await {
        converse_on(&shared, stream).await;
    }
}

/// One line, for as long as anybody listens.
async fn talk_on<S: AsyncWrite + Unpin>(mut stream: S) {
    let mut is_listening = stream.write_all(b"220 ").await.is_ok();
    while is_listening {
        is_listening = stream.write_all(&[b'a'; 16 * 1024]).await.is_ok();
    }
}

async fn converse_on<S: AsyncRead + AsyncWrite + Unpin>(shared: &Shared, stream: S) {
    let mut stream = BufReader::new(stream);
    let _end = talk(shared, &mut stream, true).await;
}

/// Greets and talks; the stream, when the client wants it encrypted.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(shared: &Shared, mut stream: S, is_encrypted: bool) -> Option<S> {
    stream.write_all(b"220 localhost ESMTP\r\n").await.ok()?;
    let mut stream = BufReader::new(stream);
    let wants_tls = talk(shared, &mut stream, is_encrypted).await?;
    wants_tls.then(|| stream.into_inner())
}

/// Answers commands until the client goes or asks for encryption (true).
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    shared: &Shared,
    stream: &mut BufReader<S>,
    is_encrypted: bool,
) -> Option<bool> {
    loop {
        let line = read(stream).await?;
        let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        shared.heard.lock().expect("no test panicked").push(verb.clone());
        let answer = match verb.as_str() {
            "EHLO" => greeting(&shared.rules, is_encrypted),
            "STARTTLS" => "220 go ahead".to_owned(),
            "AUTH" => sign_in(shared, stream, &line).await?,
            "MAIL" if !line.contains(&format!("<{}>", shared.rules.sender)) => "550 5.7.1 not your address".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            "MAIL" | "RSET" | "NOOP" => "250 fine".to_owned(),
            _ => "502 what?".to_owned(),
        };
        write(stream, &answer).await?;
        match verb.as_str() {
            "STARTTLS" => return Some(true),
            "QUIT" => return Some(false),
            _ => {}
        }
    }
}

fn greeting(rules: &MailServerRules, is_encrypted: bool) -> String {
    let mut lines = vec!["250-localhost"];
    if !is_encrypted && rules.quirk != Quirk::NoStarttls {
        lines.push("250-STARTTLS");
    }
    if rules.quirk == Quirk::LoginOnly {
        lines.push("250-AUTH LOGIN");
    } else if rules.quirk != Quirk::NoSignIn {
        lines.push("250-AUTH PLAIN LOGIN");
    }
    lines.push("250 8BITMIME");
    lines.join("\r\n")
}

async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
    shared: &Shared,
    stream: &mut BufReader<S>,
    line: &str,
) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (name, password) = match words.get(1).copied() {
        Some("PLAIN") => {
            let parts = decode(words.get(2)?)?;
            let mut parts = parts.split('\0').skip(1);
            (parts.next()?.to_owned(), parts.next()?.to_owned())
        }
        Some("LOGIN") => {
            write(stream, "334 VXNlcm5hbWU6").await?;
            let name = decode(&read(stream).await?)?;
            write(stream, "334 UGFzc3dvcmQ6").await?;
            (name, decode(&read(stream).await?)?)
        }
        _ => return Some("504 5.5.4 unknown".to_owned()),
    };
    let rules = &shared.rules;
    Some(if rules.quirk == Quirk::Echo {
        format!("535 5.7.8 {name} and {password} are wrong: {line}")
    } else if (name, password) == rules.account {
        "235 2.7.0 welcome".to_owned()
    } else {
        "535 5.7.8 no".to_owned()
    })
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

async fn read<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let count = stream.read_line(&mut line).await.ok()?;
    (count > 0).then(|| line.trim_end().to_owned())
}

async fn write<S: AsyncWrite + AsyncRead + Unpin>(stream: &mut BufReader<S>, line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}
