//! `POST /{page-id}/business_messaging_feature_status`: which features a Page may use. A POST although it reads.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{GraphError, Parameters};

/// The features that are asked about, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureQuery {
    pub features: Vec<Feature>,
}

/// The features that Meta documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    MessengerApiCalling,
}

/// An entry of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeatureAnswer {
    pub feature: Feature,
    pub status: FeatureStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeatureStatus {
    Enabled,
    /// The Page has calling switched off.
    Disabled,
}

/// The body that [`FeatureQuery`] reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
pub struct FeatureBody {
    #[schema(min_items = 1, max_items = 50)]
    features: Vec<FeatureName>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
struct FeatureName {
    feature: Feature,
}

impl FeatureQuery {
    /// `features`: `[{"feature": "messenger_api_calling"}]`, or the names alone.
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        let entries = parameters.array(NAME)?.unwrap_or_default();
        if entries.is_empty() {
            return Err(GraphError::missing(NAME));
        }
        if entries.len() > FEATURES_MAX {
            return Err(GraphError::parameter(NAME, format!("Ask about at most {FEATURES_MAX} features.")));
        }
        Ok(Self { features: entries.iter().map(feature).collect::<Result<_, _>>()? })
    }
}

fn feature(entry: &Value) -> Result<Feature, GraphError> {
    match entry.as_str().or_else(|| entry["feature"].as_str()) {
        Some(name) if name.eq_ignore_ascii_case(CALLING) => Ok(Feature::MessengerApiCalling),
        Some(_) | None => {
            Err(GraphError::parameter(NAME, format!("Each entry must be {{\"feature\": \"{CALLING}\"}}.")))
        }
    }
}

const NAME: &str = "features";
const CALLING: &str = "messenger_api_calling";

/// Entries of one request.
const FEATURES_MAX: usize = 50;
