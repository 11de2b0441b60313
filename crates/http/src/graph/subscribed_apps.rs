//! `/{page-id}/subscribed_apps`: which apps get a Page's webhooks.

use axum::Json;
use axum::extract::State;
use offhook_service::Field;
use offhook_wire::{Data, Fields, FieldsParams, PageSubscriptionAnswer, SubscribePage, SubscribePageBody, Success};
use serde_json::{Value, json};

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Subscribes the token's app to the Page's webhooks, replacing its fields there.
#[utoipa::path(
    post,
    path = "/{node}/subscribed_apps",
    request_body = SubscribePageBody,
    responses((status = 200, body = Success)),
)]
pub(crate) async fn subscribe_page(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let caller = request.caller(&state.service).await?;
    let SubscribePage { fields } = SubscribePage::parse(&request.parameters)?;
    state.service.subscribe_page(caller, fields.into_iter().map(Field).collect()).await?;
    Ok(Json(Success::YES))
}

/// Lists the apps that are subscribed to the Page's webhooks.
#[utoipa::path(
    get,
    path = "/{node}/subscribed_apps",
    params(FieldsParams),
    responses((status = 200, body = Data<PageSubscriptionAnswer>)),
)]
pub(crate) async fn page_subscriptions(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Data<Value>>, Failure> {
    let caller = request.caller(&state.service).await?;
    let fields = Fields::parse(&request.parameters, PageSubscriptionAnswer::FIELDS)?;
    let subscribed = state.service.page_subscriptions(caller).await?;
    let data = subscribed.into_iter().map(|(app, subscription)| {
        let subscribed_fields = subscription.fields.into_iter().map(|field| field.0).collect();
        fields.select(json!(PageSubscriptionAnswer { id: app.id, name: app.name, subscribed_fields }))
    });
    Ok(Json(Data { data: data.collect() }))
}

/// Unsubscribes the token's app from the Page's webhooks, if it was subscribed.
#[utoipa::path(delete, path = "/{node}/subscribed_apps", responses((status = 200, body = Success)))]
pub(crate) async fn unsubscribe_page(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let caller = request.caller(&state.service).await?;
    state.service.unsubscribe_page(caller).await?;
    Ok(Json(Success::YES))
}
