//! Listening and stopping.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::{HttpService, KeepAlive, Request};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, map_config};
use actix_web::dev::{AppConfig, Server, ServerHandle, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::PathConfig;
use actix_web::{App, web};
use tokio::net::TcpSocket;

use crate::demo_mails;
use crate::errors::{ApiError, Code};
use crate::live::{Live, Upgrades, run_rounds};
use crate::request_log::request_log;
use crate::routes::configure;
use crate::state::AppState;

/// Headers must be here by then; bodies have a bound of their own.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// A connection that is to be closed may take so long to hear it: whoever still sends a body hears the answer first.
const DISCONNECT_DEADLINE: Duration = Duration::from_secs(1);
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 8_192;

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
    /// Its open live sockets.
    pub live: LiveSockets,
}

/// Binds and starts to serve. Signals are the caller's business.
///
/// This is what actix-web's `HttpServer` does, and one thing more: requests that ask for a WebSocket are given away together
/// with their connection (`live/upgrade.rs`), so that an open socket does not keep the HTTP server's buffers.
///
/// # Errors
/// When the address cannot be bound.
pub fn start(settings: &HttpServerSettings, state: AppState) -> std::io::Result<Running> {
    let live = Arc::clone(&state.live);
    let state = web::Data::new(state);
    let rounds = actix_web::rt::spawn(run_rounds(state.clone()));
    let listener = listen(settings.address)?;
    let address = listener.local_addr()?;
    let sockets = Arc::clone(&live);
    let server = actix_server::Server::build()
        .workers(settings.workers)
        .max_concurrent_connections(settings.max_connections)
        .shutdown_timeout(settings.stop_within.as_secs())
        .disable_signals();
    let stopping = server.graceful_shutdown_signal();
    let server = server
        .listen("http", listener, move || {
            // Runs once on each serving thread: items live where requests are served.
            state.stock.directory.add_this_thread();
            let stopping = stopping.clone();
            HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .client_request_timeout(HEAD_DEADLINE)
                .client_disconnect_timeout(DISCONNECT_DEADLINE)
                .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
                .local_addr(address)
                .upgrade(Upgrades::factory(Arc::clone(&sockets), app(state.clone())))
                .finish(app(state.clone()))
                .tcp()
        })?
        .run();
    Ok(Running {
        addresses: vec![address],
        handle: server.handle(),
        server,
        live: LiveSockets { live, rounds },
    })
}

/// The application, for one serving thread.
fn app(
    state: web::Data<AppState>,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = ServiceResponse<BoxBody>,
    Error = actix_web::Error,
    InitError = (),
    Service = impl Service<Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error, Future: 'static>
              + 'static,
    Future: 'static,
> + 'static {
    let demo_mails = state.demo_mails.clone();
    let app = App::new()
        .app_data(state)
        .app_data(PathConfig::default().error_handler(|_, _| ApiError::new(Code::NotFound).into()))
        .wrap(from_fn(request_log))
        .configure(|config| {
            if let Some(folder) = &demo_mails {
                demo_mails::configure(config, folder);
            }
        })
        .configure(configure);
    map_config(app.into_factory(), |()| AppConfig::default())
}

/// A listening socket whose address can be taken again at once after a stop.
fn listen(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// The live sockets of a server.
pub struct LiveSockets {
    live: Arc<Live>,
    rounds: tokio::task::JoinHandle<()>,
}

impl LiveSockets {
    /// Tells everybody when to come back and closes all sockets. Before the server is stopped, which would wait for them.
    pub async fn stop(&self) {
        self.live.stop().await;
        self.rounds.abort();
    }
}
