use offhook_call::Duration;

/// The limits of webhook delivery; the defaults stand in `default.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether callbacks may point to addresses that are not public.
    pub allow_private: bool,
    /// How long an endpoint has to acknowledge, from the start of the connection.
    pub timeout: Duration,
    /// Tries in flight at a time, over all endpoints.
    pub concurrency: u32,
    /// Tries in flight at a time, to one app's endpoint.
    pub concurrency_per_endpoint: u32,
    /// How long after it was owed, or redelivered, a delivery may be tried again; then it is dead.
    pub give_up_after: Duration,
    /// How long delivered and dead deliveries are kept.
    pub keep: Duration,
    /// How often the outbox is looked at when nothing pokes the worker.
    pub sweep: Duration,
}
