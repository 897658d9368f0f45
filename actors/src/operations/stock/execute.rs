//! One command on one item: find its actor, ask, wait for the commit, and ask again where that is safe.

use std::time::Duration;

use actix::prelude::SendError;
use domain::ids::{CommandId, ItemId};
use domain::stock::{Action, Command, ItemKey, MovementKind};
use storage::stock_movements::{self, NumberedEntry};
use tokio::sync::oneshot;

use crate::Stock;
use crate::clock::{pause, stopwatch};
use crate::directory::Found;
use crate::item::Execute;
use crate::journal::{Done, NotAdmitted, NotDone, Outcome};
use crate::live::Ended;
use crate::metrics::OutcomeLabel;
use crate::operations::{OperationError, Request};

/// Between tries after an item was lost to a panic, a fence or a reload.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// A durable command.
#[derive(Clone, Debug)]
pub struct CommandDone {
    /// Its id.
    pub command: CommandId,
    /// Whether this is the answer to an earlier request.
    pub is_replay: bool,
    /// What it changed.
    pub movements: Vec<NumberedEntry>,
}

/// Executes `action` on a plain item. The answer comes after the commit.
///
/// # Errors
/// See [`OperationError`]; all but `OutcomeUnknown` mean that nothing happened.
pub async fn execute(
    stock: &Stock,
    request: Request,
    item: ItemId,
    action: Action,
) -> Result<CommandDone, OperationError> {
    let command = Command {
        id: request.command,
        line: request.line,
        fingerprint: request.fingerprint,
        asked_by: request.caller.asked_by(),
        action,
    };
    let key = ItemKey {
        org: request.caller.org,
        item,
    };
    let asked = stock.live.measures().then(stopwatch);
    let answer = match tokio::time::timeout(stock.answer_within, ask_until_answered(stock, key, &command)).await {
        Ok(answer) => answer,
        Err(_) => Err(OperationError::OutcomeUnknown),
    };
    let ended = count(stock, &answer);
    if let Some(asked) = asked {
        stock.live.note_command(key.org, ended, asked.elapsed());
    }
    answer
}

async fn ask_until_answered(stock: &Stock, key: ItemKey, command: &Command) -> Result<CommandDone, OperationError> {
    loop {
        match ask(stock, key, command).await? {
            Some(Outcome::Done(done)) => return Ok(command_done(command.id, done)),
            // Rare ways are boxed: what waits for a commit is as small as can be, and there may be thousands of them.
            Some(Outcome::DoneBefore) => match Box::pin(read_answer(stock, key, command)).await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                // It happened, and we cannot say what.
                Err(OperationError::Storage(_)) => return Err(OperationError::OutcomeUnknown),
                Err(error) => return Err(error),
            },
            Some(Outcome::Refused { refusal, may_be_repeat }) => {
                let earlier = if may_be_repeat {
                    Box::pin(read_answer(stock, key, command)).await?
                } else {
                    None
                };
                return earlier.ok_or(OperationError::Refused {
                    item: key.item,
                    refusal,
                });
            }
            Some(Outcome::NotDone(NotDone::Unavailable)) => return Err(NotAdmitted::Unavailable.into()),
            Some(Outcome::Failed) => return Err(OperationError::NotWritable),
            Some(Outcome::NotDone(NotDone::Stale)) | None => {}
        }
        pause(TRY_AGAIN_AFTER).await;
    }
}

/// Asks once. `None`: the actor went before it answered; nothing is lost by asking the next one.
async fn ask(stock: &Stock, key: ItemKey, command: &Command) -> Result<Option<Outcome>, OperationError> {
    if stock.directory.is_quarantined(key, command.id) {
        return Err(OperationError::Quarantined);
    }
    let permit = stock.journal.admit()?;
    let address = match stock.directory.find(key).await {
        Ok(Found::Plain(address)) => address,
        Ok(Found::Bundle(_)) => return Err(OperationError::ItemIsBundle(key.item)),
        Ok(Found::Unknown) => return Err(OperationError::ItemUnknown(key.item)),
        Err(_) if stock.journal.is_open() => return Ok(None),
        Err(_) => return Err(NotAdmitted::Unavailable.into()),
    };
    let (waiter, outcome) = oneshot::channel();
    match address.try_send(Execute {
        command: command.clone(),
        permit,
        waiter,
    }) {
        Ok(()) => {}
        Err(SendError::Full(_)) => return Err(OperationError::MailboxFull),
        Err(SendError::Closed(_)) => {
            stock.directory.forget_closed(key, &address);
            return Ok(None);
        }
    }
    match outcome.await {
        Ok(outcome) => Ok(Some(outcome)),
        Err(_) => {
            if !address.connected() {
                stock.directory.forget_closed(key, &address);
            }
            Ok(None)
        }
    }
}

fn command_done(command: CommandId, done: Done) -> CommandDone {
    let shard = i16::try_from(done.shard.number()).unwrap_or(i16::MAX);
    let numbered = done.entries.into_iter().zip(done.first_seq..);
    let movements = numbered
        .map(|(entry, seq)| NumberedEntry { shard, seq, entry })
        .collect();
    CommandDone {
        command,
        is_replay: false,
        movements,
    }
}

/// The first answer of a command that was done before, from the journal.
async fn read_answer(stock: &Stock, key: ItemKey, command: &Command) -> Result<Option<CommandDone>, OperationError> {
    let tx = stock.tenants.begin(key.org).await?;
    let mut movements = stock_movements::find_commands(&tx, &[command.id]).await?;
    tx.commit().await?;
    let is_reused = |done: &NumberedEntry| {
        let entry = &done.entry;
        entry.fingerprint != command.fingerprint || (entry.line == command.line && entry.key != key)
    };
    if movements.iter().any(is_reused) {
        return Err(OperationError::CommandReused);
    }
    movements.retain(|done| done.entry.line == command.line);
    if movements.is_empty() {
        return Ok(None);
    }
    Ok(Some(CommandDone {
        command: command.id,
        is_replay: true,
        movements,
    }))
}

fn count(stock: &Stock, answer: &Result<CommandDone, OperationError>) -> Ended {
    let has_reserved = |done: &CommandDone| {
        let mut kinds = done.movements.iter().map(|done| done.entry.movement.kind);
        kinds.any(|kind| kind == MovementKind::Reserved)
    };
    let (outcome, ended) = match answer {
        Ok(done) if done.is_replay => ("replayed", Ended::Done),
        Ok(done) if has_reserved(done) => ("done", Ended::Reserved),
        Ok(_) => ("done", Ended::Done),
        Err(OperationError::NotAdmitted(NotAdmitted::Busy { .. }) | OperationError::MailboxFull) => {
            ("busy", Ended::NotDone)
        }
        Err(OperationError::NotAdmitted(_)) => ("unavailable", Ended::NotDone),
        Err(OperationError::OutcomeUnknown) => ("unknown", Ended::NotDone),
        Err(OperationError::Storage(_) | OperationError::NotWritable | OperationError::Quarantined) => {
            ("failed", Ended::NotDone)
        }
        Err(_) => ("refused", Ended::Refused),
    };
    stock.metrics.commands.get_or_create(&OutcomeLabel { outcome }).inc();
    ended
}
