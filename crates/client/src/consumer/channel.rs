//! The consumer's channel as a device has it: JSON messages over one WebSocket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use offhook_wire::consumer::{DeviceMessage, ServerMessage};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

pub(crate) struct Channel {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// How a channel ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Not opened, broken, or closed without a code.
    Broken,
    /// Closed by the server with this code.
    Closed(u16),
}

/// Where a server's channel is; `None` for an address that is none of HTTP.
pub fn channel_of(server: &Url) -> Option<Url> {
    let mut channel = server.clone();
    let scheme = if server.scheme() == "https" { "wss" } else { "ws" };
    channel.path_segments_mut().ok()?.pop_if_empty().extend(["consumer", "v1"]);
    channel.set_scheme(scheme).ok()?;
    Some(channel)
}

const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// The server pings every 20 s; a channel on which nothing came for this long is dead.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Largest message taken: an SDP of 64 KiB, escaped, several times.
const MESSAGE_BYTES_MAX: usize = 512 * 1024;

impl Channel {
    pub(crate) async fn open(url: &Url) -> Result<Self, Lost> {
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let opening = connect_async_with_config(url.as_str(), Some(limits), true);
        match tokio::time::timeout(OPEN_TIMEOUT, opening).await {
            Ok(Ok((socket, _response))) => Ok(Self { socket }),
            Ok(Err(error)) => Err(broken(&error)),
            Err(_) => Err(Lost::Broken),
        }
    }

    pub(crate) async fn say(&mut self, message: &DeviceMessage) -> Result<(), Lost> {
        let text = serde_json::to_string(message).expect("messages are plain data with text keys");
        self.socket.send(Message::text(text)).await.map_err(|error| broken(&error))
    }

    /// The server's next message. Those of a kind that is not known here are passed over. Can be dropped and called
    /// again.
    pub(crate) async fn hear(&mut self) -> Result<ServerMessage, Lost> {
        loop {
            let Ok(message) = tokio::time::timeout(SILENCE_MAX, self.socket.next()).await else {
                return Err(Lost::Broken);
            };
            match message {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(message) => return Ok(message),
                    Err(error) => tracing::debug!(%error, "a message that this device does not know"),
                },
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(Lost::Broken, |frame| Lost::Closed(frame.code.into())));
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(broken(&error)),
                None => return Err(Lost::Broken),
            }
        }
    }

    pub(crate) async fn close(mut self) {
        if let Err(error) = self.socket.close(None).await {
            tracing::debug!(%error, "the channel was closed already");
        }
    }
}

fn broken(error: &tungstenite::Error) -> Lost {
    tracing::debug!(%error, "the channel broke");
    Lost::Broken
}
