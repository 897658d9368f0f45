//! What this layer counts, and the page that shows all counts.

use actix_web::{HttpResponse, web};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::state::AppState;

/// The hundreds of a status.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(crate) struct StatusClass {
    /// `2xx`, `3xx`, `4xx`, `5xx`.
    class: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct HttpMetrics {
    classes: [Counter; 4],
    requests: Family<StatusClass, Counter>,
    seconds: Histogram,
}

const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

impl Default for HttpMetrics {
    fn default() -> Self {
        let requests: Family<StatusClass, Counter> = Family::default();
        let classes = CLASSES.map(|class| requests.get_or_create_owned(&StatusClass { class }));
        Self {
            classes,
            requests,
            seconds: Histogram::new(exponential_buckets(0.000_25, 2.0, 16)),
        }
    }
}

impl HttpMetrics {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Answered requests by status class",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request",
            "From head to answer",
            Unit::Seconds,
            self.seconds.clone(),
        );
    }

    pub(crate) fn observe(&self, status: u16, seconds: f64) {
        let index = usize::from(status / 100).saturating_sub(2).min(CLASSES.len() - 1);
        if let Some(counter) = self.classes.get(index) {
            counter.inc();
        }
        self.seconds.observe(seconds);
    }
}

/// `GET /metrics`, in OpenMetrics text.
pub(crate) async fn metrics(state: web::Data<AppState>) -> HttpResponse {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &state.registry) {
        Ok(()) => HttpResponse::Ok()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
