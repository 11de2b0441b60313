use std::time::Duration;

/// The limits of the consumer's channel; docs/consumer-protocol.md tells clients about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerLimits {
    /// How long a new connection may take to say `hello`.
    pub hello_timeout: Duration,
    /// How often the server pings.
    pub ping_every: Duration,
    /// A connection from which nothing came for this long is dead.
    pub dead_after: Duration,
    /// How long one message may take to be written.
    pub send_timeout: Duration,
    /// Largest message that is read.
    pub message_bytes_max: usize,
}

impl Default for ConsumerLimits {
    fn default() -> Self {
        Self {
            hello_timeout: Duration::from_secs(10),
            ping_every: Duration::from_secs(20),
            dead_after: Duration::from_secs(60),
            send_timeout: Duration::from_secs(10),
            message_bytes_max: 128 * 1024,
        }
    }
}
