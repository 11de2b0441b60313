use offhook_wire::Data;
use serde::Deserialize;
use serde_json::json;

use super::{Error, Graph, PageId};

/// Whether a Page may use a feature.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FeatureStatus {
    pub feature: String,
    /// `enabled`, or a word that Meta does not document.
    pub status: String,
}

impl FeatureStatus {
    pub fn is_enabled(&self) -> bool {
        self.status.eq_ignore_ascii_case("enabled")
    }
}

impl Graph {
    /// Asks which of these features the Page may use, like `messenger_api_calling`.
    pub async fn feature_status(&self, page: PageId, features: &[&str]) -> Result<Vec<FeatureStatus>, Error> {
        let features: Vec<_> = features.iter().map(|feature| json!({ "feature": feature })).collect();
        let body = json!({ "features": features });
        let edge: Data<_> = self.send(self.post(page, "business_messaging_feature_status", &body)).await?;
        Ok(edge.data)
    }
}
