//! The actor itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, SpawnHandle};
use domain::ids::{CommandId, ReservationId};
use domain::stock::{Action, Command, Fingerprint, Item, JournalEntry, MovementKind, Refusal, Shard, decide, evolve};
use jiff::Timestamp;
use storage::item_loader::PlainItem;

use super::deadlines::Deadlines;
use super::messages::{Execute, Retire, Tick};
use super::recent::RecentCommands;
use super::standing::{Change, Standing};
use crate::clock::Clock;
use crate::directory::Directory;
use crate::journal::{InFlight, Journal, NotDone, Outcome, Permit, Staged};
use crate::metrics::Metrics;

/// Reservations expired per turn, so that a second in which thousands run out does not hold the mailbox up.
const EXPIRE_PER_TURN: usize = 256;
/// When the journal has no permit for expiring, or more is due than fits one turn.
const EXPIRE_AGAIN: Duration = Duration::from_millis(20);
/// A timer may fire a little before the clock agrees that the second has come.
const TIMER_SLACK: Duration = Duration::from_millis(2);

/// What every item actor shares.
pub struct ItemContext {
    /// Where decisions become durable.
    pub journal: Journal,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// What is counted.
    pub metrics: Metrics,
    /// Messages a mailbox holds before callers are told to come back.
    pub mailbox_capacity: usize,
}

/// One inventory item: all commands on it, in one order.
pub struct ItemActor {
    item: Item,
    shard: Shard,
    reign: u64,
    recent: RecentCommands,
    deadlines: Deadlines,
    timer: Option<(i64, SpawnHandle)>,
    in_flight: Arc<AtomicU32>,
    last_moved_at: Timestamp,
    /// Set while a command is being decided; what it holds when the actor is dropped is what panicked.
    executing: Option<CommandId>,
    shared: Arc<ItemContext>,
    directory: Directory,
}

impl ItemActor {
    /// An actor for an item loaded under `reign`.
    #[must_use]
    pub fn new(loaded: PlainItem, reign: u64, shared: Arc<ItemContext>, directory: Directory) -> Self {
        shared.metrics.active_items.inc();
        Self {
            shard: Shard::of(loaded.item.key.item),
            deadlines: Deadlines::of(&loaded.item),
            item: loaded.item,
            reign,
            recent: RecentCommands::starting_with(loaded.recent_commands, loaded.remembers_since),
            timer: None,
            in_flight: Arc::new(AtomicU32::new(0)),
            last_moved_at: loaded.last_moved_at.unwrap_or(Timestamp::MIN),
            executing: None,
            shared,
            directory,
        }
    }

    fn is_stale(&self) -> bool {
        self.reign != self.shared.journal.reigns().current(self.shard)
    }

    /// Decides and evolves; the movements as the journal keeps them, and what they changed.
    fn apply(&mut self, command: &Command) -> Result<(Vec<JournalEntry>, Change), Refusal> {
        self.executing = Some(command.id);
        let before = Standing::of(&self.item);
        let now = self.shared.clock.now().max(self.last_moved_at);
        let decided = decide(&self.item, command, now);
        let applied = decided.map(|movements| {
            let entries = movements.into_iter().zip(0_i16..).map(|(movement, part)| JournalEntry {
                key: self.item.key,
                command: command.id,
                line: command.line,
                fingerprint: command.fingerprint,
                part,
                asked_by: command.asked_by,
                at: now,
                after: evolve(&mut self.item, &movement),
                movement,
            });
            let entries: Vec<JournalEntry> = entries.collect();
            self.last_moved_at = now;
            self.recent.remember(command.id, now);
            (entries, Change::between(&before, &self.item))
        });
        self.executing = None;
        applied
    }

    fn stage(
        &self,
        (entries, change): (Vec<JournalEntry>, Change),
        permit: Permit,
        waiter: Option<tokio::sync::oneshot::Sender<Outcome>>,
    ) {
        let in_flight = InFlight::begin(&self.in_flight);
        let (shard, reign) = (self.shard, self.reign);
        self.shared.journal.stage(Staged {
            shard,
            reign,
            entries,
            change,
            waiter,
            permit,
            in_flight,
        });
    }

    fn note_deadlines(&mut self, entries: &[JournalEntry], ctx: &mut Context<Self>) {
        for entry in entries {
            let movement = &entry.movement;
            if let (MovementKind::Reserved | MovementKind::Extended, Some(id), Some(expires_at)) =
                (movement.kind, movement.reservation, movement.expires_at)
            {
                self.deadlines.add(id, expires_at);
            }
        }
        self.schedule(ctx);
    }

    /// Sets the timer to the earliest deadline, if it is not there already.
    fn schedule(&mut self, ctx: &mut Context<Self>) {
        let Some(next) = self.deadlines.next() else { return };
        if self.timer.is_some_and(|(second, _)| second <= next) {
            return;
        }
        if let Some((_, timer)) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        let due = Timestamp::from_second(next).unwrap_or(Timestamp::MAX);
        let wait = Duration::try_from(self.shared.clock.now().duration_until(due)).unwrap_or(Duration::ZERO);
        let timer = ctx.run_later(wait + TIMER_SLACK, Self::on_timer);
        self.timer = Some((next, timer));
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>) {
        self.timer = None;
        if self.is_stale() {
            ctx.stop();
            return;
        }
        if self.expire_due() {
            self.schedule(ctx);
        } else {
            let timer = ctx.run_later(EXPIRE_AGAIN, Self::on_timer);
            self.timer = Some((i64::MIN, timer));
        }
    }

    /// Gives back what has run out; whether everything due is done.
    fn expire_due(&mut self) -> bool {
        let now = self.shared.clock.now();
        let due = self.deadlines.take_due(now, EXPIRE_PER_TURN);
        let is_all = due.len() < EXPIRE_PER_TURN;
        let mut due = due.into_iter();
        while let Some(id) = due.next() {
            let still_open = self
                .item
                .reservations
                .get(&id)
                .is_some_and(|open| open.expires_at <= now);
            if !still_open {
                continue;
            }
            let Ok(permit) = self.shared.journal.admit() else {
                let second = now.as_second();
                let again = Timestamp::from_second(second).unwrap_or(now);
                self.deadlines.add(id, again);
                due.for_each(|id| self.deadlines.add(id, again));
                return false;
            };
            self.expire(id, permit);
        }
        is_all
    }

    fn expire(&mut self, reservation: ReservationId, permit: Permit) {
        let id = CommandId::new(reservation.uuid()).for_step(self.item.key.item, "expire");
        let action = Action::Expire { reservation };
        let command = Command {
            id,
            line: 0,
            fingerprint: Fingerprint(0),
            asked_by: None,
            action,
        };
        if let Ok(applied) = self.apply(&command) {
            self.shared.metrics.expired_reservations.inc();
            self.stage(applied, permit, None);
        }
    }
}

impl Actor for ItemActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.schedule(ctx);
    }
}

impl Handler<Execute> for ItemActor {
    type Result = ();

    fn handle(&mut self, message: Execute, ctx: &mut Self::Context) {
        let Execute {
            command,
            permit,
            waiter,
        } = message;
        if self.is_stale() {
            drop(permit);
            let _gone = waiter.send(Outcome::NotDone(NotDone::Stale));
            ctx.stop();
            return;
        }
        if self.recent.contains(command.id) {
            // The original may still be on its way: the repeat waits in line behind it.
            self.stage(<_>::default(), permit, Some(waiter));
            return;
        }
        match self.apply(&command) {
            Ok(applied) => {
                self.note_deadlines(&applied.0, ctx);
                self.stage(applied, permit, Some(waiter));
            }
            Err(refusal) => {
                drop(permit);
                let may_be_repeat = self.recent.may_have_forgotten(command.id);
                let _gone = waiter.send(Outcome::Refused { refusal, may_be_repeat });
            }
        }
    }
}

impl Handler<Tick> for ItemActor {
    type Result = ();

    fn handle(&mut self, _: Tick, ctx: &mut Self::Context) {
        if let Some((_, timer)) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        self.on_timer(ctx);
    }
}

impl Handler<Retire> for ItemActor {
    type Result = ();

    fn handle(&mut self, _: Retire, ctx: &mut Self::Context) {
        let is_idle = self.in_flight.load(Ordering::Acquire) == 0 && self.item.reservations.is_empty();
        if is_idle || self.is_stale() {
            self.directory.forget(self.item.key, self.reign);
            ctx.stop();
        }
    }
}

impl Drop for ItemActor {
    fn drop(&mut self) {
        self.shared.metrics.active_items.dec();
        if let Some(command) = self.executing {
            self.shared.metrics.item_panics.inc();
            self.directory.note_panic(self.item.key, command);
        }
    }
}
