use std::net::SocketAddr;

/// How a request came in; whoever accepts connections puts it among the request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// Whether the connection itself is TLS.
    pub is_private: bool,
}
