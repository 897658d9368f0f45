//! What the demo says around the picture. Pure.

use std::net::SocketAddr;
use std::time::Duration;

use uuid::Uuid;

use super::Options;
use super::picture::grouped;
use super::sale::Sold;
use super::screen::Ink;
use crate::audit::Verdict;

/// One step of the set-up, with the time since the beginning.
pub(super) fn step(what: &str, how: &str, after: Duration) -> String {
    format!("  {what:<10} {how:<58} {:>5.1} s\n", after.as_secs_f64())
}

/// Before the doors open.
pub(super) fn opening(options: &Options, connections: usize, ink: Ink) -> String {
    format!(
        "\n  {}\n  {}\n",
        ink.strong(&format!(
            "{} buyers want {} units of MERDEKA-42.",
            grouped(u64::from(options.buyers)),
            grouped(u64::from(options.units)),
        )),
        ink.dim(&format!(
            "Every one asks over HTTP, on up to {} connections. A yes is durable before it is said.",
            grouped(connections as u64)
        )),
    )
}

/// The sale in one table.
pub(super) fn what_happened(sold: &Sold, ink: Ink) -> String {
    let counts = &sold.counts;
    let ms = |quantile: f64| sold.latency.value_at_quantile(quantile) as f64 / 1_000.0;
    let mut rows = vec![
        ("came", counts.arrived, "buyers"),
        ("told yes", counts.reserved, "baskets reserved"),
        ("  paid", counts.paid, "confirmed"),
        ("  gave back", counts.gave_back, "their units went back on sale"),
        (
            "  walked away",
            counts.walked_away,
            "their holds ran out, the units went back on sale",
        ),
        ("told no", counts.refused, "too few units left"),
    ];
    rows.extend(
        [
            ("too late", counts.too_late, "the hold had run out before they paid"),
            ("unclear", counts.unclear, "never got a usable answer"),
            ("sent again", counts.repeated, "requests, with the same Idempotency-Key"),
        ]
        .into_iter()
        .filter(|(_, count, _)| *count > 0),
    );
    let mut text = format!("\n  {}\n", ink.strong("What happened"));
    for (label, count, meaning) in rows {
        text.push_str(&format!(
            "  {}{:>9}  {}\n",
            ink.dim(&format!("{label:<15}")),
            grouped(count),
            ink.dim(meaning)
        ));
    }
    let shelf = format!(
        "{} sold + {} held + {} left",
        grouped(sold.level.sold),
        grouped(sold.level.held),
        grouped(sold.level.left)
    );
    text.push_str(&format!(
        "  {}{:>9}  {}\n",
        ink.dim("units          "),
        grouped(sold.units),
        ink.dim(&shelf)
    ));
    let answers = format!(
        "answers in {:.1} s: p50 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms",
        sold.lasted.as_secs_f64(),
        ms(0.5),
        ms(0.99),
        ms(1.0)
    );
    text.push_str(&format!(
        "  {}{:>9}  {}\n",
        ink.dim("requests       "),
        grouped(sold.latency.len()),
        ink.dim(&answers)
    ));
    text
}

/// The audit's verdict, and whether it is what the buyers were told.
pub(super) fn verdict(verdict: &Verdict, sold: &Sold, ink: Ink) -> String {
    let mut text = format!(
        "\n  {}\n",
        ink.strong("The audit: the journal replayed, by code that decided nothing in it")
    );
    for line in verdict.in_words().lines() {
        let line = if line.starts_with("CLEAN") {
            ink.good(line)
        } else if line.starts_with("VIOLATION") {
            ink.bad(line)
        } else {
            line.to_owned()
        };
        text.push_str(&format!("  {line}\n"));
    }
    let paid = grouped(sold.counts.paid_units);
    let allocated = grouped(sold.level.sold);
    let told = if sold.adds_up() {
        ink.good(&format!(
            "ADDS UP: buyers paid for {paid} units of MERDEKA-42, the hub has sold {allocated}"
        ))
    } else {
        ink.bad(&format!(
            "DOES NOT ADD UP: buyers paid for {paid} units of MERDEKA-42, the hub has sold {allocated}"
        ))
    };
    text.push_str(&format!("  {told}\n"));
    text
}

/// Where the hub is and what to try.
pub(super) fn try_by_hand(address: SocketAddr, api_key: &str, item: Uuid, ink: Ink) -> String {
    let head = ink.strong("The hub stays up. Ctrl-C ends it and its database.");
    let field = |name: &str| ink.dim(&format!("{name:<9}"));
    format!(
        "
  {head}
  {}http://{address}
  {}http://{address}/api/docs/
  {}http://{address}/demo/mails
  {}{api_key}

  {}
curl -s -H 'Authorization: Bearer {api_key}' http://{address}/api/v1/stock/items/{item}

  {}
curl -s -X POST http://{address}/api/v1/stock/commands/reserve -H 'Authorization: Bearer {api_key}' \\
  -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first-reservation' \\
  -d '{{\"item_id\":\"{item}\",\"quantity\":2}}'

",
        field("address"),
        field("API docs"),
        field("mails"),
        field("API key"),
        ink.dim("The item and its stock:"),
        ink.dim("Reserve 2 units. Send it twice: the answer is the same, the effect happens once."),
    )
}

#[cfg(test)]
mod tests {
    use super::super::picture::Level;
    use super::super::tally::{Counts, empty_latency};
    use super::*;

    fn sold() -> Sold {
        let mut latency = empty_latency().unwrap();
        (0..100).for_each(|_| latency.record(2_000).unwrap());
        Sold {
            units: 2_000,
            counts: Counts {
                arrived: 3_000,
                reserved: 1_700,
                refused: 1_300,
                paid: 1_200,
                paid_units: 1_800,
                gave_back: 240,
                walked_away: 260,
                ..Counts::default()
            },
            level: Level {
                left: 200,
                held: 0,
                sold: 1_800,
            },
            latency,
            lasted: Duration::from_secs(11),
        }
    }

    #[test]
    fn the_table_says_what_happened_and_leaves_out_what_did_not() {
        let expected = "
  What happened
  came               3,000  buyers
  told yes           1,700  baskets reserved
    paid             1,200  confirmed
    gave back          240  their units went back on sale
    walked away        260  their holds ran out, the units went back on sale
  told no            1,300  too few units left
  units              2,000  1,800 sold + 0 held + 200 left
  requests             100  answers in 11.0 s: p50 2.0 ms, p99 2.0 ms, slowest 2.0 ms
";
        assert_eq!(what_happened(&sold(), Ink::PLAIN), expected);
        let mut unclear = sold();
        unclear.counts.unclear = 2;
        assert!(what_happened(&unclear, Ink::PLAIN).contains("unclear                2  never got a usable answer"));
    }

    #[test]
    fn what_to_try_names_the_address_the_key_and_the_item() {
        let text = try_by_hand(
            SocketAddr::from(([127, 0, 0, 1], 8080)),
            "ek_key",
            Uuid::nil(),
            Ink::PLAIN,
        );
        for part in [
            "http://127.0.0.1:8080/api/docs/",
            "http://127.0.0.1:8080/demo/mails",
            "Bearer ek_key",
            "Idempotency-Key: my-first-reservation",
            r#"{"item_id":"00000000-0000-0000-0000-000000000000","quantity":2}"#,
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }
}
