use offhook_call::{CallId, CallStatistics, LegStatistics};
use offhook_store::Store;
use serde_json::json;

use super::{PSID, TERMINATE, after, command, connect, furnish};

pub(crate) async fn statistics_are_kept_once(store: &dyn Store) {
    furnish(store).await;
    let call = connect(store, 1, PSID).await;
    assert_eq!(store.statistics(call.id).await.unwrap(), None);
    command(store, &call, TERMINATE, after(5)).await.unwrap();
    store.keep_statistics(call.id, statistics(5, 2)).await.unwrap();
    assert_eq!(store.statistics(call.id).await.unwrap(), Some(statistics(5, 2)));
    store.keep_statistics(call.id, statistics(9, 1)).await.unwrap();
    assert_eq!(store.statistics(call.id).await.unwrap(), Some(statistics(5, 2)), "the first stay");
}

pub(crate) async fn statistics_need_their_call(store: &dyn Store) {
    furnish(store).await;
    let unknown = CallId([9; 32]);
    store.keep_statistics(unknown, statistics(5, 2)).await.unwrap();
    assert_eq!(store.statistics(unknown).await.unwrap(), None);
}

/// Of so many legs, as they were after so many seconds.
pub(crate) fn statistics(seconds: u64, legs: u32) -> CallStatistics {
    CallStatistics { taken_at: after(seconds), legs: (1..=legs).map(leg).collect() }
}

fn leg(number: u32) -> LegStatistics {
    let spread = json!({ "last_us": 3_000, "mean_us": u64::MAX, "max_us": 0 });
    let leg = json!({
        "side": "Business", "number": number, "opened_us_ago": 5_000_000, "lasted_us": 4_000_000,
        "connected_us": 80_000, "first_packet_us": null, "packets_in": 50, "bytes_in": u64::MAX, "packets_out": 49,
        "bytes_out": 4_900, "rtcp_in": 2, "rtcp_out": 3, "lost_in": 1, "lost_out": null, "reported_out": 0,
        "jitter_in": spread, "jitter_out": null, "round_trip": spread, "key_frame_requests": 1,
        "dropped": { "replayed": 1, "refused": 2, "unwanted": 3, "early": 4 },
        "tracks": [{ "label": "default_audio", "negotiated": ["opus"], "seen": [] }],
        "path": { "local": "203.0.113.10:3478", "remote": "[2001:db8::7]:50000", "transport": "tcp" },
        "path_changes": 1, "ice_restarts": 0,
        "dtls": { "version": "1.2", "srtp_profile": "SRTP_AEAD_AES_128_GCM" },
    });
    serde_json::from_value(leg).unwrap()
}
