//! Stopping: by SIGINT or SIGTERM, once; a second signal ends the process at once.

use tokio::signal::unix::{SignalKind, signal};

/// The exit status of a process ended by SIGINT, by convention.
const INTERRUPTED: i32 = 130;

/// Resolves on the first signal. From then on another one ends the process where it stands; the journal makes that safe.
///
/// # Errors
/// When the system does not let us listen for signals.
pub async fn requested() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        std::process::exit(INTERRUPTED);
    });
    Ok(())
}
