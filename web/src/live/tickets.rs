//! Tickets: what a browser shows once to open a socket, because a WebSocket's request can carry no header of ours and a
//! cookie alone would come along with whatever another site opens. In the memory of this hub only.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actors::clock::Clock;
use actors::unguessable;
use domain::access::{PermissionSet, Role};
use domain::ids::{OrgId, PersonId, SessionId};
use jiff::{SignedDuration, Timestamp};
use storage::sessions::LiveSession;

/// How long a ticket is good.
pub(crate) const GOOD_FOR: SignedDuration = SignedDuration::from_secs(30);
/// Tickets that may be out at once; beyond, the oldest are worth nothing any more.
const MOST: usize = 200_000;

/// What decides what a session may do. When it changes, the sockets opened under it are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The organization it acts for.
    pub(crate) org: OrgId,
    /// What its person is there.
    pub(crate) role: Role,
    /// What it is narrowed to.
    pub(crate) see_as: Option<Role>,
}

impl Rights {
    /// Those of a session; none when it acts for no organization.
    pub(crate) fn of(session: &LiveSession) -> Option<Self> {
        session.membership.as_ref().map(|acting| Self {
            org: acting.org,
            role: acting.role,
            see_as: session.see_as,
        })
    }

    /// What they allow.
    pub(crate) fn permissions(&self) -> PermissionSet {
        let permissions = PermissionSet::of_role(self.role);
        self.see_as.map_or(permissions, |role| {
            permissions.narrowed_to(PermissionSet::of_role(role))
        })
    }
}

/// Whom a ticket, and then a socket, is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    /// The session.
    pub(crate) session: SessionId,
    /// Whose.
    pub(crate) person: PersonId,
    /// What it may do.
    pub(crate) rights: Rights,
}

/// The tickets that are out, by their hashes.
#[derive(Default)]
pub(crate) struct Tickets {
    out: Mutex<Out>,
}

#[derive(Default)]
struct Out {
    good: HashMap<[u8; 32], (Timestamp, Holder)>,
    oldest_first: VecDeque<(Timestamp, [u8; 32])>,
}

impl Tickets {
    /// A new ticket.
    pub(crate) fn give(&self, clock: &dyn Clock, holder: Holder) -> String {
        let ticket = unguessable::fresh(clock);
        let hash = unguessable::hash(&ticket);
        let now = clock.now();
        let ends = now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
        let mut out = self.out();
        out.forget_worthless(now);
        out.good.insert(hash, (ends, holder));
        out.oldest_first.push_back((ends, hash));
        ticket
    }

    /// Whom the ticket is for, if it is good; afterwards it is not.
    pub(crate) fn take(&self, ticket: &str, now: Timestamp) -> Option<Holder> {
        let (ends, holder) = self.out().good.remove(&unguessable::hash(ticket))?;
        (now < ends).then_some(holder)
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Out {
    fn forget_worthless(&mut self, now: Timestamp) {
        while let Some((ends, hash)) = self.oldest_first.front() {
            if *ends > now && self.oldest_first.len() < MOST {
                return;
            }
            self.good.remove(hash);
            self.oldest_first.pop_front();
        }
    }
}
