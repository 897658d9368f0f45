//! A command that brings its actor down, again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actors::clock::{Clock, SystemClock};
use actors::operations::stock::execute;
use actors::operations::{Caller, OperationError, Request};
use actors::{Stock, StockSettings};
use domain::ids::{CommandId, ItemId, LocationId, OrgId, ReservationId};
use domain::stock::{Action, Fingerprint, Quantity};
use entrepot::wiring::wait_for_journal;
use jiff::Timestamp;
use uuid::Uuid;

use crate::harness::{Books, Home, turn};

/// A clock that panics so many times when asked for the time, which is what deciding a command begins with.
#[derive(Default)]
struct BrittleClock {
    panics_left: AtomicU32,
}

impl Clock for BrittleClock {
    fn now(&self) -> Timestamp {
        let left = self
            .panics_left
            .try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert!(left.is_err(), "poison");
        SystemClock.now()
    }

    fn fresh_id(&self) -> Uuid {
        SystemClock.fresh_id()
    }

    fn fresh_secret(&self) -> [u8; 32] {
        SystemClock.fresh_secret()
    }
}

/// A stock engine in this process.
struct Bench {
    stock: Stock,
    clock: Arc<BrittleClock>,
    org: OrgId,
    location: LocationId,
}

impl Bench {
    async fn start(home: &Home, settings: &StockSettings) -> Self {
        let clock = Arc::new(BrittleClock::default());
        let stock = Stock::start(&home.database, settings, clock.clone()).unwrap();
        wait_for_journal(&stock).await.unwrap();
        let books = Books::open(home).await;
        let place = books
            .admin
            .query_one("SELECT id FROM stock_locations", &[])
            .await
            .unwrap();
        Self {
            stock,
            clock,
            org: home.org,
            location: LocationId::new(place.get(0)),
        }
    }

    async fn run(&self, command: Uuid, item: ItemId, action: Action) -> Result<bool, OperationError> {
        let request = Request {
            caller: Caller {
                org: self.org,
                actor: domain::audit::Actor::Hub,
            },
            command: CommandId::new(command),
            line: 0,
            fingerprint: Fingerprint(1),
        };
        execute(&self.stock, request, item, action)
            .await
            .map(|done| done.is_replay)
    }

    async fn receive(&self, item: ItemId) -> Result<bool, OperationError> {
        let action = Action::Receive {
            location: self.location,
            quantity: Quantity::new(100).unwrap(),
        };
        self.run(SystemClock.fresh_id(), item, action).await
    }

    async fn reserve(&self, command: Uuid, item: ItemId) -> Result<bool, OperationError> {
        let action = Action::Reserve {
            reservation: ReservationId::new(command),
            quantity: Quantity::new(1).unwrap(),
            hold_seconds: 900,
            location: None,
        };
        self.run(command, item, action).await
    }

    fn panic_next(&self, times: u32) {
        self.clock.panics_left.store(times, Ordering::SeqCst);
    }
}

async fn new_items(books: &Books, org: OrgId) -> [ItemId; 2] {
    let ids = [SystemClock.fresh_id(), SystemClock.fresh_id()];
    for id in ids {
        let sql = "INSERT INTO inventory_items (org_id, id, sku, title) VALUES ($1, $2, $2::text, 'Made for a test')";
        let sql = sql.replace("$2::text", "gen_random_uuid()::text");
        books.admin.execute(&sql, &[&org.uuid(), &id]).await.unwrap();
    }
    ids.map(ItemId::new)
}

#[test]
fn a_command_that_panics_three_times_is_quarantined_and_its_item_and_the_others_go_on() {
    actix::System::new().block_on(async {
        let _turn = turn().await;
        let home = Home::make().await;
        let books = Books::open(&home).await;
        let [item, other] = new_items(&books, home.org).await;
        let bench = Bench::start(&home, &home.settings.stock).await;
        let metrics = &bench.stock.metrics;
        assert!(!bench.receive(item).await.unwrap() && !bench.receive(other).await.unwrap());

        // Once: the item is rebuilt, and the command is done as if nothing had been.
        let unlucky = SystemClock.fresh_id();
        let loaded = metrics.loaded_items.get();
        bench.panic_next(1);
        assert!(!bench.reserve(unlucky, item).await.unwrap(), "done, and not a replay");
        assert!(bench.reserve(unlucky, item).await.unwrap(), "a repeat is a replay");
        assert_eq!((metrics.item_panics.get(), metrics.loaded_items.get() - loaded), (1, 1));

        // The clock would be asked for an open reservation's deadline too: none may be open.
        let released = Action::Release {
            reservation: ReservationId::new(unlucky),
        };
        assert!(!bench.run(SystemClock.fresh_id(), item, released).await.unwrap());

        // Three times: the command is refused from then on, and the clock is whole again.
        let poison = SystemClock.fresh_id();
        bench.panic_next(3);
        let refused = bench.reserve(poison, item).await;
        assert!(matches!(refused, Err(OperationError::Quarantined)), "{refused:?}");
        assert_eq!(
            bench.clock.panics_left.load(Ordering::SeqCst),
            0,
            "refused after three panics, not before"
        );
        let refused = bench.reserve(poison, item).await;
        assert!(matches!(refused, Err(OperationError::Quarantined)), "{refused:?}");
        assert!(
            !bench.reserve(SystemClock.fresh_id(), item).await.unwrap(),
            "another command on the item"
        );
        assert!(
            bench.reserve(unlucky, item).await.unwrap(),
            "the item came back with its memory"
        );
        let before = metrics.loaded_items.get();
        assert!(
            !bench.reserve(SystemClock.fresh_id(), other).await.unwrap(),
            "another item"
        );
        assert_eq!(metrics.loaded_items.get(), before, "the other item never left memory");

        let (panics, quarantined) = (metrics.item_panics.get(), metrics.quarantined_commands.get());
        bench.stock.shut_down().await;
        let verdict = books.audit().await;
        println!(
            "poison: panics={panics} quarantined={quarantined} reloaded={} audit_clean={}",
            before - loaded,
            verdict.is_clean
        );
        assert_eq!((panics, quarantined), (4, 1));
        assert!(verdict.is_clean, "{}", verdict.in_words());
    });
}
