use crate::Duration;

/// The limits that calls obey. The defaults stand in `default.toml`; their meaning in contract sections 3 and 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a call may ring before it ends unanswered, from the connect request or the consumer's start.
    pub ring_timeout: Duration,
    /// How long a call may last after it was accepted.
    pub max_duration: Duration,
    /// Live calls of one Page.
    pub calls_per_page: u32,
    /// Connected business-initiated calls per consumer in a rolling 24 hours.
    pub connected_calls_per_day: u32,
}

/// The limits of a consumer's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadLimits {
    /// Permission requests in a rolling 24 hours (contract section 4).
    pub permission_requests_per_day: u32,
    /// Entries that are kept; the oldest go first.
    pub entries_kept: u32,
}
