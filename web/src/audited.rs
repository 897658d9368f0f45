//! What every write of the API leaves behind, in one table. A test holds it to the routes, and each line to what the route
//! really does.

/// Where a write can be read up afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audited {
    /// In the audit log: an entry in the transaction of the change.
    Log,
    /// In the stock journal, which records every movement with who asked, is append-only and is replayed by `entrepot audit`.
    Journal,
    /// Nowhere, because nothing changes; and why.
    ChangesNothing(&'static str),
}

/// Every route that is not a GET: method, path, and what it leaves.
pub const AUDITED: &[(&str, &str, Audited)] = &[
    ("post", "/api/v1/checkouts", Audited::Journal),
    ("post", "/api/v1/checkouts/{checkout_id}/confirm", Audited::Journal),
    ("post", "/api/v1/checkouts/{checkout_id}/release", Audited::Journal),
    ("post", "/api/v1/ping", Audited::ChangesNothing("the empty request")),
    ("post", "/api/v1/stock/items", Audited::Log),
    ("post", "/api/v1/stock/locations", Audited::Log),
    ("post", "/api/v1/stock/commands/reserve", Audited::Journal),
    ("post", "/api/v1/stock/commands/extend", Audited::Journal),
    ("post", "/api/v1/stock/commands/confirm", Audited::Journal),
    ("post", "/api/v1/stock/commands/release", Audited::Journal),
    ("post", "/api/v1/stock/commands/allocate", Audited::Journal),
    ("post", "/api/v1/stock/commands/deallocate", Audited::Journal),
    ("post", "/api/v1/stock/commands/ship", Audited::Journal),
    ("post", "/api/v1/stock/commands/expect", Audited::Journal),
    ("post", "/api/v1/stock/commands/receive", Audited::Journal),
    ("post", "/api/v1/stock/commands/adjust", Audited::Journal),
    ("post", "/api/v1/stock/commands/count", Audited::Journal),
    ("post", "/api/v1/stock/commands/transfer", Audited::Journal),
    ("post", "/api/v1/stock/commands/set-reorder-point", Audited::Journal),
    ("post", "/api/v1/stock/commands/set-safety", Audited::Journal),
    ("post", "/api/v1/stock/commands/set-backorder", Audited::Journal),
];
