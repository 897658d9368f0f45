//! What an item actor can be told.

use actix::Message;
use domain::stock::Command;
use tokio::sync::oneshot;

use crate::journal::{Outcome, Permit};

/// Decide this command and answer when the outcome is durable.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Execute {
    /// What is asked.
    pub command: Command,
    /// Taken before, so that what is decided can be written.
    pub permit: Permit,
    /// Who waits.
    pub waiter: oneshot::Sender<Outcome>,
}

/// Look at the deadlines now. Sent by the repair loop; needed only when a timer was lost or the clock jumped.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Tick;

/// Leave memory, unless something is held or on its way. Sent by the directory to items nobody has used lately.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Retire;
