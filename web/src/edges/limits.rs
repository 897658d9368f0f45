//! How often who may ask: a generic cell rate per class of route and caller, in memory. A caller without a limit (a shop's
//! one key that carries all its buyers) costs nothing.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::RETRY_AFTER;
use actors::clock::Clock;
use governor::clock::Clock as LimitClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use moka::sync::Cache;
use uuid::Uuid;

use crate::errors::{ApiError, Code};

/// After so many charges those who have their whole share again are forgotten.
const FORGET_EVERY: u32 = 16_384;
/// Different limits of keys' own that are remembered at once.
const OWN_LIMITS: u64 = 1_000;
/// An IPv6 caller owns at least a /64.
const IPV6_OWNED_BITS: u32 = 64;
/// Beginnings of paths by which somebody proves who it is, or becomes somebody.
const SIGN_IN: &[&str] = &[
    "tokens",
    "people/",
    "sessions",
    "invitations/look",
    "invitations/accept",
];

/// What kind of route a request asks for; each kind has its own limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteClass {
    /// Proving who one is. Counted by address.
    SignIn,
    /// A key or token that memory does not know and the database is asked for. Counted by address.
    Lookup,
    /// Reading under `/api/v1`.
    Read,
    /// Changing anything else.
    Write,
    /// Buyers' checkouts.
    Checkout,
    /// Health, metrics, and the pages of the documentation. Counted by address.
    Operators,
}

impl RouteClass {
    const ALL: [Self; 6] = [
        Self::SignIn,
        Self::Lookup,
        Self::Read,
        Self::Write,
        Self::Checkout,
        Self::Operators,
    ];

    /// Whether it is counted before anybody is known.
    pub(crate) fn is_charged_by_address(self) -> bool {
        matches!(self, Self::SignIn | Self::Operators)
    }
}

/// The class of a request.
pub(crate) fn class_of(method: &Method, path: &str) -> RouteClass {
    let Some(rest) = path.strip_prefix("/api/v1/") else {
        return if path.starts_with("/sso/") {
            RouteClass::SignIn
        } else {
            RouteClass::Operators
        };
    };
    let is_reading = method == Method::GET || method == Method::HEAD;
    if rest.starts_with("checkouts") && !is_reading {
        RouteClass::Checkout
    } else if rest.starts_with("sign-in/") {
        // The page that people sign in on asks for it, before anybody is known.
        RouteClass::Operators
    } else if is_reading {
        RouteClass::Read
    } else if SIGN_IN.iter().any(|beginning| rest.starts_with(beginning)) {
        RouteClass::SignIn
    } else {
        RouteClass::Write
    }
}

/// Requests a minute for one caller, all of which may come at once; 0 is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitSettings {
    /// By address.
    pub sign_in: u32,
    /// By address.
    pub lookup: u32,
    /// By key or person.
    pub read: u32,
    /// By key or person.
    pub write: u32,
    /// By key or person.
    pub checkout: u32,
    /// By address.
    pub operators: u32,
}

impl LimitSettings {
    fn of(&self, class: RouteClass) -> u32 {
        match class {
            RouteClass::SignIn => self.sign_in,
            RouteClass::Lookup => self.lookup,
            RouteClass::Read => self.read,
            RouteClass::Write => self.write,
            RouteClass::Checkout => self.checkout,
            RouteClass::Operators => self.operators,
        }
    }
}

/// Whose share is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Charged {
    /// A key's, or a person's.
    Caller(Uuid),
    /// An address's; of IPv6 the network that one subscriber owns.
    Address(u128),
    /// A connection without an address, which tests and unix sockets have.
    Nobody,
}

impl Charged {
    pub(crate) fn address(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::Address(u128::from(address.to_bits())),
            IpAddr::V6(address) => Self::Address(address.to_bits() >> IPV6_OWNED_BITS << IPV6_OWNED_BITS),
        }
    }
}

/// The hub's clock as limits see it: it never goes back.
#[derive(Clone)]
struct Uptime(Arc<dyn Clock>);

impl LimitClock for Uptime {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.uptime().into()
    }
}

type Shares = RateLimiter<Charged, DashMapStateStore<Charged>, Uptime, NoOpMiddleware<Nanos>>;

/// All limits.
pub(super) struct Limits {
    by_class: [Option<Arc<Shares>>; RouteClass::ALL.len()],
    own: Cache<u32, Arc<Shares>>,
    clock: Uptime,
    charges: AtomicU32,
}

impl Limits {
    pub(super) fn new(settings: &LimitSettings, clock: Arc<dyn Clock>) -> Self {
        let clock = Uptime(clock);
        Self {
            by_class: RouteClass::ALL.map(|class| shares(settings.of(class), &clock)),
            own: Cache::new(OWN_LIMITS),
            clock,
            charges: AtomicU32::new(0),
        }
    }

    /// Whether anybody would count.
    pub(super) fn is_limited(&self, class: RouteClass, own: Option<u32>) -> bool {
        own.map_or_else(|| self.of(class).is_some(), |own| own > 0)
    }

    fn of(&self, class: RouteClass) -> Option<&Arc<Shares>> {
        self.by_class.get(class as usize).and_then(Option::as_ref)
    }

    /// Takes one request of a share. A caller's own limit holds for all classes together.
    pub(super) fn charge(&self, class: RouteClass, who: Charged, own: Option<u32>) -> Result<(), ApiError> {
        let shares = match own {
            None => self.of(class).cloned(),
            Some(0) => None,
            Some(limit) => self.own.optionally_get_with(limit, || shares(limit, &self.clock)),
        };
        let Some(shares) = shares else {
            return Ok(());
        };
        if self.charges.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            shares.retain_recent();
        }
        shares
            .check_key(&who)
            .map_err(|until| too_many(until.wait_time_from(self.clock.now())))
    }
}

fn shares(a_minute: u32, clock: &Uptime) -> Option<Arc<Shares>> {
    let quota = Quota::per_minute(NonZeroU32::new(a_minute)?);
    Some(Arc::new(RateLimiter::dashmap_with_clock(quota, clock.clone())))
}

fn too_many(wait: Duration) -> ApiError {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let seconds = seconds.max(1);
    ApiError::new(Code::RateLimited)
        .with("retry_after_seconds", seconds)
        .header(RETRY_AFTER, &seconds.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use jiff::Timestamp;

    use super::*;

    #[derive(Default)]
    struct Standing(AtomicU64);

    impl Clock for Standing {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn fresh_id(&self) -> Uuid {
            Uuid::nil()
        }

        fn fresh_secret(&self) -> [u8; 32] {
            [0; 32]
        }

        fn uptime(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    const SETTINGS: LimitSettings = LimitSettings {
        sign_in: 3,
        lookup: 0,
        read: 60,
        write: 2,
        checkout: 0,
        operators: 1,
    };

    fn allowed(limits: &Limits, class: RouteClass, who: Charged, own: Option<u32>) -> usize {
        (0..200).take_while(|_| limits.charge(class, who, own).is_ok()).count()
    }

    #[test]
    fn each_caller_has_exactly_its_share_of_each_class_and_gets_it_back_evenly() {
        let clock = Arc::new(Standing::default());
        let limits = Limits::new(&SETTINGS, Arc::<Standing>::clone(&clock));
        let (ann, bob) = (Charged::Caller(Uuid::from_u128(1)), Charged::Caller(Uuid::from_u128(2)));
        assert_eq!(allowed(&limits, RouteClass::Read, ann, None), 60);
        assert_eq!(allowed(&limits, RouteClass::Read, bob, None), 60);
        assert_eq!(allowed(&limits, RouteClass::Write, ann, None), 2);
        assert_eq!(allowed(&limits, RouteClass::Checkout, ann, None), 200, "0 is no limit");
        clock.0.store(5, Ordering::SeqCst);
        assert_eq!(allowed(&limits, RouteClass::Read, ann, None), 5);
        assert_eq!(allowed(&limits, RouteClass::Write, ann, None), 0);
        clock.0.store(65, Ordering::SeqCst);
        assert_eq!(
            allowed(&limits, RouteClass::Read, ann, None),
            60,
            "no more than a whole share"
        );
    }

    #[test]
    fn a_limit_of_ones_own_holds_for_all_classes_together_and_0_is_none() {
        let limits = Limits::new(&SETTINGS, Arc::new(Standing::default()));
        let key = Charged::Caller(Uuid::from_u128(3));
        assert_eq!(allowed(&limits, RouteClass::Read, key, Some(5)), 5);
        assert_eq!(allowed(&limits, RouteClass::Write, key, Some(5)), 0);
        assert_eq!(allowed(&limits, RouteClass::Write, key, Some(0)), 200);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_and_others_do_not() {
        let address = |text: &str| Charged::address(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }

    #[test]
    fn routes_belong_to_the_class_that_their_method_and_path_say() {
        let class = |method: Method, path: &str| class_of(&method, path);
        assert_eq!(class(Method::POST, "/api/v1/checkouts"), RouteClass::Checkout);
        assert_eq!(class(Method::POST, "/api/v1/checkouts/1/confirm"), RouteClass::Checkout);
        assert_eq!(class(Method::GET, "/api/v1/checkouts/1"), RouteClass::Read);
        assert_eq!(class(Method::POST, "/api/v1/stock/commands/adjust"), RouteClass::Write);
        assert_eq!(class(Method::POST, "/api/v1/tokens/refresh"), RouteClass::SignIn);
        assert_eq!(class(Method::GET, "/sso/google/callback"), RouteClass::SignIn);
        assert_eq!(class(Method::GET, "/api/v1/sign-in/providers"), RouteClass::Operators);
        assert_eq!(class(Method::GET, "/metrics"), RouteClass::Operators);
        assert_eq!(class(Method::GET, "/api/docs/"), RouteClass::Operators);
    }
}
