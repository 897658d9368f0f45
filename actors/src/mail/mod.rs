//! Mail: letters go into a bounded queue, one task sends them, by SMTP or as `.eml` files. Requests never wait for it, so that
//! their time does not tell whether a letter was sent. The only place that names lettre.
//!
//! What waits when the process is killed is lost, and its person asks again: a token in clear has no business in a table.

mod letters;
mod transport;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tracing::{error, info};

use crate::clock::Clock;
pub(crate) use letters::Letter;
use transport::Transport;

/// A letter is a few hundred bytes; more than so many waiting means that nobody takes them.
const QUEUE: usize = 1_024;

/// How mail leaves.
#[derive(Clone)]
pub struct MailSettings {
    /// The sender's address.
    pub from: String,
    /// The way.
    pub way: MailWay,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Where letters go.
#[derive(Clone)]
pub enum MailWay {
    /// Into this folder, one `.eml` file each.
    Files(PathBuf),
    /// To a server.
    Smtp(SmtpSettings),
}

/// A mail server. No `Debug`: it holds the password.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port; 0: the usual one.
    pub port: u16,
    /// TLS from the start, TLS by STARTTLS, or none.
    pub security: SmtpSecurity,
    /// Name and password, when it wants them.
    pub credentials: Option<(String, String)>,
}

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, and nothing if the server does not offer it.
    StartTls,
    /// Nothing: for a server on this machine.
    Plain,
}

/// The post cannot work.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is no address.
    #[error("mail.from is no e-mail address: {0}")]
    Sender(String),
    /// The server's name or TLS is unusable.
    #[error("mail server: {0}")]
    Server(String),
    /// A letter could not be put together.
    #[error("the letter cannot be written: {0}")]
    Letter(String),
    /// The server did not take it.
    #[error("sending failed: {0}")]
    Send(String),
    /// The file could not be written.
    #[error("writing the mail's file: {0}")]
    File(#[from] std::io::Error),
}

enum Order {
    Send(Letter),
    Finish(oneshot::Sender<()>),
}

/// The way to the post. Cheap to clone.
#[derive(Clone)]
pub struct Post {
    orders: mpsc::Sender<Order>,
}

impl Post {
    /// Starts the task that sends.
    ///
    /// # Errors
    /// When the settings are unusable.
    pub fn start(settings: &MailSettings, clock: Arc<dyn Clock>) -> Result<Self, MailError> {
        let transport = Transport::new(settings, clock)?;
        let (orders, taken) = mpsc::channel(QUEUE);
        tokio::spawn(run(transport, taken));
        Ok(Self { orders })
    }

    /// Hands a letter over.
    pub(crate) fn send(&self, letter: Letter) {
        if self.orders.try_send(Order::Send(letter)).is_err() {
            error!("the mail queue is full; a letter was dropped");
        }
    }

    /// Waits until everything handed over before is sent or given up.
    pub async fn finish(&self) {
        let (tell, told) = oneshot::channel();
        if self.orders.send(Order::Finish(tell)).await.is_ok() {
            let _gone = told.await;
        }
    }
}

async fn run(transport: Transport, mut orders: mpsc::Receiver<Order>) {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Send(letter) => match transport.deliver(&letter).await {
                Ok(()) => info!(subject_kind = letter.kind, "mail.sent"),
                Err(error) => error!(subject_kind = letter.kind, %error, "mail.failed"),
            },
            Order::Finish(tell) => {
                let _gone = tell.send(());
            }
        }
    }
}
