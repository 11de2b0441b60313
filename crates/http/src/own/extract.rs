//! Axum's extractors with the own API's errors.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A JSON body, which is an object: serde alone would read a list as the fields in their order.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let Json(object) = Json::<Map<String, Value>>::from_request(request, state).await?;
        let read = serde_path_to_error::deserialize(Value::Object(object));
        read.map(Self).map_err(|error| Refusal::InvalidRequest { detail: error.to_string() })
    }
}

/// The ids in the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
pub(crate) struct At<T>(pub(super) T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refusal))]
pub(crate) struct Query<T>(pub(super) T);
