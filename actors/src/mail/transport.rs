//! Letters on their way: SMTP with a few tries, or a file that appears whole.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{Letter, MailError, MailSettings, MailWay, SmtpSecurity, SmtpSettings};
use crate::clock::{Clock, pause};

/// RFC 5322, 2.1.1, without the line's end.
const LONGEST_LINE: usize = 998;
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_secs(2);
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Sends letters one after the other.
pub(super) struct Transport {
    from: Mailbox,
    clock: Arc<dyn Clock>,
    way: Way,
}

enum Way {
    Files(std::path::PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl Transport {
    pub(super) fn new(settings: &MailSettings, clock: Arc<dyn Clock>) -> Result<Self, MailError> {
        let from = settings
            .from
            .parse()
            .map_err(|_| MailError::Sender(settings.from.clone()))?;
        let way = match &settings.way {
            MailWay::Files(folder) => Way::Files(folder.clone()),
            MailWay::Smtp(server) => Way::Smtp(connect(server)?),
        };
        Ok(Self { from, clock, way })
    }

    /// Sends one letter, or says why not after a few tries.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter)?;
        let server = match &self.way {
            Way::Files(folder) => return self.write(folder, &message.formatted()).await,
            Way::Smtp(server) => server,
        };
        let mut tries_left = TRIES;
        loop {
            tries_left -= 1;
            match server.send(message.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if tries_left > 0 && !error.is_permanent() => pause(BETWEEN_TRIES).await,
                Err(error) => return Err(MailError::Send(error.to_string())),
            }
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, MailError> {
        let unwritable = |what: String| MailError::Letter(what);
        let to = letter
            .to
            .parse()
            .map_err(|_| unwritable("the recipient is no address".to_owned()))?;
        let id = format!("<{}@{}>", self.clock.fresh_id(), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .date(self.clock.now().into())
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(self.body(&letter.text))
            .map_err(|error| unwritable(error.to_string()))
    }

    /// The text as it stands, so that a link can be copied out of it: the library would rather encode it, because the link is
    /// longer than 76 characters, which is a matter of taste; the bound is 998. A file may hold any letters. On the way to
    /// a server whose powers are not known yet, names beyond ASCII are the one reason to encode.
    fn body(&self, text: &str) -> Body {
        let is_plain = text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE);
        let encoding = match self.way {
            _ if is_plain => ContentTransferEncoding::SevenBit,
            Way::Files(_) => ContentTransferEncoding::EightBit,
            Way::Smtp(_) => return Body::new(text.to_owned()),
        };
        Body::dangerous_pre_encoded(text.replace('\n', "\r\n").into_bytes(), encoding)
    }

    /// The file has its name only when it is whole; names sort by time.
    async fn write(&self, folder: &Path, bytes: &[u8]) -> Result<(), MailError> {
        tokio::fs::create_dir_all(folder).await?;
        let name = self.clock.fresh_id();
        let beginning = folder.join(format!("{name}.part"));
        let mut options = tokio::fs::OpenOptions::new();
        let mut file = options
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&beginning)
            .await?;
        tokio::io::AsyncWriteExt::write_all(&mut file, bytes).await?;
        tokio::io::AsyncWriteExt::flush(&mut file).await?;
        tokio::fs::rename(&beginning, folder.join(format!("{name}.eml"))).await?;
        Ok(())
    }
}

fn connect(server: &SmtpSettings) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    type Smtp = AsyncSmtpTransport<Tokio1Executor>;
    let unusable = |error: lettre::transport::smtp::Error| MailError::Server(error.to_string());
    let mut builder = match server.security {
        SmtpSecurity::Tls => Smtp::relay(&server.host).map_err(unusable)?,
        SmtpSecurity::StartTls => Smtp::starttls_relay(&server.host).map_err(unusable)?,
        SmtpSecurity::Plain => Smtp::builder_dangerous(&server.host),
    };
    if server.port != 0 {
        builder = builder.port(server.port);
    }
    if let Some((name, password)) = &server.credentials {
        builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
    }
    Ok(builder.timeout(Some(ANSWER_WITHIN)).build())
}
