//! What the socket's two ends say to each other, as `docs/live.md` has it. The AsyncAPI document is made of these types.

use actors::live::{Alert, AlertKind, Data, Sample, StockRow, TopicName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::stock::views::MovementView;

/// What a client says.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FromClient {
    /// Tell me of this topic, from a place or from now on.
    Subscribe(Subscribe),
    /// No more of it.
    Unsubscribe(Unsubscribe),
    /// I have everything up to this ping.
    Ack(Window),
}

/// Tell me of this topic: with `epoch` and `seq`, what was missed since; without, from now on.
#[derive(Deserialize, ToSchema)]
#[schema(as = LiveSubscribe)]
pub(crate) struct Subscribe {
    /// `stock`, `item:{item_id}`, `alerts`, `metrics`.
    pub(crate) topic: String,
    /// The epoch that `seq` is of.
    pub(crate) epoch: Option<String>,
    /// The last number that was seen.
    pub(crate) seq: Option<u64>,
}

/// No more of this topic.
#[derive(Deserialize, ToSchema)]
#[schema(as = LiveUnsubscribe)]
pub(crate) struct Unsubscribe {
    /// Which.
    pub(crate) topic: String,
}

/// The number of a ping.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = LiveWindow)]
pub(crate) struct Window {
    /// Counts from 1 on each socket.
    pub(crate) window: u32,
}

/// What the hub says.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FromHub<'a> {
    /// The first message.
    Welcome(Welcome),
    /// A topic is followed from here on.
    Subscribed(Subscribed<'a>),
    /// News of a topic.
    Delta(Delta<'a>),
    /// Say `ack`.
    Ping(Window),
    /// What was asked is not done.
    Problem(Problem<'a>),
    /// The hub is about to stop.
    Reconnect(Reconnect),
}

/// The first message.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveWelcome)]
pub(crate) struct Welcome {
    /// 1.
    pub(crate) protocol: u8,
    /// The hub's time.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// How long to wait before opening again.
    pub(crate) reconnect_ms: ReconnectMs,
    /// Pings come at least so often.
    pub(crate) ping_every_s: u64,
}

/// Bounds of a back-off with full jitter.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveReconnectMs)]
pub(crate) struct ReconnectMs {
    /// The first step.
    pub(crate) min: u64,
    /// The last.
    pub(crate) max: u64,
}

/// A topic is followed from here on.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveSubscribed)]
pub(crate) struct Subscribed<'a> {
    /// Which.
    pub(crate) topic: &'a str,
    /// Numbers of another epoch mean nothing.
    pub(crate) epoch: String,
    /// The newest number.
    pub(crate) seq: u64,
    /// Whether everything since the place asked for follows.
    pub(crate) recovered: bool,
    /// How many numbers follow; with `recovered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missed: Option<u64>,
    /// The topic's state; null: load by HTTP. Without `recovered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot: Option<Option<DataView<'a>>>,
}

/// News of a topic.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveDelta)]
pub(crate) struct Delta<'a> {
    /// Which.
    pub(crate) topic: &'a str,
    /// The first number that it covers: the last one seen and one.
    pub(crate) from: u64,
    /// The last.
    pub(crate) seq: u64,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// Rows of the topic's kind.
    pub(crate) data: DataView<'a>,
}

/// What was asked is not done; the socket stays open.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveProblem)]
pub(crate) struct Problem<'a> {
    /// `malformed`, `unknown_topic`, `forbidden`, `not_found`, `too_many_topics`.
    pub(crate) code: &'static str,
    /// Which topic, where it was about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<&'a str>,
    /// For people.
    pub(crate) detail: String,
}

/// The hub is about to stop, and closes with 1001.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveReconnect)]
pub(crate) struct Reconnect {
    /// Open again after so long.
    pub(crate) after_ms: u64,
}

/// The rows of a message.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveData)]
#[serde(untagged)]
pub(crate) enum DataView<'a> {
    /// Of `stock`.
    Stock(Vec<StockRowView<'a>>),
    /// Of `item:{item_id}`.
    Movements(Vec<MovementView>),
    /// Of `alerts`.
    Alerts(Vec<AlertView<'a>>),
    /// Of `metrics`.
    Metrics([SampleView; 1]),
    /// Of `probe`, which only a hub that measures itself has.
    Probe([&'static str; 1]),
}

/// An item's totals over all locations.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveStockRow)]
pub(crate) struct StockRowView<'a> {
    /// Which item.
    item_id: Uuid,
    /// Its SKU.
    sku: &'a str,
    /// In the building.
    on_hand: i64,
    /// Held for checkouts.
    reserved: i64,
    /// Promised to order lines.
    allocated: i64,
    /// Kept back from sale.
    safety: i64,
    /// What may still be promised.
    available: i64,
    /// Ordered, not here yet.
    incoming: i64,
    /// Promised beyond stock.
    shortfall: i64,
    /// At or below this many available units it is low; null never is.
    reorder_point: Option<i64>,
    /// Whether it is low.
    is_low: bool,
    /// The movement's time that these are the totals after.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Something happened to an item that somebody should know.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveAlert)]
pub(crate) struct AlertView<'a> {
    /// `low`, `no_longer_low`, `shortfall`, `no_longer_short`.
    kind: &'static str,
    /// Which item.
    item_id: Uuid,
    /// Its SKU.
    sku: &'a str,
    /// What people call it.
    title: &'a str,
    /// What may still be promised.
    available: i64,
    /// At or below this many available units it is low.
    reorder_point: Option<i64>,
    /// Promised beyond stock.
    shortfall: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// One second of an organization.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveSample)]
pub(crate) struct SampleView {
    /// Reservations made.
    reservations_per_s: f64,
    /// Commands refused by a rule.
    refusals_per_s: f64,
    /// Commands that ended, however.
    commands_per_s: f64,
    /// Median from asking to answer.
    p50_ms: f64,
    /// The 99th percentile of it.
    p99_ms: f64,
    /// The hub's mean commit.
    commit_ms: f64,
    /// Open sockets of the organization.
    sockets: u64,
}

/// Makes a probe's delta two hundred bytes long.
const PADDING: &str =
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

impl<'a> DataView<'a> {
    pub(crate) fn of(data: &'a Data) -> Self {
        match data {
            Data::Stock(rows) => Self::Stock(rows.iter().map(StockRowView::of).collect()),
            Data::Movements(movements) => Self::Movements(movements.iter().cloned().map(MovementView::from).collect()),
            Data::Alerts(alerts) => Self::Alerts(alerts.iter().map(AlertView::of).collect()),
            Data::Metrics(sample) => Self::Metrics([SampleView::of(sample)]),
            Data::Probe => Self::Probe([PADDING]),
        }
    }
}

impl<'a> StockRowView<'a> {
    fn of(row: &'a StockRow) -> Self {
        let standing = &row.standing;
        Self {
            item_id: row.item.uuid(),
            sku: &row.sku,
            on_hand: standing.totals.on_hand,
            reserved: standing.totals.reserved,
            allocated: standing.totals.allocated,
            safety: standing.totals.safety,
            available: standing.available,
            incoming: standing.totals.incoming,
            shortfall: standing.totals.shortfall,
            reorder_point: standing.reorder_point,
            is_low: standing.is_low(),
            at: row.at,
        }
    }
}

impl<'a> AlertView<'a> {
    fn of(alert: &'a Alert) -> Self {
        Self {
            kind: AlertKind::word(alert.kind),
            item_id: alert.item.uuid(),
            sku: &alert.sku,
            title: &alert.title,
            available: alert.standing.available,
            reorder_point: alert.standing.reorder_point,
            shortfall: alert.standing.totals.shortfall,
            at: alert.at,
        }
    }
}

impl SampleView {
    fn of(sample: &Sample) -> Self {
        let rounded = |number: f64| (number * 100.0).round() / 100.0;
        Self {
            reservations_per_s: rounded(sample.reservations_per_s),
            refusals_per_s: rounded(sample.refusals_per_s),
            commands_per_s: rounded(sample.commands_per_s),
            p50_ms: rounded(sample.p50_ms),
            p99_ms: rounded(sample.p99_ms),
            commit_ms: rounded(sample.commit_ms),
            sockets: sample.sockets,
        }
    }
}

impl FromHub<'_> {
    /// As it goes out.
    pub(crate) fn text(&self) -> String {
        // These types have string keys and finite numbers: there is nothing that cannot be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An epoch as clients see it.
pub(crate) fn epoch_word(epoch: u64) -> String {
    format!("{epoch:016x}")
}

/// What a client calls an epoch.
pub(crate) fn parse_epoch(word: &str) -> Option<u64> {
    u64::from_str_radix(word, 16)
        .ok()
        .filter(|epoch| epoch_word(*epoch) == word)
}

/// A topic's delta, as it goes out.
pub(crate) fn delta(topic: TopicName, entry: &actors::live::Entry) -> String {
    let topic = topic.to_string();
    let delta = Delta {
        topic: &topic,
        from: entry.seq,
        seq: entry.seq,
        at: entry.at,
        data: DataView::of(&entry.data),
    };
    FromHub::Delta(delta).text()
}
