//! Ready-made shoppers: the empty request, everyone on one item, and a catalogue with a popular end.
//!
//! Called by `entrepot bench` and the demo. They count nothing themselves, and must never allocate per request. After a
//! lost checkout they send the same one again with the same idempotency key, as a well-behaved client does.

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::load::Shopper;
use super::request::{Method, Request, RequestBuffer};

const CHECKOUTS: &str = "/api/v1/checkouts";

/// Posts nothing to one path: what the server costs without any work of ours.
#[derive(Clone, Debug)]
pub struct Ping {
    path: String,
}

/// Buys one unit of always the same item.
#[derive(Clone, Debug)]
pub struct HotItem {
    item: Uuid,
    checkout: Checkout,
}

/// Buys one unit of an item drawn anew each time, the popular ones more often.
#[derive(Clone, Debug)]
pub struct ZipfItems {
    items: Arc<PopularItems>,
    random: SmallRng,
    checkout: Checkout,
}

/// Items by falling popularity, the `n`th drawn `1/n` times as often as the first (Zipf's law, exponent 1).
#[derive(Debug)]
pub struct PopularItems {
    items: Vec<Uuid>,
    /// Per item, its weight and that of all before it.
    cumulated: Vec<f64>,
    /// The least popular item, which is not in the lists: it is drawn when none of those is.
    last: Uuid,
    total: f64,
}

/// A checkout of one line, kept for the case that it must be sent again.
#[derive(Clone, Debug, Default)]
struct Checkout {
    key: Uuid,
    body: Vec<u8>,
    is_in_doubt: bool,
}

impl Ping {
    /// A shopper who posts to `path`.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into() }
    }
}

impl Shopper for Ping {
    fn next(&mut self, request: &mut RequestBuffer) {
        request.write(&Request::new(Method::Post, &self.path));
    }

    fn seen(&mut self, _status: u16, _body: &[u8]) {}

    fn lost(&mut self) {}
}

impl HotItem {
    /// A shopper who wants `item`.
    #[must_use]
    pub fn new(item: Uuid) -> Self {
        Self {
            item,
            checkout: Checkout::default(),
        }
    }
}

impl Shopper for HotItem {
    fn next(&mut self, request: &mut RequestBuffer) {
        self.checkout.write(request, || self.item);
    }

    fn seen(&mut self, _status: u16, _body: &[u8]) {}

    fn lost(&mut self) {
        self.checkout.is_in_doubt = true;
    }
}

impl ZipfItems {
    /// A shopper whose choices follow from `seed`.
    #[must_use]
    pub fn new(items: Arc<PopularItems>, seed: u64) -> Self {
        Self {
            items,
            random: SmallRng::seed_from_u64(seed),
            checkout: Checkout::default(),
        }
    }
}

impl Shopper for ZipfItems {
    fn next(&mut self, request: &mut RequestBuffer) {
        self.checkout.write(request, || self.items.draw(&mut self.random));
    }

    fn seen(&mut self, _status: u16, _body: &[u8]) {}

    fn lost(&mut self) {
        self.checkout.is_in_doubt = true;
    }
}

impl PopularItems {
    /// `items`, the most popular first. `None` when there are none.
    #[must_use]
    pub fn new(mut items: Vec<Uuid>) -> Option<Self> {
        let last = items.pop()?;
        let mut total = 0.0;
        let mut add = |rank: usize| {
            total += 1.0 / rank as f64;
            total
        };
        let cumulated = (1..=items.len()).map(&mut add).collect();
        add(items.len() + 1);
        Some(Self {
            items,
            cumulated,
            last,
            total,
        })
    }

    fn draw(&self, random: &mut SmallRng) -> Uuid {
        let drawn = random.random_range(0.0..self.total);
        let place = self.cumulated.partition_point(|upper| *upper <= drawn);
        self.items.get(place).copied().unwrap_or(self.last)
    }
}

impl Checkout {
    /// Writes a new checkout of `item`, or the same again after one that is in doubt.
    fn write(&mut self, request: &mut RequestBuffer, item: impl FnOnce() -> Uuid) {
        if !std::mem::take(&mut self.is_in_doubt) {
            self.key = Uuid::now_v7();
            self.body.clear();
            self.body.extend_from_slice(br#"{"lines":[{"item_id":""#);
            self.body.extend_from_slice(
                item()
                    .hyphenated()
                    .encode_lower(&mut [0; Hyphenated::LENGTH])
                    .as_bytes(),
            );
            self.body.extend_from_slice(br#"","quantity":1}]}"#);
        }
        request.write(&Request {
            idempotency_key: Some(self.key.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH])),
            body: &self.body,
            ..Request::new(Method::Post, CHECKOUTS)
        });
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn sent_by(shopper: &mut impl Shopper) -> String {
        let mut request = RequestBuffer::new(SocketAddr::from(([127, 0, 0, 1], 80)), "key");
        shopper.next(&mut request);
        String::from_utf8(request.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_checkout_of_the_hot_item_is_what_the_api_expects() {
        let item = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001);
        let sent = sent_by(&mut HotItem::new(item));
        let (head, body) = sent.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /api/v1/checkouts HTTP/1.1\r\n"), "{head}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(body).unwrap(),
            serde_json::json!({ "lines": [{ "item_id": item.to_string(), "quantity": 1 }] })
        );
        let key = head
            .lines()
            .find_map(|line| line.strip_prefix("Idempotency-Key: "))
            .unwrap();
        assert_eq!(Uuid::parse_str(key).unwrap().get_version_num(), 7);
    }

    #[test]
    fn a_lost_checkout_is_sent_again_unchanged_and_an_answered_one_is_not() {
        let items = Arc::new(PopularItems::new((0..1_000).map(Uuid::from_u128).collect()).unwrap());
        let mut shopper = ZipfItems::new(items, 1);
        let first = sent_by(&mut shopper);
        shopper.lost();
        assert_eq!(sent_by(&mut shopper), first);
        shopper.seen(201, b"");
        assert_ne!(sent_by(&mut shopper), first);
    }

    #[test]
    fn items_are_drawn_as_often_as_their_rank_says() {
        const DRAWS: u32 = 100_000;
        let popular = PopularItems::new((0..100).map(Uuid::from_u128).collect()).unwrap();
        let mut random = SmallRng::seed_from_u64(7);
        let mut drawn = [0_u32; 100];
        for _ in 0..DRAWS {
            drawn[usize::try_from(popular.draw(&mut random).as_u128()).unwrap()] += 1;
        }
        let harmonic: f64 = (1..=100).map(|rank| 1.0 / f64::from(rank)).sum();
        for rank in [1_u32, 2, 10, 100] {
            let expected = f64::from(DRAWS) / f64::from(rank) / harmonic;
            let found = f64::from(drawn[rank as usize - 1]);
            assert!(
                (found - expected).abs() < 5.0 * expected.sqrt(),
                "rank {rank}: {found}, not about {expected}"
            );
        }
    }

    #[test]
    fn the_same_seed_buys_the_same_items_and_an_empty_catalogue_sells_none() {
        let items = PopularItems::new((0..50).map(Uuid::from_u128).collect()).unwrap();
        let draws = |seed| -> Vec<Uuid> {
            let mut random = SmallRng::seed_from_u64(seed);
            (0..20).map(|_| items.draw(&mut random)).collect()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        assert!(PopularItems::new(Vec::new()).is_none());
        assert_eq!(
            PopularItems::new(vec![Uuid::max()])
                .unwrap()
                .draw(&mut SmallRng::seed_from_u64(1)),
            Uuid::max()
        );
    }
}
