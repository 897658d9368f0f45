//! Counting tries per account, per address, and per pair of them, before they are made. What is counted stands in Postgres:
//! a restart forgets nothing. An account that does not exist is counted like one that does.

use std::net::IpAddr;

use domain::people::{Allowance, Attempts, Blocked, EmailAddress};
use sha2::{Digest, Sha256};
use storage::attempts::{self, Subject};
use tracing::warn;

use super::People;
use crate::operations::OperationError;
use crate::operations::people::PeopleError;

const MINUTE: i64 = 60;

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Proving a password.
    Password,
    /// Having a mail sent: a sign-up, a forgotten password.
    Mail,
    /// Guessing a code: six digits are few, and whoever tries knows the password.
    Code,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Mail => "mail",
            Self::Code => "code",
        }
    }

    /// From this address for this account: the person who mistypes.
    const fn pair(self) -> Allowance {
        let free = match self {
            Self::Password | Self::Code => 5,
            Self::Mail => 3,
        };
        let longest_wait = 15 * MINUTE;
        Allowance { free, longest_wait }
    }

    /// For this account from anywhere: lenient, or a stranger could keep its owner out.
    const fn account(self) -> Allowance {
        match self {
            Self::Password => Allowance {
                free: 50,
                longest_wait: MINUTE,
            },
            Self::Mail | Self::Code => Allowance {
                free: 5,
                longest_wait: 15 * MINUTE,
            },
        }
    }

    /// From this address for any account: an office has one address.
    const fn address(self) -> Allowance {
        let free = match self {
            Self::Password | Self::Code => 30,
            Self::Mail => 15,
        };
        let longest_wait = 15 * MINUTE;
        Allowance { free, longest_wait }
    }
}

/// A try that was counted.
pub(crate) struct Try {
    forgiven: Vec<Subject>,
}

impl Try {
    fn of(kind: Kind, account: &str, place: &str) -> Self {
        let forgiven = vec![
            subject(&[kind.word(), "pair", account, place]),
            subject(&[kind.word(), "account", account]),
        ];
        Self { forgiven }
    }

    /// It succeeded, and that is committed: the account's tries, from here and from anywhere, are forgotten. The address's are
    /// not, or an attacker would clear them with an account of their own. Where forgetting fails they stay counted, and time
    /// forgets them; what was done is not answered as if it were not.
    pub(crate) async fn succeeded(self, people: &People) {
        if let Err(error) = attempts::delete(&people.identities, &self.forgiven).await {
            warn!(%error, "tries were not forgotten after a success");
        }
    }
}

/// Forgets an account's tries as a success does, for whoever proved by other means that it is theirs.
pub(crate) async fn forgive(people: &People, kind: Kind, email: &EmailAddress, from: Option<IpAddr>) {
    Try::of(kind, email.as_str(), &place_of(from)).succeeded(people).await;
}

/// Counts a try that begins now.
///
/// # Errors
/// [`PeopleError::TooManyTries`] when it is too early for another.
pub(crate) async fn begin_try(
    people: &People,
    kind: Kind,
    email: &EmailAddress,
    from: Option<IpAddr>,
) -> Result<Try, OperationError> {
    let place = place_of(from);
    let begun = Try::of(kind, email.as_str(), &place);
    let of_account = begun.forgiven.iter().copied().zip([kind.pair(), kind.account()]);
    let of_address = (subject(&[kind.word(), "address", &place]), kind.address());
    let mut limits: Vec<(Subject, Allowance)> = of_account.chain([of_address]).collect();
    limits.sort_by_key(|(subject, _)| *subject);
    count(people, &limits).await?;
    Ok(begun)
}

fn place_of(from: Option<IpAddr>) -> String {
    from.map(network).unwrap_or_default()
}

async fn count(people: &People, limits: &[(Subject, Allowance)]) -> Result<(), OperationError> {
    let now = people.clock.now();
    let subjects: Vec<Subject> = limits.iter().map(|(subject, _)| *subject).collect();
    let tx = people.identities.begin().await?;
    let known = attempts::lock(&tx, &subjects, now).await?;
    let counted = known
        .into_iter()
        .zip(limits)
        .map(|(earlier, (_, allowance))| Attempts::begin(earlier, *allowance, now));
    match counted.collect::<Result<Vec<_>, Blocked>>() {
        Ok(counted) => {
            for (subject, attempts) in subjects.iter().zip(counted) {
                attempts::update(&tx, subject, attempts).await?;
            }
            tx.commit().await?;
            Ok(())
        }
        Err(Blocked { until }) => {
            tx.commit().await?;
            let seconds = until.duration_since(now).as_secs().max(0) + 1;
            Err(PeopleError::TooManyTries { seconds }.into())
        }
    }
}

/// The address as it is counted: an IPv6 customer has a /64.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

fn subject(parts: &[&str]) -> Subject {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_customer_is_one_place_and_a_mapped_address_is_the_one_it_maps() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }

    #[test]
    fn parts_of_a_subject_do_not_run_together() {
        assert_ne!(subject(&["ab", "c"]), subject(&["a", "bc"]));
    }
}
