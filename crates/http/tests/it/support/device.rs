//! A consumer's device over a real WebSocket.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use offhook_call::CallId;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::World;

pub(crate) struct Device(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl World {
    /// Listens on a port of the loopback interface.
    pub(crate) async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, self.router.clone()).into_future());
        address
    }
}

impl Device {
    /// Connects without a word.
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        Self::connect_from(server, None).await.expect("the server takes the connection")
    }

    /// Connects as a browser on a page of this origin does; the status if it is refused.
    pub(crate) async fn connect_from(server: SocketAddr, origin: Option<&str>) -> Result<Self, u16> {
        Self::connect_to(server, "consumer/v1", origin.map(|origin| ("origin", origin))).await
    }

    /// Connects to a channel with these headers besides; the status if it is refused.
    pub(crate) async fn connect_to<'h>(
        server: SocketAddr,
        path: &str,
        headers: impl IntoIterator<Item = (&'static str, &'h str)>,
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{server}/{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Connects and says hello; the device and the welcome.
    pub(crate) async fn hello(server: SocketAddr, world: &World, name: &str) -> (Self, Value) {
        let mut device = Self::connect(server).await;
        device.say(&json!({ "type": "hello", "token": world.consumer_token, "device": name })).await;
        let welcome = device.hear().await;
        (device, welcome)
    }

    pub(crate) async fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Says something about a call.
    pub(crate) async fn say_about(&mut self, kind: &str, call: CallId) {
        self.say(&json!({ "type": kind, "call": call })).await;
    }

    pub(crate) async fn say_with_sdp(&mut self, kind: &str, call: CallId, sdp: &str) {
        self.say(&json!({ "type": kind, "call": call, "sdp": sdp })).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    /// The next message of the server, but for those about the thread.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            let message = self.hear_any().await;
            if !is_about_the_thread(&message) {
                return message;
            }
        }
    }

    /// The next message of the server about the thread.
    pub(crate) async fn hear_of_thread(&mut self) -> Value {
        loop {
            let message = self.hear_any().await;
            if is_about_the_thread(&message) {
                return message;
            }
        }
    }

    async fn hear_any(&mut self) -> Value {
        loop {
            match self.0.next().await.expect("the server has something to say").unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("no message of the protocol: {other:?}"),
            }
        }
    }

    /// Waits for the server's ping.
    pub(crate) async fn hear_ping(&mut self) {
        assert!(matches!(self.0.next().await, Some(Ok(Message::Ping(_)))));
    }

    /// Reads what comes, as a client does that has hung: its system still takes bytes, but no ping is answered.
    pub(crate) async fn read_without_answering_until_the_end(self) {
        let MaybeTlsStream::Plain(mut stream) = self.0.into_inner() else { panic!("tests connect without TLS") };
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    }

    /// The code with which the server closes; nothing else but what is about the thread may come before.
    pub(crate) async fn hear_close(&mut self) -> u16 {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Text(text))) if is_about_the_thread(&serde_json::from_str(&text).unwrap()) => {}
                other => panic!("the server did not close: {other:?}"),
            }
        }
    }
}

fn is_about_the_thread(message: &Value) -> bool {
    matches!(message["type"].as_str(), Some("entry" | "settings" | "permission"))
}
