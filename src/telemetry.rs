//! Logs: structured, to standard error, with panics as one line without their payload.

use std::io::{IsTerminal, stderr};

use tracing::error;
use tracing_subscriber::EnvFilter;

use crate::settings::LogSettings;

/// Installs the subscriber and the panic hook. Called once per process; a second call changes nothing.
pub fn install(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let installed = if settings.is_json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_target(false).with_ansi(stderr().is_terminal()).try_init()
    };
    if installed.is_ok() {
        // The payload may hold what must not be logged.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            error!(place, "a task panicked");
        }));
    }
}
