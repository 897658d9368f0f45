//! `entrepot bench sign-in`: whether the time of an answer tells if an address has an account, and what a sign-in costs beside
//! the hash of its password.

use std::time::Duration;

use actors::clock::{Clock, SystemClock, stopwatch};
use actors::people::Passwords;
use anyhow::{Context, ensure};
use domain::access::Role;
use domain::ids::{OrgId, PersonId};
use serde::Serialize;
use serde_json::json;
use simulators::shoppers::Client;
use storage::memberships::{self, Membership};
use storage::people::{self, Person};
use storage::{Database, Identities, attempts};

use super::ranks::{Comparison, median};
use super::server::{BenchDatabase, BenchServer};
use crate::settings::Settings;

const PASSWORD: &str = "correct horse battery";
const WRONG: &str = "wrong horse battery";
/// One character more is refused before it is hashed, and everything else is as ever.
const TOO_LONG: usize = 257;
/// A letter a time; more would be a flood of files.
const ACCOUNTS: usize = 20;
const SIGN_IN: &str = "/api/v1/sessions";
const FORGOT: &str = "/api/v1/people/forgot";

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct SignInFigures {
    /// Tries of each kind.
    pub tries: usize,
    /// A wrong password for an address with an account, and for one without.
    pub sign_in: Comparison,
    /// A forgotten password for an address with an account, and for one without.
    pub forgot: Comparison,
    /// CPU of the hub for everything about a refused sign-in but the hash, in milliseconds (median).
    pub refused_beside_hash_cpu_ms: f64,
    /// The same for one that succeeds: a session and an audit entry more.
    pub begun_beside_hash_cpu_ms: f64,
    /// CPU of the hub for a refused sign-in with its hash, in milliseconds.
    pub refused_cpu_ms: f64,
}

impl SignInFigures {
    /// The figures as a person reads them.
    #[must_use]
    pub fn in_words(&self) -> String {
        let compared = |what: &str, one: &Comparison| {
            format!(
                "{what:<10} known {:.2} ms, unknown {:.2} ms (medians); U {:.0}, a known one is the slower {:.1} % of the time, p {:.3}\n",
                one.known_p50_ms,
                one.unknown_p50_ms,
                one.u,
                one.likelihood * 100.0,
                one.p
            )
        };
        format!(
            "{}{}CPU        refused {:.2} ms, of which beside the hash {:.3} ms; begun {:.3} ms beside the hash\n",
            compared("sign-in", &self.sign_in),
            compared("forgot", &self.forgot),
            self.refused_cpu_ms,
            self.refused_beside_hash_cpu_ms,
            self.begun_beside_hash_cpu_ms,
        )
    }
}

/// Measures on a hub of its own.
///
/// # Errors
/// When the hub cannot be run, or answers otherwise than it must.
pub async fn bench(settings: &Settings, tries: usize, say: impl Fn(&str)) -> anyhow::Result<SignInFigures> {
    say("making accounts");
    let base = BenchDatabase::make(settings).await?;
    make_accounts(&base.database, base.organization().await?).await?;
    let server = BenchServer::start(&base).await?;
    let mut caller = Caller {
        client: Client::new(server.address, &base.api_key),
        identities: Identities::new(&base.database)?,
        server: &server,
    };
    let figures = measure(&mut caller, tries, &say).await;
    caller.identities.close();
    server.stop().await?;
    base.remove()?;
    figures
}

async fn measure(caller: &mut Caller<'_>, tries: usize, say: &impl Fn(&str)) -> anyhow::Result<SignInFigures> {
    let _warm = caller.compare(SIGN_IN, 401, tries.div_ceil(10)).await?;
    say("signing in with wrong passwords");
    let sign_in = caller.compare(SIGN_IN, 401, tries).await?;
    say("forgetting passwords");
    let forgot = caller.compare(FORGOT, 202, tries).await?;
    say("counting CPU");
    let too_long = "x".repeat(TOO_LONG);
    let kinds = [(WRONG, 401), (PASSWORD, 201), (too_long.as_str(), 401)];
    let [refused, begun, unhashed] = caller.cpu_of(kinds, tries).await?;
    Ok(SignInFigures {
        tries,
        sign_in,
        forgot,
        refused_beside_hash_cpu_ms: unhashed,
        // Both hash once; what differs is what beginning a session costs.
        begun_beside_hash_cpu_ms: unhashed + (begun - refused),
        refused_cpu_ms: refused,
    })
}

/// Somebody who asks, one request after the other.
struct Caller<'a> {
    client: Client,
    identities: Identities,
    server: &'a BenchServer,
}

impl Caller<'_> {
    /// Known and unknown addresses in turn, each first as often as second.
    async fn compare(&mut self, path: &str, status: u16, tries: usize) -> anyhow::Result<Comparison> {
        let (mut known, mut unknown) = (Vec::with_capacity(tries), Vec::with_capacity(tries));
        for n in 0..tries {
            for half in [n % 2, (n + 1) % 2] {
                let (address, times) = match half {
                    0 => (account(n), &mut known),
                    _ => (format!("nobody-{n}@example.com"), &mut unknown),
                };
                let took = self.ask(path, (&address, WRONG), status).await?;
                times.push(u64::try_from(took.as_micros())?);
            }
        }
        Ok(Comparison::of(&known, &unknown))
    }

    /// The hub's CPU for a sign-in with each password, medians in milliseconds; taken in turn, so that a busy machine is busy
    /// for all of them.
    async fn cpu_of<const N: usize>(&mut self, kinds: [(&str, u16); N], tries: usize) -> anyhow::Result<[f64; N]> {
        let mut spent = kinds.map(|_| Vec::with_capacity(tries));
        for n in 0..tries {
            for ((password, status), times) in kinds.iter().zip(&mut spent) {
                let before = self.server.cpu()?;
                self.ask(SIGN_IN, (&account(n), password), *status).await?;
                let used = self.server.cpu()?.saturating_sub(before);
                times.push(u64::try_from(used.as_micros())?);
            }
        }
        Ok(spent.map(|times| median(&times)))
    }

    /// How long the answer took. What was counted of earlier tries is forgotten first: this measures no wait.
    async fn ask(&mut self, path: &str, (email, password): (&str, &str), status: u16) -> anyhow::Result<Duration> {
        attempts::delete_older(&self.identities, jiff::Timestamp::MAX).await?;
        let body = match path {
            SIGN_IN => json!({ "email": email, "password": password }),
            _ => json!({ "email": email }),
        };
        let body = body.to_string();
        let asked = stopwatch();
        let answer = self.client.post(path, body, None).await?;
        let took = asked.elapsed();
        ensure!(answer.status == status, "{path} answered {}", answer.status);
        Ok(took)
    }
}

fn account(n: usize) -> String {
    format!("known-{}@example.com", n % ACCOUNTS)
}

/// Members of the organization, all with one password.
async fn make_accounts(database: &Database, org: OrgId) -> anyhow::Result<()> {
    let (clock, identities) = (SystemClock, Identities::new(database)?);
    let password_hash = Passwords::default().hash(PASSWORD, clock.fresh_secret()).await?;
    for n in 0..ACCOUNTS {
        let person = Person {
            id: PersonId::new(clock.fresh_id()),
            email: account(n),
            name: "Somebody".to_owned(),
            password_hash: password_hash.clone(),
        };
        let tx = identities.begin().await?;
        people::insert(&tx, &person, clock.now()).await?;
        let tx = tx.narrow_to(org).await?;
        let member = Membership {
            person: person.id,
            role: Role::Staff,
            locations: None,
        };
        memberships::insert(&tx, &member, clock.now()).await?;
        tx.commit().await.context("making an account")?;
    }
    identities.close();
    Ok(())
}
