//! The way from a request to a socket. The HTTP server gives requests that ask for a WebSocket to this service together with
//! their connection; the request is answered by the same application as any other, with the same log, limits and headers,
//! and when the answer is a yes the connection leaves the HTTP server for good, and its buffers with it.

use std::rc::Rc;
use std::sync::Arc;

use actix_codec::Framed;
use actix_http::body::{BoxBody, to_bytes_limited};
use actix_http::{Request, Response, h1};
use actix_service::{Service, ServiceFactory, fn_factory, into_service};
use actix_web::dev::ServiceResponse;
use actix_web::rt::net::TcpStream;

use super::worker::Worker;
use super::{Live, Seat};

/// Bytes of an answer to a request that asks for a WebSocket.
const MOST_ANSWERED: usize = 64 * 1024;

/// What the handler leaves in its answer when it says yes.
pub(crate) struct Admitted {
    /// None: too many are open, which is said over the socket.
    pub(crate) seat: Option<Seat>,
}

/// A request and its connection.
type Upgrade = (Request, Framed<TcpStream, h1::Codec>);

/// The service of one serving thread.
pub(crate) struct Upgrades<S> {
    app: S,
    worker: Rc<Worker>,
}

impl<S> Upgrades<S>
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = actix_web::Error> + 'static,
{
    /// What makes one on each serving thread: with an application of its own, and the thread's sockets.
    pub(crate) fn factory<F>(
        live: Arc<Live>,
        app: F,
    ) -> impl ServiceFactory<Upgrade, Config = (), Response = (), Error = actix_web::Error, InitError = ()>
    where
        F: ServiceFactory<Request, Config = (), Service = S, InitError = ()> + 'static,
        F::Future: 'static,
    {
        let app = Rc::new(app);
        fn_factory(move || {
            let (app, live) = (Rc::clone(&app), Arc::clone(&live));
            async move {
                let app = app.new_service(()).await?;
                let service = Rc::new(Self {
                    app,
                    worker: Worker::start(live),
                });
                Ok::<_, ()>(into_service(move |upgrade| Rc::clone(&service).answer(upgrade)))
            }
        })
    }

    async fn answer(self: Rc<Self>, (request, framed): Upgrade) -> Result<(), actix_web::Error> {
        let mut response = self.app.call(request).await?;
        let admitted = response.response_mut().extensions_mut().remove::<Admitted>();
        let (head, body) = Response::<BoxBody>::from(response).into_parts();
        // Answers to such requests are short: a problem, or nothing. One that streams was not meant, and is not gathered here.
        let Ok(body) = to_bytes_limited(body, MOST_ANSWERED).await else {
            return Ok(());
        };
        let body = body.map_err(actix_web::Error::from)?;
        let framed = h1::SendResponse::new(framed, head.set_body(body)).await?;
        if let Some(admitted) = admitted {
            let parts = framed.into_parts();
            self.worker.adopt(parts.io, parts.read_buf.to_vec(), admitted.seat);
        }
        Ok(())
    }
}
