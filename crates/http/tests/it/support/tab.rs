//! An agent's device, and a consumer who calls.

use std::net::SocketAddr;

use offhook_call::{AgentId, CallId};
use serde_json::{Value, json};

use super::{Device, World};

/// An agent's device over a real WebSocket.
pub(crate) struct Tab {
    pub(crate) device: Device,
    pub(crate) agent: AgentId,
}

impl Tab {
    pub(crate) async fn open(
        world: &World,
        server: SocketAddr,
        (agent, cookie): &(AgentId, String),
        device: &str,
    ) -> Self {
        let mut device_of = Device::connect_to(server, "desk/v1", [("cookie", cookie.as_str())]).await.unwrap();
        device_of.say(&json!({ "type": "hello", "device": device })).await;
        let mut tab = Self { device: device_of, agent: *agent };
        assert_eq!(tab.hear("welcome").await["agent"], agent.to_string());
        tab.shown(world).await;
        tab
    }

    /// One who has signed in, and is free.
    pub(crate) async fn free(world: &World, server: SocketAddr, name: &str) -> Self {
        let mut tab = Self::open(world, server, &world.sign_in_agent(name).await, "tab").await;
        tab.say(json!({ "type": "free", "free": true })).await;
        // A refusal comes after the message before it was done.
        tab.refused(json!({ "type": "hello", "device": "tab" }), "hello_again").await;
        assert_eq!(tab.shown(world).await["free"], true);
        tab
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.device.say(&message).await;
    }

    pub(crate) async fn say_about(&mut self, kind: &str, call: CallId) {
        self.device.say_about(kind, call).await;
    }

    /// The next message of this type.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        loop {
            let heard = self.device.hear().await;
            if heard["type"] == kind {
                return heard;
            }
            assert_ne!(heard["type"], "error", "{heard}");
        }
    }

    pub(crate) async fn refused(&mut self, message: Value, error: &str) {
        self.say(message.clone()).await;
        loop {
            let heard = self.device.hear().await;
            if heard["type"] == "error" {
                assert_eq!(heard["error"], error, "{message}: {heard}");
                return;
            }
        }
    }

    /// The board as it is now; it must be another one than before.
    pub(crate) async fn shown(&mut self, world: &World) -> Value {
        world.service.show_desk().await.unwrap();
        self.hear("board").await
    }

    pub(crate) async fn accept(&mut self, call: CallId) -> Value {
        self.device.say_with_sdp("accept", call, "v=0").await;
        self.hear("accepted").await
    }

    pub(crate) async fn hear_error(&mut self) -> String {
        loop {
            let heard = self.device.hear().await;
            if heard["type"] == "error" {
                return heard["error"].as_str().unwrap().to_owned();
            }
        }
    }
}

/// The consumer calls the Page, which no app is subscribed to.
pub(crate) async fn call_desk(world: &World, server: SocketAddr) -> (Device, CallId) {
    let (mut phone, _) = Device::hello(server, world, "phone").await;
    phone.say(&json!({ "type": "call", "sdp": "v=0" })).await;
    let calling = phone.hear().await;
    assert_eq!(calling["type"], "calling", "{calling}");
    (phone, call_id(&calling["call"]))
}

pub(crate) fn call_id(value: &Value) -> CallId {
    value.as_str().unwrap().parse().unwrap()
}
