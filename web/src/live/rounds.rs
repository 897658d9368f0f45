//! The round: every two seconds, and at once when a session changed here, one query asks what has become of the sessions of
//! all open sockets. A session that ended or may do something else loses its sockets; of the others memory is refreshed, so
//! that a browser that comes back within a minute costs no query.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use domain::ids::SessionId;
use storage::sessions::{self, LiveSession};
use tracing::warn;

use super::tickets::Rights;
use super::worker::{Order, Verdict};
use crate::state::AppState;

const EVERY: Duration = Duration::from_secs(2);

/// Runs until the server's system ends. Publishes probes beside, where the hub was started to be measured.
pub(crate) async fn run(state: web::Data<AppState>) {
    if let Some(pause) = Duration::from_secs(1).checked_div(state.live.settings.probe_per_second) {
        actix_web::rt::spawn(publish_probes(state.clone(), pause));
    }
    let mut rounds = tokio::time::interval(EVERY);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = rounds.tick() => {}
            () = state.live.look_now.notified() => {}
        }
        if let Err(error) = look(&state).await {
            warn!(%error, "the sessions of live sockets cannot be looked up; trying again");
        }
    }
}

async fn look(state: &AppState) -> Result<(), storage::StorageError> {
    let watched = state.live.census.sessions(state.live.hub.uptime());
    if watched.is_empty() {
        return Ok(());
    }
    let asked = state.sessions.ask();
    let found = sessions::list_live(&state.people.identities, &watched).await?;
    let mut verdicts: HashMap<SessionId, Verdict> = watched.into_iter().map(|id| (id, Verdict::Ended)).collect();
    let lives = |session: &LiveSession| state.is_session_alive(session);
    for (_, session) in found.iter().filter(|(_, session)| lives(session)) {
        verdicts.insert(session.id, Verdict::May(Rights::of(session)));
    }
    for (hash, session) in found {
        state.sessions.keep(asked, hash, Some(session));
    }
    let verdicts = Arc::new(verdicts);
    state.live.tell_all(|| Order::Check(Arc::clone(&verdicts)));
    Ok(())
}

async fn publish_probes(state: web::Data<AppState>, pause: Duration) {
    let mut ticks = tokio::time::interval(pause);
    loop {
        ticks.tick().await;
        state.live.hub.publish_probe();
    }
}
