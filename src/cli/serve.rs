//! `entrepot serve`

use std::process::ExitCode;
use std::sync::Arc;

use actors::clock::SystemClock;
use tracing::info;

use super::in_system;
use crate::open_files::raise_open_files;
use crate::settings::Settings;
use crate::shutdown;
use crate::wiring::{Hub, ensure_organization, prepare_database};

/// Files a hub needs besides live sockets: requests' connections, the database's, its own.
const OTHER_FILES: u64 = 20_000;

/// Runs the hub until a signal.
pub(super) fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    in_system(async move {
        let _files = raise_open_files(u64::from(settings.live.sockets) + OTHER_FILES);
        let stop_requested = shutdown::listen()?;
        let clock = Arc::new(SystemClock);
        let prepared = prepare_database(&settings).await?;
        ensure_organization(&prepared.database, &settings, &*clock).await?;
        let hub = Hub::start(prepared, &settings, clock).await?;
        for address in &hub.addresses {
            info!("listening on http://{address} (API documentation at /api/docs/)");
        }
        stop_requested.await;
        info!("stopping");
        hub.stop().await?;
        info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}
