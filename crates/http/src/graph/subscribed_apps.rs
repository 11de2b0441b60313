//! `/{page-id}/subscribed_apps`: which apps get a Page's webhooks.

use axum::Json;
use axum::extract::State;
use offhook_service::Field;
use offhook_wire::{Data, Fields, PageSubscriptionAnswer, SubscribePage, Success};
use serde_json::{Value, json};

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// `POST`: subscribes the token's app to the Page, replacing its fields there.
pub(crate) async fn subscribe_page(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let caller = request.caller(&state.service).await?;
    let SubscribePage { fields } = SubscribePage::parse(&request.parameters)?;
    state.service.subscribe_page(caller, fields.into_iter().map(Field).collect()).await?;
    Ok(Json(Success::YES))
}

/// `GET`: the subscribed apps.
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

/// `DELETE`: the token's app gets none of the Page's webhooks any more, if it got any.
pub(crate) async fn unsubscribe_page(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let caller = request.caller(&state.service).await?;
    state.service.unsubscribe_page(caller).await?;
    Ok(Json(Success::YES))
}
