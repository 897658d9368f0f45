//! `POST /api/v1/stock/items`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use actors::operations::stock::{NewStockItem, create_item};
use actors::operations::{OperationError, idempotency};
use domain::catalog::Sku;
use domain::ids::ItemId;
use serde::Deserialize;
use storage::bundles::BundleComponent;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{CanWriteCatalog, Staff};
use crate::api::stock::commands::quantity;
use crate::api::stock::views::ItemView;
use crate::body::{Body, Object};
use crate::errors::{ApiError, Code};
use crate::idempotency_key::mark_replay;
use crate::provenance::TracedKey;
use crate::state::AppState;

const MAX_TITLE_CHARS: usize = 255;
const MAX_COMPONENTS: usize = 50;

/// A new item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStockItem {
    /// Unique within the organization.
    #[schema(min_length = 1, max_length = 100)]
    sku: String,
    /// What people call it; the SKU when not given.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// What a bundle needs; leave out for a plain item.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Vec<CreateComponent>)]
    components: Vec<Object<CreateComponent>>,
}

/// Units of a plain item that one bundle needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateComponent {
    /// The plain item.
    item_id: Uuid,
    /// Units per bundle.
    #[schema(minimum = 1, maximum = 1_000_000)]
    quantity: i64,
}

/// Creates an item with nothing in stock, or a bundle of plain items.
#[utoipa::path(post, path = "/api/v1/stock/items", tag = "stock", operation_id = "create_stock_item",
    params(("Idempotency-Key" = Option<String>, Header, description = "Your name for this request")),
    request_body = CreateStockItem,
    responses((status = 201, description = "Created", body = ItemView), (status = 409, description = "sku_taken"),
        (status = 422, description = "invalid_sku, components_unusable, idempotency_key_reused")))]
pub async fn handle(
    state: web::Data<AppState>,
    who: Staff<CanWriteCatalog>,
    key: TracedKey,
    body: Body<CreateStockItem>,
) -> Result<HttpResponse, ApiError> {
    let request = key.request(&who, &body.raw);
    let trail = key.trail(&who, state.stock.clock.now());
    let item = new_item(ItemId::new(state.stock.clock.fresh_id()), body.value)?;
    let answered = idempotency::once(&state.stock, request, async |tx| {
        let created = ItemView::from(create_item(tx, &trail, &item).await?);
        let body = serde_json::to_value(created).map_err(|error| unserializable(&error))?;
        Ok((StatusCode::CREATED.as_u16(), body))
    })
    .await?;
    let mut response = HttpResponse::Created();
    mark_replay(&mut response, answered.is_replay);
    Ok(response.json(answered.body))
}

/// A view that cannot be written as JSON is a defect of ours.
pub(crate) fn unserializable(error: &serde_json::Error) -> OperationError {
    storage::StorageError::Unexpected(format!("an answer cannot be written as JSON: {error}")).into()
}

fn new_item(id: ItemId, body: CreateStockItem) -> Result<NewStockItem, ApiError> {
    let sku = Sku::parse(&body.sku).map_err(|error| ApiError::new(Code::InvalidSku).detail(error.to_string()))?;
    let title = body.title.unwrap_or_else(|| sku.as_str().to_owned());
    bounded("title", title.chars().count(), MAX_TITLE_CHARS)?;
    bounded("components", body.components.len(), MAX_COMPONENTS)?;
    let component = |Object(component): Object<CreateComponent>| {
        let quantity = quantity(component.quantity)?.units();
        if quantity > 1_000_000 {
            return Err(ApiError::out_of_bounds("quantity", quantity, 1, 1_000_000));
        }
        Ok(BundleComponent {
            item: ItemId::new(component.item_id),
            quantity,
        })
    };
    let components = body
        .components
        .into_iter()
        .map(component)
        .collect::<Result<_, ApiError>>()?;
    Ok(NewStockItem {
        id,
        sku,
        title,
        components,
    })
}

fn bounded(field: &str, count: usize, max: usize) -> Result<(), ApiError> {
    let to_i64 = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    if count > max {
        Err(ApiError::out_of_bounds(field, to_i64(count), 0, to_i64(max)))
    } else {
        Ok(())
    }
}
