//! The node's clock: the machine's, or in a sandbox one that its tests move.

use std::sync::Arc;

use anyhow::Context as _;
use offhook_service::{Clock, Hands, SandboxClock, SystemClock};
use offhook_store::Store;

/// As it stood when the last process ended. Data that a sandbox has written in times to come is not served by the machine's
/// clock: permissions would last and webhooks wait for as long as it was moved on.
pub(super) async fn start(sandbox: bool, store: &dyn Store) -> anyhow::Result<Arc<dyn Clock>> {
    let machine = Arc::new(SystemClock::start());
    let hands = store.hands().await.context("where the clock stands cannot be read")?;
    if sandbox {
        return Ok(Arc::new(SandboxClock::on(machine, hands)));
    }
    let is_ahead = match hands {
        Hands::Going { ahead } => ahead.0 > 0,
        Hands::Frozen { at } => at > machine.now(),
    };
    anyhow::ensure!(
        !is_ahead,
        "this data was written by a sandbox whose clock was moved on: set `sandbox = true`, or use another `store.path`"
    );
    Ok(machine)
}
