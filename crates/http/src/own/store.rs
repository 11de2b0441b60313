//! `/store`: what the store takes on the disk, and what it has.

use axum::Json;
use axum::extract::State;
use offhook_call::Time;
use offhook_service::LastCheck;
use offhook_wire::schema;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct StoreView {
    /// False while the disk is full or fails: changes are refused with 503.
    writable: bool,
    database_bytes: u64,
    /// The write-ahead log beside the database.
    wal_bytes: u64,
    /// Of the database, what deleted rows left; it is used again before the database grows.
    free_bytes: u64,
    schema_version: u32,
    calls: CallCounts,
    deliveries: DeliveryCounts,
    /// Null if `offhook check` has never looked at this database.
    last_check: Option<LastCheckView>,
}

#[derive(Serialize, ToSchema)]
struct CallCounts {
    live: u64,
    ended: u64,
}

#[derive(Serialize, ToSchema)]
struct DeliveryCounts {
    pending: u64,
    delivered: u64,
    dead: u64,
}

#[derive(Serialize, ToSchema)]
struct LastCheckView {
    #[schema(value_type = schema::Time)]
    at: Time,
    /// Zero: the database was sound.
    faults: u32,
}

/// Shows what the store takes and has.
#[utoipa::path(get, path = "/store", operation_id = "show_store", responses((status = 200, body = StoreView)))]
pub(crate) async fn store(State(state): State<HttpState>) -> Result<Json<StoreView>, Refusal> {
    let sizes = state.service.store_sizes().await?;
    let inventory = state.service.store_inventory().await?;
    let counts = inventory.counts;
    Ok(Json(StoreView {
        writable: state.service.is_store_writable(),
        database_bytes: sizes.database,
        wal_bytes: sizes.wal,
        free_bytes: sizes.free,
        schema_version: inventory.schema_version,
        calls: CallCounts { live: counts.live_calls, ended: counts.ended_calls },
        deliveries: DeliveryCounts {
            pending: counts.pending_deliveries,
            delivered: counts.delivered_deliveries,
            dead: counts.dead_deliveries,
        },
        last_check: inventory.last_check.map(|LastCheck { at, faults }| LastCheckView { at, faults }),
    }))
}
