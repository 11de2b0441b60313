use axum::body::{Body, Bytes, to_bytes};

/// The bytes of an answer: it is made in memory, so it has an end and is read without failure.
pub(super) async fn whole(answer: Body) -> Bytes {
    to_bytes(answer, usize::MAX).await.unwrap_or_default()
}
