//! `GET /api/v1/platform-settings/{provider}/events`

use actix_web::{HttpRequest, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::platform_settings::{EventPage, list_events};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::provider_in;
use crate::access::{CanReadSettings, Staff};
use crate::errors::ApiError;
use crate::query::Query;
use crate::state::AppState;

const MAX_LIMIT: i64 = 500;

/// Which events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Only those before the event with this id.
    before: Option<Uuid>,
    /// At most so many, 1 to 500; 50 when not given.
    limit: Option<i64>,
}

/// What became of a platform's settings.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformSettingsEventList)]
pub struct EventList {
    /// The newest first.
    events: Vec<EventView>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformSettingsEvent)]
pub struct EventView {
    /// Its id.
    id: Uuid,
    /// `saved`, `deleted`, `restored`, `tested`.
    kind: String,
    /// How the settings stood then.
    status: &'static str,
    /// Why a test failed.
    #[schema(value_type = Option<Object>)]
    problem: Option<serde_json::Value>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// What became of a platform's settings, and how each test went.
#[utoipa::path(get, path = "/api/v1/platform-settings/{provider}/events", tag = "settings",
    operation_id = "list_platform_settings_events",
    params(("provider" = String, Path, description = "`shopee`, `tiktok_shop`, `stripe`, `paypal` or `smtp`"), EventsQuery),
    responses((status = 200, description = "The newest first", body = EventList), (status = 404, description = "not_found"),
        (status = 422, description = "out_of_bounds")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanReadSettings>,
    request: HttpRequest,
    query: Query<EventsQuery>,
) -> Result<web::Json<EventList>, ApiError> {
    let provider = provider_in(&request)?;
    let limit = query.limit.unwrap_or(50);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::out_of_bounds("limit", limit, 1, MAX_LIMIT));
    }
    let page = EventPage {
        before: query.before,
        limit,
    };
    let tx = state.stock.tenants.begin(who.org()).await?;
    let events = list_events(&tx, provider, page).await?;
    tx.commit().await?;
    let view = events.into_iter().map(|event| EventView {
        id: event.id,
        kind: event.kind,
        status: event.status.word(),
        problem: event.problem,
        at: event.at,
    });
    Ok(web::Json(EventList { events: view.collect() }))
}
