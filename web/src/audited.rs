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
    ("post", "/api/v1/tokens", Audited::Log),
    ("post", "/api/v1/tokens/refresh", Audited::Log),
    ("post", "/api/v1/tokens/revoke", Audited::Log),
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
    (
        "post",
        "/api/v1/people/sign-up",
        Audited::ChangesNothing("nothing of any organization: a sign-up waits for its mail"),
    ),
    ("post", "/api/v1/people/verify", Audited::Log),
    (
        "post",
        "/api/v1/people/forgot",
        Audited::ChangesNothing("nothing of any organization: a letter is written"),
    ),
    ("post", "/api/v1/people/reset", Audited::Log),
    ("patch", "/api/v1/people/me", Audited::Log),
    ("post", "/api/v1/people/me/password", Audited::Log),
    ("delete", "/api/v1/people/me/identities/{identity_id}", Audited::Log),
    ("post", "/api/v1/sessions", Audited::Log),
    ("delete", "/api/v1/sessions/current", Audited::Log),
    ("post", "/api/v1/sessions/current/switch", Audited::Log),
    ("post", "/api/v1/sessions/current/see-as", Audited::Log),
    ("delete", "/api/v1/sessions/{session_id}", Audited::Log),
    (
        "post",
        "/api/v1/live/tickets",
        Audited::ChangesNothing("a ticket is good for half a minute, and for reading"),
    ),
    ("post", "/api/v1/organizations", Audited::Log),
    ("patch", "/api/v1/organization", Audited::Log),
    ("post", "/api/v1/members/change", Audited::Log),
    ("post", "/api/v1/members/leave", Audited::Log),
    ("delete", "/api/v1/members/{person_id}", Audited::Log),
    ("post", "/api/v1/invitations", Audited::Log),
    (
        "post",
        "/api/v1/invitations/look",
        Audited::ChangesNothing("only reads; a POST because its token must not stand in a URL"),
    ),
    ("post", "/api/v1/invitations/accept", Audited::Log),
    ("delete", "/api/v1/invitations/{invitation_id}", Audited::Log),
    ("post", "/api/v1/api-keys", Audited::Log),
    ("delete", "/api/v1/api-keys/{key_id}", Audited::Log),
    ("post", "/api/v1/platform-settings/backup", Audited::Log),
    ("post", "/api/v1/platform-settings/restore", Audited::Log),
    ("put", "/api/v1/platform-settings/{provider}", Audited::Log),
    ("delete", "/api/v1/platform-settings/{provider}", Audited::Log),
    ("post", "/api/v1/platform-settings/{provider}/test", Audited::Log),
    ("post", "/api/v1/data-keys/rotate", Audited::Log),
];
