//! Lists of the own API.

use axum::Json;
use offhook_wire::Data;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which entries of a list are wanted, newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Newest {
    /// How many, up to 1,000.
    #[serde(default = "limit")]
    #[param(default = 100)]
    limit: u32,
}

impl Newest {
    pub(super) fn limit(&self) -> u32 {
        self.limit.min(LIMIT_MAX)
    }
}

pub(super) fn data<T, V: From<T>>(rows: Vec<T>) -> Json<Data<V>> {
    Json(Data { data: rows.into_iter().map(V::from).collect() })
}

pub(super) fn limit() -> u32 {
    100
}

pub(super) const LIMIT_MAX: u32 = 1000;
