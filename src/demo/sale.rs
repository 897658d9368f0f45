//! The sale: goods on the shelf, doors open, and a look at it ten times a second until the last hold has run out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actors::clock::stopwatch;
use anyhow::{Context, bail};
use serde_json::{Value, json};
use simulators::shoppers::{Client, Response};
use tokio::time::{Interval, interval};
use uuid::Uuid;

use super::Options;
use super::buyers::{Crowd, open_doors};
use super::choices::SHORT_HOLD_SECONDS;
use super::picture::{Level, Moment};
use super::recent::Recent;
use super::screen::Screen;
use super::tally::{Counts, Latency, Tally, empty_latency};
use crate::open_files::connections;

const HOTTEST_SKU: &str = "MERDEKA-42";
/// The other sizes are somebody else's sale.
const HOTTEST_FAMILY: &str = "MERDEKA";
const ITEMS: &str = "/api/v1/stock/items";
/// Long enough to watch.
const RUSH: Duration = Duration::from_secs(8);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// After the doors are closed, whoever is inside has so long to finish.
const LAST_ANSWERS: Duration = Duration::from_secs(60);
/// Holds are given back within so much of their deadline, or the picture stops waiting for them.
const GRACE: Duration = Duration::from_secs(5);
/// Other items that buyers put into their baskets, and how many of them there must be.
const OTHERS: usize = 40;
const PLENTY: u64 = 100;

/// What is on sale.
pub(super) struct Goods {
    /// The hottest item.
    pub(super) item: Uuid,
    others: Vec<Uuid>,
}

/// A sale to be held.
pub(super) struct Sale<'a> {
    pub(super) address: SocketAddr,
    pub(super) api_key: &'a str,
    pub(super) goods: &'a Goods,
    pub(super) options: Options,
}

/// How it went.
pub(super) struct Sold {
    pub(super) units: u64,
    pub(super) counts: Counts,
    pub(super) level: Level,
    pub(super) latency: Latency,
    pub(super) lasted: Duration,
}

impl Goods {
    /// Finds the items and puts as many units of the hottest one on the shelf, by a count, as a person with an API key
    /// would.
    pub(super) async fn put_on_sale(address: &SocketAddr, api_key: &str, units: u32) -> anyhow::Result<Self> {
        let mut client = Client::new(*address, api_key);
        let hottest = ask(client.get(&format!("{ITEMS}?sku_prefix={HOTTEST_SKU}&limit=1")).await)?;
        let item = first_id(&hottest, "items").with_context(|| format!("the catalogue has no {HOTTEST_SKU}"))?;
        let locations = ask(client.get("/api/v1/stock/locations").await)?;
        let location = first_id(&locations, "locations").context("the organization has no location")?;
        let count = json!({ "item_id": item, "location_id": location, "counted": units }).to_string();
        ask(client.post("/api/v1/stock/commands/count", count, None).await)?;
        let catalogue = ask(client.get(&format!("{ITEMS}?limit=500")).await)?;
        let rows = catalogue.get("items").and_then(Value::as_array);
        let others = rows
            .into_iter()
            .flatten()
            .filter(|row| is_plentiful(row))
            .filter_map(id);
        Ok(Self {
            item,
            others: others.take(OTHERS).collect(),
        })
    }
}

impl Sale<'_> {
    /// Holds it.
    pub(super) async fn run(&self, screen: &mut Screen) -> anyhow::Result<Sold> {
        let connections = connections().min(usize::try_from(self.options.buyers)?);
        let tally = Arc::new(Tally::new()?);
        let crowd = Crowd {
            address: self.address,
            api_key: self.api_key.to_owned(),
            buyers: self.options.buyers,
            hottest: self.goods.item,
            others: self.goods.others.clone(),
            rush: RUSH.min(self.options.at_most),
            closes: self.options.at_most,
            connections,
        };
        screen.say(&super::words::opening(&self.options, connections, screen.ink()));
        let mut looking = Looking {
            client: Client::new(self.address, self.api_key),
            path: format!("{ITEMS}/{}", self.goods.item),
            ticks: interval(LOOK_EVERY),
            recent: Recent::default(),
            latency: empty_latency()?,
            opened: stopwatch(),
            looked: Duration::ZERO,
            sale: self,
            tally: &tally,
        };
        let mut buyers = open_doors(crowd, Arc::clone(&tally))?;
        loop {
            let moment = looking.look().await?;
            screen.show(&moment);
            if buyers.left.try_recv().is_ok() {
                break;
            }
            if moment.elapsed >= self.options.at_most + LAST_ANSWERS {
                bail!(
                    "buyers still wait for answers {:.0} s after the doors opened",
                    moment.elapsed.as_secs_f64()
                );
            }
        }
        let wait_until = looking.opened.elapsed() + Duration::from_secs(u64::from(SHORT_HOLD_SECONDS)) + GRACE;
        loop {
            let moment = looking.look().await?;
            screen.show(&moment);
            if moment.level.held == 0 || moment.elapsed >= wait_until {
                return Ok(looking.sold(&moment));
            }
        }
    }
}

/// Looking at a sale that goes on.
struct Looking<'a> {
    client: Client,
    path: String,
    ticks: Interval,
    recent: Recent,
    latency: Latency,
    opened: Instant,
    looked: Duration,
    sale: &'a Sale<'a>,
    tally: &'a Tally,
}

impl Looking<'_> {
    /// Waits for the next tick and looks.
    async fn look(&mut self) -> anyhow::Result<Moment> {
        self.ticks.tick().await;
        let level = level(&ask(self.client.get(&self.path).await)?)?;
        let elapsed = self.opened.elapsed();
        let (counts, latency) = self.tally.take();
        self.latency.add(&latency)?;
        self.recent
            .add(elapsed.saturating_sub(self.looked), counts.reserved, latency);
        self.looked = elapsed;
        Ok(Moment {
            elapsed,
            units: u64::from(self.sale.options.units),
            buyers: u64::from(self.sale.options.buyers),
            level,
            counts,
            reservations_per_second: self.recent.reservations_per_second(),
            p99_ms: self.recent.p99_ms(),
        })
    }

    fn sold(self, last: &Moment) -> Sold {
        Sold {
            units: last.units,
            counts: last.counts,
            level: last.level,
            latency: self.latency,
            lasted: last.elapsed,
        }
    }
}

impl Sold {
    /// Whether the hub sold exactly what its buyers were told is theirs. What was never answered may be sold or not.
    pub(super) fn adds_up(&self) -> bool {
        let paid = self.counts.paid_units;
        let in_doubt = self.counts.unclear * 2;
        (paid..=paid + in_doubt).contains(&self.level.sold)
            && self.level.sold + self.level.held + self.level.left == self.units
    }
}

fn ask(answer: Result<Response, simulators::shoppers::http::RequestError>) -> anyhow::Result<Value> {
    let answer = answer.context("the demo's hub does not answer")?;
    let body = answer.json().unwrap_or_default();
    if answer.status >= 300 {
        bail!("the demo's hub answered {}: {body}", answer.status);
    }
    Ok(body)
}

fn id(row: &Value) -> Option<Uuid> {
    row.get("id")?.as_str()?.parse().ok()
}

fn first_id(page: &Value, rows: &str) -> Option<Uuid> {
    id(page.get(rows)?.as_array()?.first()?)
}

fn total(row: &Value, counter: &str) -> Option<u64> {
    row.get("totals")?.get(counter)?.as_u64()
}

fn is_plentiful(row: &Value) -> bool {
    let sku = row.get("sku").and_then(Value::as_str).unwrap_or_default();
    !sku.starts_with(HOTTEST_FAMILY) && total(row, "available").is_some_and(|units| units >= PLENTY)
}

fn level(item: &Value) -> anyhow::Result<Level> {
    let counter = |name: &str| total(item, name).with_context(|| format!("the item has no {name}"));
    Ok(Level {
        left: counter("available")?,
        held: counter("reserved")?,
        sold: counter("allocated")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(paid_units: u64, unclear: u64, level: Level) -> Sold {
        Sold {
            units: 100,
            counts: Counts {
                paid_units,
                unclear,
                ..Counts::default()
            },
            level,
            latency: empty_latency().unwrap(),
            lasted: Duration::ZERO,
        }
    }

    #[test]
    fn a_sale_adds_up_when_the_hub_sold_what_buyers_paid_for() {
        let level = |sold, left| Level { left, held: 0, sold };
        assert!(sold(90, 0, level(90, 10)).adds_up());
        assert!(!sold(90, 0, level(89, 11)).adds_up(), "a paid unit is lost");
        assert!(
            !sold(90, 0, level(91, 9)).adds_up(),
            "a unit is sold that nobody paid for"
        );
        assert!(sold(90, 1, level(92, 8)).adds_up(), "one buyer never heard");
        assert!(!sold(90, 0, level(90, 11)).adds_up(), "units appeared");
    }

    #[test]
    fn the_level_is_read_from_the_items_totals() {
        let item = json!({ "totals": { "available": 5, "reserved": 3, "allocated": 2, "on_hand": 10 } });
        assert_eq!(
            level(&item).unwrap(),
            Level {
                left: 5,
                held: 3,
                sold: 2
            }
        );
        assert!(level(&json!({})).is_err());
    }

    #[test]
    fn baskets_are_filled_from_items_there_are_plenty_of() {
        let row = |sku: &str, available: i64| json!({ "sku": sku, "totals": { "available": available } });
        assert!(is_plentiful(&row("MUG-1", 100)));
        assert!(!is_plentiful(&row("MUG-1", 99)));
        assert!(!is_plentiful(&row("MERDEKA-41", 1_200)));
    }
}
