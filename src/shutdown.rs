//! Stopping: by SIGINT or SIGTERM, once; a second signal ends the process at once.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit status of a process ended by SIGINT, by convention.
const INTERRUPTED: i32 = 130;

/// Listens from now on; the future resolves on the first signal, also one that came before it was awaited. After that
/// another signal ends the process where it stands; the journal makes that safe.
///
/// # Errors
/// When the system does not let us listen for signals.
pub fn listen() -> std::io::Result<impl Future<Output = ()>> {
    let interrupt = signal(SignalKind::interrupt())?;
    let terminate = signal(SignalKind::terminate())?;
    Ok(requested(interrupt, terminate))
}

async fn requested(mut interrupt: Signal, mut terminate: Signal) {
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
}
