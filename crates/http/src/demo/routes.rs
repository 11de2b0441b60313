use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use super::{Demo, callback, config, feed, pages};

#[derive(Clone, FromRef)]
struct DemoState {
    demo: Arc<Demo>,
    stop: CancellationToken,
}

/// Everything under `/demo`.
pub(crate) fn routes<S>(demo: Arc<Demo>, stop: CancellationToken) -> Router<S> {
    Router::new()
        .route("/business", get(pages::business))
        .route("/consumer", get(pages::consumer))
        .route("/config.json", get(config::config))
        .route("/webhooks", get(feed::feed))
        .route("/webhook", get(callback::handshake).post(callback::receive))
        .with_state(DemoState { demo, stop })
}
