//! `/{app-id}/subscriptions`: where an app gets its webhooks. Takes an app access token, `APP_ID|APP_SECRET`.

use axum::Json;
use axum::extract::State;
use offhook_service::Field;
use offhook_wire::{AppSubscriptionAnswer, Data, Fields, FieldsParams, SubscribeApp, SubscribeAppBody, Success};
use serde_json::{Value, json};

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Sets the app's callback, once it has passed the `hub.challenge` handshake.
#[utoipa::path(
    post,
    path = "/{node}/subscriptions",
    request_body = SubscribeAppBody,
    responses((status = 200, body = Success)),
    security(("app_token" = [])),
    extensions(("x-errors" = json!(["callback_refused"]))),
)]
pub(crate) async fn subscribe_app(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let app = request.app(&state.service).await?;
    let SubscribeApp { callback_url, verify_token, fields } = SubscribeApp::parse(&request.parameters)?;
    let fields = fields.into_iter().map(Field).collect();
    state.service.subscribe_app(app.id, callback_url, verify_token, fields).await?;
    Ok(Json(Success::YES))
}

/// Shows the app's subscription, if it has one.
#[utoipa::path(
    get,
    path = "/{node}/subscriptions",
    params(FieldsParams),
    responses((status = 200, body = Data<AppSubscriptionAnswer>)),
    security(("app_token" = [])),
)]
pub(crate) async fn app_subscription(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Data<Value>>, Failure> {
    let app = request.app(&state.service).await?;
    let fields = Fields::parse(&request.parameters, AppSubscriptionAnswer::FIELDS)?;
    let data = state.service.app_subscription(app.id).await?.into_iter().map(|subscription| {
        let names = subscription.fields.into_iter().map(|field| field.0);
        fields.select(json!(AppSubscriptionAnswer::new(subscription.callback_url, subscription.active, names)))
    });
    Ok(Json(Data { data: data.collect() }))
}
