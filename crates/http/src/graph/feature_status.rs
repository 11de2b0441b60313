//! `POST /{page-id}/business_messaging_feature_status`.

use axum::Json;
use axum::extract::State;
use offhook_wire::{Data, Feature, FeatureAnswer, FeatureBody, FeatureQuery, FeatureStatus};

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Tells whether a Page may use a feature.
#[utoipa::path(
    post,
    path = "/{node}/business_messaging_feature_status",
    request_body = FeatureBody,
    responses((status = 200, body = Data<FeatureAnswer>)),
)]
pub(crate) async fn feature_status(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Data<FeatureAnswer>>, Failure> {
    let caller = request.caller(&state.service).await?;
    let FeatureQuery { features } = FeatureQuery::parse(&request.parameters)?;
    let enabled = state.service.has_calling(caller).await?;
    let calling = if enabled { FeatureStatus::Enabled } else { FeatureStatus::Disabled };
    let answer = |feature| match feature {
        Feature::MessengerApiCalling => FeatureAnswer { feature, status: calling },
    };
    Ok(Json(Data { data: features.into_iter().map(answer).collect() }))
}
