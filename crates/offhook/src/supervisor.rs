//! Word to systemd, if it has started the server and waits for word (`Type=notify`).

use sd_notify::NotifyState;

/// Requests are served.
pub(crate) fn tell_ready() {
    tell(NotifyState::Ready);
}

/// The server stops in order.
pub(crate) fn tell_stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}
