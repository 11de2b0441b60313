use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

/// Returns when the process is asked to stop: Ctrl-C or SIGTERM. SIGTERM is watched from the call on, not from the first poll, so
/// that a server can be stopped as soon as it says that it is ready. Who wants a second signal calls after the first.
pub(crate) fn requested() -> impl Future<Output = ()> {
    let terminate = signal(SignalKind::terminate());
    async {
        match terminate {
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
}
