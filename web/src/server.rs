//! Listening and stopping.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::PathConfig;
use actix_web::{App, HttpServer, web};

use crate::demo_mails;
use crate::errors::{ApiError, Code};
use crate::request_log::request_log;
use crate::routes::configure;
use crate::state::AppState;

/// Headers must be here by then; bodies have a bound of their own.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How to listen.
#[derive(Clone, Debug)]
pub struct HttpServerSettings {
    /// Where; port 0 lets the system choose.
    pub address: SocketAddr,
    /// Threads that serve.
    pub workers: usize,
    /// Connections per thread; more wait in the kernel.
    pub max_connections: usize,
    /// How long requests under way may take when the hub stops.
    pub stop_within: Duration,
}

/// A listening server.
pub struct Running {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// Stops it.
    pub handle: ServerHandle,
    /// Ends when it has stopped. Must be awaited or spawned, or nothing is served.
    pub server: Server,
}

/// Binds and starts to serve. Signals are the caller's business.
///
/// # Errors
/// When the address cannot be bound.
pub fn start(settings: &HttpServerSettings, state: AppState) -> std::io::Result<Running> {
    let state = web::Data::new(state);
    let server = HttpServer::new(move || {
        // Runs once on each serving thread: items live where requests are served.
        state.stock.directory.add_this_thread();
        App::new()
            .app_data(state.clone())
            .app_data(PathConfig::default().error_handler(|_, _| ApiError::new(Code::NotFound).into()))
            .wrap(from_fn(request_log))
            .configure(|config| {
                if let Some(folder) = &state.demo_mails {
                    demo_mails::configure(config, folder);
                }
            })
            .configure(configure)
    })
    .workers(settings.workers)
    .max_connections(settings.max_connections)
    .client_request_timeout(HEAD_DEADLINE)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(settings.stop_within.as_secs())
    .disable_signals()
    .backlog(8_192)
    .bind(settings.address)?;
    let addresses = server.addrs();
    let server = server.run();
    Ok(Running {
        addresses,
        handle: server.handle(),
        server,
    })
}
