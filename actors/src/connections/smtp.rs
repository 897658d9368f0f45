//! Tests a mail server: name, address, connection, encryption, sign-in, sender. Nothing is sent: the conversation ends with
//! RSET before anybody is named as a recipient.
//!
//! The host is a tenant's word, so its addresses are looked at before any is called, and the address that was looked at is
//! the one that is called. Of what the server says, only its three-digit code is repeated.

use std::error::Error as _;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use domain::outbound::{Reach, reach};
use domain::platform_settings::{ConnectionProblem, ProblemKind, Provider};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Mail, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::bounded::Bounded;
use super::encrypted::Encrypted;
use super::{ConnectionTest, Entered};

/// For the whole conversation; greylisting servers make callers wait for their greeting.
const WITHIN: Duration = Duration::from_secs(25);
const RESOLVE_WITHIN: Duration = Duration::from_secs(5);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Where mail servers are. Other ports of somebody else's host are none of the hub's business.
const PORTS: [u16; 4] = [25, 465, 587, 2525];

/// What the operator allows.
#[derive(Clone, Debug, Default)]
pub struct SmtpRules {
    /// Whether servers on this machine and in its private networks may be named, on any port.
    pub allow_private: bool,
    /// An authority to trust beside the machine's own, in PEM.
    pub extra_root: Option<Vec<u8>>,
    /// How long the conversation may take, when not the usual 25 s.
    pub within: Option<Duration>,
}

/// The test of SMTP settings.
#[derive(Clone, Debug)]
pub struct SmtpConnectionTest {
    rules: SmtpRules,
}

type Outcome<T> = Result<T, ConnectionProblem>;

/// The settings as this test needs them.
struct Server<'a> {
    host: &'a str,
    port: u16,
    security: &'a str,
}

impl SmtpConnectionTest {
    /// A test under these rules.
    #[must_use]
    pub fn new(rules: SmtpRules) -> Self {
        Self { rules }
    }

    async fn converse(&self, entered: &Entered) -> Outcome<()> {
        let server = Server {
            host: entered.plain("host").unwrap_or_default(),
            port: entered
                .plain("port")
                .and_then(|port| port.parse().ok())
                .unwrap_or_default(),
            security: entered.plain("security").unwrap_or_default(),
        };
        let addresses = self.resolve(&server).await?;
        let stream = connect(&server, &addresses).await?;
        let mut connection = self.greet(&server, stream).await?;
        if let (Some(username), Some(password)) = (entered.plain("username"), entered.secret("password")) {
            sign_in(&mut connection, username, password.reveal()).await?;
        }
        offer_sender(&mut connection, entered.plain("from").unwrap_or_default()).await?;
        // The verdict is in; how the server says goodbye does not matter.
        let _goodbye = connection.quit().await;
        Ok(())
    }

    /// The addresses that may be called.
    async fn resolve(&self, server: &Server<'_>) -> Outcome<Vec<SocketAddr>> {
        let Server { host, port, .. } = server;
        let forbidden = |what: String| Err(ConnectionProblem::new(ProblemKind::HostForbidden, what));
        if !self.rules.allow_private && !PORTS.contains(port) {
            return forbidden(format!("port {port} is not one that mail servers use"));
        }
        let found = timeout(RESOLVE_WITHIN, lookup_host((*host, *port))).await;
        let unknown = |what: String| ConnectionProblem::new(ProblemKind::HostUnknown, what);
        let found = found
            .map_err(|_| {
                unknown(format!(
                    "looking up {host} took more than {} s",
                    RESOLVE_WITHIN.as_secs()
                ))
            })?
            .map_err(|_| unknown(format!("{host} has no address")))?;
        let addresses: Vec<SocketAddr> = found.collect();
        // One forbidden address condemns the name: which one is called must not be a matter of luck.
        for address in &addresses {
            match reach(address.ip()) {
                Reach::Public => {}
                Reach::Private if self.rules.allow_private => {}
                Reach::Private => return forbidden(format!("{host} is inside a private network")),
                Reach::Never => return forbidden(format!("{host} has an address that no mail server can have")),
            }
        }
        if addresses.is_empty() {
            return Err(unknown(format!("{host} has no address")));
        }
        Ok(addresses)
    }

    async fn greet(&self, server: &Server<'_>, stream: Bounded) -> Outcome<AsyncSmtpConnection> {
        let hello = ClientId::default();
        let failed = |error: &SmtpError| explain(error, server, Stage::Greeting);
        if server.security == "tls" {
            let agreeing = Encrypted::agree(stream, self.tls(server.host)?);
            let stream = agreeing
                .await
                .map_err(|error| explain(&error, server, Stage::Encrypting))?;
            let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
            return connecting.await.map_err(|error| failed(&error));
        }
        let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
        let mut connection = connecting.await.map_err(|error| failed(&error))?;
        if server.security == "starttls" {
            if !connection.can_starttls() {
                let what = format!("{}:{} does not offer STARTTLS", server.host, server.port);
                return Err(ConnectionProblem::new(ProblemKind::StarttlsMissing, what));
            }
            let upgrading = connection.starttls(self.tls(server.host)?, &hello);
            upgrading
                .await
                .map_err(|error| explain(&error, server, Stage::Encrypting))?;
        }
        Ok(connection)
    }

    fn tls(&self, host: &str) -> Outcome<TlsParameters> {
        let failed = |what: &str| ConnectionProblem::new(ProblemKind::TlsFailed, what);
        let mut builder = TlsParameters::builder(host.to_owned());
        if let Some(pem) = &self.rules.extra_root {
            let root = Certificate::from_pem(pem);
            builder =
                builder.add_root_certificate(root.map_err(|_| failed("secrets.smtp_root_certificate is unusable"))?);
        }
        builder
            .build_rustls()
            .map_err(|_| failed("encryption cannot be set up on this machine"))
    }
}

impl ConnectionTest for SmtpConnectionTest {
    fn provider(&self) -> Provider {
        Provider::Smtp
    }

    fn run<'a>(&'a self, entered: &'a Entered) -> BoxFuture<'a, Outcome<()>> {
        let within = self.rules.within.unwrap_or(WITHIN);
        async move {
            timeout(within, self.converse(entered)).await.unwrap_or_else(|_| {
                let what = format!(
                    "the server did not finish the conversation within {} s",
                    within.as_secs_f32()
                );
                Err(ConnectionProblem::new(ProblemKind::TimedOut, what))
            })
        }
        .boxed()
    }
}

/// The first address that answers.
async fn connect(server: &Server<'_>, addresses: &[SocketAddr]) -> Outcome<Bounded> {
    let at = format!("{}:{}", server.host, server.port);
    let mut last = not_connected(ErrorKind::NetworkUnreachable, &at);
    for address in addresses {
        let connecting = timeout(CONNECT_WITHIN, TcpStream::connect(address)).await;
        last = match connecting {
            Ok(Ok(stream)) => return Ok(Bounded::new(stream)),
            Ok(Err(error)) => not_connected(error.kind(), &at),
            Err(_) => not_connected(ErrorKind::TimedOut, &at),
        };
    }
    Err(last)
}

/// Why there is no connection, in our words.
fn not_connected(kind: ErrorKind, at: &str) -> ConnectionProblem {
    if kind == ErrorKind::ConnectionRefused {
        return ConnectionProblem::new(ProblemKind::ConnectionRefused, format!("nobody listens on {at}"));
    }
    if kind == ErrorKind::TimedOut {
        let seconds = CONNECT_WITHIN.as_secs();
        return ConnectionProblem::new(ProblemKind::TimedOut, format!("{at} did not answer within {seconds} s"));
    }
    // No route, no such network, a firewall that says so, no address of ours to call from.
    ConnectionProblem::new(ProblemKind::Unreachable, format!("there is no way to {at}"))
}

async fn sign_in(connection: &mut AsyncSmtpConnection, username: &str, password: &str) -> Outcome<()> {
    let mechanisms = [Mechanism::Plain, Mechanism::Login];
    if connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
        let what = "the server offers no sign-in that the hub knows";
        return Err(ConnectionProblem::new(ProblemKind::SignInMissing, what));
    }
    let credentials = Credentials::new(username.to_owned(), password.to_owned());
    let answer = connection.auth(&mechanisms, &credentials).await;
    answer.map(drop).map_err(|error| match code_of(&error) {
        Some(code) if error.is_permanent() => ConnectionProblem::new(
            ProblemKind::SignInRefused,
            format!("the server does not take this name and password (code {code})"),
        ),
        _ => in_conversation(&error, "during sign-in"),
    })
}

async fn offer_sender(connection: &mut AsyncSmtpConnection, from: &str) -> Outcome<()> {
    let sender: Option<Address> = from.parse().ok();
    let Some(sender) = sender else {
        return Err(ConnectionProblem::new(
            ProblemKind::SenderRefused,
            "the sender is no address",
        ));
    };
    let answer = connection.command(Mail::new(Some(sender), Vec::new())).await;
    answer.map_err(|error| match code_of(&error) {
        Some(code) if error.is_permanent() => ConnectionProblem::new(
            ProblemKind::SenderRefused,
            format!("the server takes no mail from this sender (code {code})"),
        ),
        _ => in_conversation(&error, "when the sender was named"),
    })?;
    connection
        .command(Rset)
        .await
        .map(drop)
        .map_err(|error| in_conversation(&error, "at the end"))
}

/// Where on the way an error happened; the library's own error does not say.
#[derive(Clone, Copy)]
enum Stage {
    Greeting,
    Encrypting,
}

fn explain(error: &SmtpError, server: &Server<'_>, stage: Stage) -> ConnectionProblem {
    match stage {
        Stage::Encrypting if code_of(error).is_none() => {
            let at = format!("{}:{}", server.host, server.port);
            let cause = causes(error);
            if cause.contains("certificate") {
                let what = format!("{at}: {}", certificate_words(&cause));
                ConnectionProblem::new(ProblemKind::CertificateRefused, what)
            } else {
                let what = format!("encryption with {at} could not be agreed on");
                ConnectionProblem::new(ProblemKind::TlsFailed, what)
            }
        }
        Stage::Encrypting | Stage::Greeting => in_conversation(error, "at the greeting"),
    }
}

/// What the TLS library minds, in our words.
fn certificate_words(cause: &str) -> &'static str {
    const WORDS: &[(&str, &str)] = &[
        (
            "UnknownIssuer",
            "the certificate is from an authority that this machine does not trust",
        ),
        ("NotValidForName", "the certificate is for another name"),
        ("not valid for name", "the certificate is for another name"),
        ("Expired", "the certificate is out of date"),
        ("expired", "the certificate is out of date"),
        ("NotValidYet", "the certificate is not valid yet"),
        ("Revoked", "the certificate was revoked"),
    ];
    let found = WORDS.iter().find(|(word, _)| cause.contains(word));
    found.map_or("the certificate is not one to trust", |(_, words)| words)
}

fn in_conversation(error: &SmtpError, when: &str) -> ConnectionProblem {
    match code_of(error) {
        Some(code) if error.is_transient() => {
            let what = format!("the server said \"not now\" {when} (code {code})");
            ConnectionProblem::new(ProblemKind::TemporarilyRefused, what)
        }
        Some(code) => {
            let what = format!("the server refused {when} (code {code})");
            ConnectionProblem::new(ProblemKind::NotUnderstood, what)
        }
        None => {
            let what = format!("what answers does not speak SMTP, or broke off {when}");
            ConnectionProblem::new(ProblemKind::NotUnderstood, what)
        }
    }
}

/// The server's three digits, and nothing else that it said.
fn code_of(error: &SmtpError) -> Option<String> {
    error.status().map(|code| code.to_string())
}

/// The libraries' own words, to recognise a cause in; never shown.
fn causes(error: &SmtpError) -> String {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!("{inner} {inner:?} "));
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_nobody_there_and_no_answer_are_told_apart() {
        let of = |kind: ErrorKind| not_connected(kind, "mail.example.com:25").kind;
        for kind in [
            ErrorKind::NetworkUnreachable,
            ErrorKind::HostUnreachable,
            ErrorKind::AddrNotAvailable,
            ErrorKind::PermissionDenied,
        ] {
            assert_eq!(of(kind), ProblemKind::Unreachable, "{kind}");
        }
        assert_eq!(of(ErrorKind::ConnectionRefused), ProblemKind::ConnectionRefused);
        assert_eq!(of(ErrorKind::TimedOut), ProblemKind::TimedOut);
    }
}
