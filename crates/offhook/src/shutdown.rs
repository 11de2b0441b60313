use tokio::signal::unix::{SignalKind, signal};

/// Returns when the process is asked to stop: Ctrl-C or SIGTERM.
pub(crate) async fn requested() {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be watched");
            // Without a watch on Ctrl-C either, the process ends by the signal itself.
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
