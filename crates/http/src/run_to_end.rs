//! A request that has begun runs to its end.

use axum::response::Response;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// A handler panicked: a bug, which the panic hook has reported.
#[derive(Debug, thiserror::Error)]
#[error("a request handler panicked")]
pub(crate) struct Panicked;

/// Runs the handler in a task of its own. A client that closes its connection would otherwise drop the handler
/// between a commit and the volatile effects that follow it; and a panic ends this request and nothing else.
pub(crate) async fn run_to_end(
    tasks: &TaskTracker,
    handler: impl Future<Output = Response> + Send + 'static,
) -> Result<Response, Panicked> {
    tasks.spawn(handler.in_current_span()).await.map_err(|_| Panicked)
}
