use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use offhook_call::{CallId, DeviceId, MessageText, PermissionResponse};
use offhook_wire::consumer::{DeviceMessage, PermissionInfo, ServerMessage, Tracks};
use offhook_wire::{ThreadEntry, ThreadEntryKind};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use super::{Broken, OFFER, PAUSE_MS, Scene, Socket, refused, send};
use crate::history::{At, Deed, Outcome};
use crate::stage::{Consumer, Temper};

/// A consumer's device while its connection lasts.
struct Device<'a> {
    scene: &'a Scene,
    consumer: &'a Consumer,
    dice: StdRng,
    socket: Socket,
    /// What was heard while an answer was awaited.
    heard: VecDeque<ServerMessage>,
    /// The call that it is in, or makes.
    call: Option<CallId>,
}

/// Connects the consumer's device and does as a consumer does until the connection breaks.
pub(crate) async fn attend(scene: &Scene, consumer: &Consumer) {
    let mut url = scene.base.join("/consumer/v1").unwrap();
    url.set_scheme("ws").unwrap();
    let Ok((socket, _)) = connect_async(url.as_str()).await else { return };
    let dice = scene.dice();
    let mut device = Device { scene, consumer, dice, socket, heard: VecDeque::new(), call: None };
    let Err(Broken) = device.live().await;
}

impl Device<'_> {
    async fn live(&mut self) -> Result<std::convert::Infallible, Broken> {
        let device = DeviceId::try_from("phone".to_owned()).expect("a word is a device's name");
        self.say(DeviceMessage::Hello { token: self.consumer.token.clone(), device }).await?;
        loop {
            let pause = Duration::from_millis(self.dice.random_range(PAUSE_MS));
            match self.heard.pop_front() {
                Some(message) => self.take(message).await?,
                None => match timeout(pause, self.hear()).await {
                    Ok(message) => self.take(message?).await?,
                    Err(_) => self.act().await?,
                },
            }
        }
    }

    async fn take(&mut self, message: ServerMessage) -> Result<(), Broken> {
        match message {
            ServerMessage::Incoming { call, .. } => self.ring(call).await,
            ServerMessage::Entry { entry } => self.read(entry).await,
            ServerMessage::Welcome { thread, .. } => {
                for entry in thread {
                    self.read(entry).await?;
                }
                Ok(())
            }
            ServerMessage::Ended { .. }
            | ServerMessage::Settings { .. }
            | ServerMessage::Permission { .. }
            | ServerMessage::Accepted { .. }
            | ServerMessage::Offer { .. }
            | ServerMessage::Calling { .. }
            | ServerMessage::Updated { .. }
            | ServerMessage::Answered { .. }
            | ServerMessage::AnsweredElsewhere { .. }
            | ServerMessage::Error { .. } => Ok(()),
        }
    }

    async fn ring(&mut self, call: CallId) -> Result<(), Broken> {
        self.say(DeviceMessage::Ringing { call }).await?;
        match self.dice.random_range(0..10) {
            0..5 => {
                let from = At::now();
                let accept = DeviceMessage::Accept { call, sdp: OFFER.to_owned() };
                let answer = self.ask(
                    accept,
                    Some(call),
                    |told| matches!(told, ServerMessage::Accepted { call: of, .. } if *of == call),
                );
                let (outcome, told) = answer.await;
                self.call = told.map(|_| call).or(self.call);
                self.log(from, Deed::PickUp { call }, outcome)
            }
            5..7 => self.say(DeviceMessage::Decline { call }).await,
            _ => Ok(()),
        }
    }

    /// Answers a permission request.
    async fn read(&mut self, entry: ThreadEntry) -> Result<(), Broken> {
        let ThreadEntryKind::PermissionRequest { reply: None, .. } = entry.kind else { return Ok(()) };
        let Ok(id) = entry.id.parse() else { return Ok(()) };
        let approve = self.dice.random_bool(0.7);
        let response = if approve { PermissionResponse::Approve } else { PermissionResponse::Reject };
        let from = At::now();
        let answered = |told: &ServerMessage| {
            let ServerMessage::Entry { entry: told } = told else { return false };
            let ThreadEntryKind::PermissionRequest { reply, .. } = told.kind else { return false };
            told.id == entry.id && reply == Some(response)
        };
        let (outcome, _) = self.ask(DeviceMessage::PermissionReply { entry: id, response }, None, answered).await;
        self.log(from, Deed::Reply { entry: entry.id.clone(), approve }, outcome)
    }

    async fn act(&mut self) -> Result<(), Broken> {
        let temper = self.consumer.temper;
        match (self.dice.random_range(0..10), self.call) {
            (0, Some(call)) => self.say(DeviceMessage::HangUp { call }).await,
            (1..3, Some(call)) if temper != Temper::Patron => self.say(DeviceMessage::HangUp { call }).await,
            (0..5, None) if matches!(temper, Temper::Caller | Temper::Patron) => self.call_business().await,
            (0..3, _) if temper == Temper::Wary => self.revoke().await,
            (3..7, _) => self.write().await,
            (_, _) => Ok(()),
        }
    }

    async fn call_business(&mut self) -> Result<(), Broken> {
        let from = At::now();
        let call = DeviceMessage::Call { sdp: OFFER.to_owned(), tracks: Tracks::default(), via: None };
        let (outcome, told) = self.ask(call, None, |told| matches!(told, ServerMessage::Calling { .. })).await;
        let call = told.and_then(|told| if let ServerMessage::Calling { call, .. } = told { Some(call) } else { None });
        self.call = call.or(self.call);
        self.log(from, Deed::Call { call }, outcome)
    }

    /// Nobody else revokes in this consumer's name, so the next thing that is told of no permission is the answer.
    async fn revoke(&mut self) -> Result<(), Broken> {
        let from = At::now();
        let revoked = |told: &ServerMessage| {
            matches!(told, ServerMessage::Permission { permission: PermissionInfo { granted: false, .. } })
        };
        let (outcome, _) = self.ask(DeviceMessage::RevokePermission {}, None, revoked).await;
        self.log(from, Deed::Revoke, outcome)
    }

    async fn write(&mut self) -> Result<(), Broken> {
        let (from, words) = (At::now(), format!("text-{}", self.scene.number()));
        let text = MessageText::try_from(words.clone()).expect("a word is a text");
        let stands = |told: &ServerMessage| {
            let ServerMessage::Entry { entry } = told else { return false };
            matches!(&entry.kind, ThreadEntryKind::Text { text } if *text == words)
        };
        let (outcome, _) = self.ask(DeviceMessage::Message { text }, None, stands).await;
        self.log(from, Deed::Say { text: words }, outcome)
    }

    fn log(&self, from: At, deed: Deed, outcome: Outcome) -> Result<(), Broken> {
        let broken = outcome == Outcome::Unknown;
        self.scene.log(self.consumer.thread(), from, deed, outcome);
        if broken { Err(Broken) } else { Ok(()) }
    }

    /// Says something and waits for what acknowledges it, or for a refusal that is about the same call or about none.
    async fn ask(
        &mut self,
        message: DeviceMessage,
        about: Option<CallId>,
        acknowledges: impl Fn(&ServerMessage) -> bool,
    ) -> (Outcome, Option<ServerMessage>) {
        if self.say(message).await.is_err() {
            return (Outcome::Unknown, None);
        }
        loop {
            match self.hear().await {
                Ok(told) if acknowledges(&told) => return (Outcome::Done, Some(told)),
                Ok(ServerMessage::Error { call, error, .. }) if call == about => {
                    return (refused(error), None);
                }
                Ok(told) => self.heard.push_back(told),
                Err(Broken) => return (Outcome::Unknown, None),
            }
        }
    }

    async fn say(&mut self, message: DeviceMessage) -> Result<(), Broken> {
        send(&mut self.socket, &message).await
    }

    async fn hear(&mut self) -> Result<ServerMessage, Broken> {
        loop {
            let Some(Ok(message)) = self.socket.next().await else { return Err(Broken) };
            let Message::Text(text) = message else { continue };
            let told = serde_json::from_str(&text).expect("the server says what the protocol has");
            if let ServerMessage::Ended { call, reason, .. } = told {
                self.call = self.call.filter(|mine| *mine != call);
                self.log(At::now(), Deed::Told { call, reason }, Outcome::Done)?;
            }
            return Ok(told);
        }
    }
}
