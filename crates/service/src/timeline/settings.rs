use offhook_call::{Duration, TimelineLimits};

/// Whether and how much is recorded of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineSettings {
    pub enabled: bool,
    pub limits: TimelineLimits,
    /// Whether it is recorded which keys were pressed. People type card numbers and PINs.
    pub keys: bool,
    /// How often it is recorded how the legs do; of calls that last long, less often.
    pub report_every: Duration,
}
