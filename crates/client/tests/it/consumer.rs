//! Simulated consumers against a scripted server, with a phone at the other end.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use offhook_call::{CallId, DeviceId, EndReason, PageId, Psid, Status, Time};
use offhook_client::audio::Tone;
use offhook_client::consumer::{Behaviour, Config, Error, Order, SimulatedConsumer};
use offhook_client::phone::{self, Heard, Phone, Source};
use offhook_client::story::{Narrator, Party};
use offhook_wire::consumer::{
    DeviceMessage, LiveCall, PageInfo, PermissionInfo, ServerMessage, SettingsInfo, close_code,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_async};
use tokio_util::sync::CancellationToken;

use crate::phones::PATIENCE;

pub(crate) const CALL: CallId = CallId([5; 32]);

/// A server with one consumer.
pub(crate) struct Desk {
    listener: TcpListener,
    consumer: JoinHandle<Result<(), Error>>,
    stop: CancellationToken,
}

/// The server's end of one connection.
pub(crate) struct Connection(WebSocketStream<TcpStream>);

impl Desk {
    async fn with(behaviour: Behaviour, hang_up_after: Option<Duration>) -> Self {
        let (_, orders) = mpsc::channel(1);
        Self::steered(behaviour, hang_up_after, orders).await
    }

    /// The consumer does as it is told.
    pub(crate) async fn steered(
        behaviour: Behaviour,
        hang_up_after: Option<Duration>,
        orders: mpsc::Receiver<Order>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let channel = format!("ws://{}/consumer/v1", listener.local_addr().unwrap());
        let config = Config {
            channel: channel.parse().unwrap(),
            token: "t0ken".to_owned(),
            device: device(),
            behaviour,
            accept_after: Duration::from_millis(10),
            hang_up_after,
            video: false,
            local_ip: [127, 0, 0, 1].into(),
            listen_for_hz: 440,
            listener: None,
        };
        let (narrator, _story) = Narrator::begin(Party::Consumer);
        let stop = CancellationToken::new();
        let consumer = tokio::spawn(SimulatedConsumer::steered(config, narrator, orders, stop.clone()));
        Self { listener, consumer, stop }
    }

    /// The consumer connects, says hello and is told its live call.
    pub(crate) async fn welcomed(&self, call: Option<LiveCall>) -> Connection {
        let mut connection = self.connected().await;
        let name = "Ada".to_owned();
        connection
            .say(ServerMessage::Welcome {
                page: page(),
                psid: Psid(2),
                name,
                call,
                settings: SettingsInfo { audio: true, video: true, icon: true, open: true, next_opening: None },
                permission: PermissionInfo { granted: true, expires_at: None },
                thread: Vec::new(),
            })
            .await;
        connection
    }

    async fn connected(&self) -> Connection {
        let (socket, _) = timeout(PATIENCE, self.listener.accept()).await.unwrap().unwrap();
        let mut connection = Connection(accept_async(socket).await.unwrap());
        let hello = DeviceMessage::Hello { token: "t0ken".to_owned(), device: device() };
        assert_eq!(connection.hear().await, hello);
        connection
    }

    async fn ended(self) -> Result<(), Error> {
        timeout(PATIENCE, self.consumer).await.unwrap().unwrap()
    }
}

impl Connection {
    pub(crate) async fn say(&mut self, message: ServerMessage) {
        self.0.send(Message::text(serde_json::to_string(&message).unwrap())).await.unwrap();
    }

    pub(crate) async fn hear(&mut self) -> DeviceMessage {
        let message = timeout(PATIENCE, self.0.next()).await.unwrap().unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    pub(crate) async fn ring(&mut self) {
        self.say(ServerMessage::Incoming { call: CALL, page: page(), ring_until: Time(0) }).await;
        assert_eq!(self.hear().await, DeviceMessage::Ringing { call: CALL });
    }

    /// The consumer picks up; the phone at the server's end says a tone of 440 Hz.
    pub(crate) async fn accepted(&mut self) -> Phone {
        let DeviceMessage::Accept { call: CALL, sdp } = self.hear().await else { panic!("no accept") };
        self.answer(&sdp).await
    }

    async fn answer(&mut self, offer: &str) -> Phone {
        let source = Source::Tone(Tone::new(440, -20.0));
        let phone = Phone::new(phone::Config { source, ..phone::Config::default() }).await.unwrap();
        let sdp = phone.apply_offer(offer).await.unwrap();
        self.say(ServerMessage::Accepted { call: CALL, sdp }).await;
        phone
    }

    pub(crate) async fn end(&mut self) {
        let (status, reason) = (Status::Completed, EndReason::BusinessHungUp);
        self.say(ServerMessage::Ended { call: CALL, status, reason, seconds: 1 }).await;
    }

    /// The consumer closes the channel.
    pub(crate) async fn closed(mut self) {
        let closing = async { while !matches!(self.0.next().await, None | Some(Ok(Message::Close(_)))) {} };
        timeout(PATIENCE, closing).await.expect("it is closed in time");
    }

    async fn close(mut self, code: u16) {
        self.0.close(Some(CloseFrame { code: code.into(), reason: "".into() })).await.unwrap();
    }
}

fn device() -> DeviceId {
    DeviceId::try_from("phone-1".to_owned()).unwrap()
}

fn page() -> PageInfo {
    PageInfo { id: PageId(1), name: "Shop".to_owned() }
}

const ECHO: Behaviour = Behaviour::Echo { delay: Duration::ZERO };

/// The consumer's voice is there, and holds the tone of 440 Hz.
pub(crate) async fn hears_440(phone: &Phone) {
    let enough = |heard: &Heard| heard.frames >= 20 && heard.level.tone_share() > 0.7;
    timeout(PATIENCE, phone.heard_until(enough)).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_echo_goes_from_call_to_call_until_it_is_stopped() {
    let desk = Desk::with(ECHO, None).await;
    let mut connection = desk.welcomed(None).await;
    for _ in 0..2 {
        connection.ring().await;
        let phone = connection.accepted().await;
        hears_440(&phone).await;
        connection.end().await;
    }
    connection.ring().await;
    let _phone = connection.accepted().await;
    desk.stop.cancel();
    assert_eq!(connection.hear().await, DeviceMessage::HangUp { call: CALL });
    assert_eq!(desk.ended().await, Ok(()));
}

#[tokio::test]
async fn the_servers_offer_is_applied_once_and_old_versions_are_not() {
    let desk = Desk::with(Behaviour::Tone { hz: 440, dbfs: -20.0 }, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    let phone = connection.accepted().await;
    let sdp = phone.offer().await.unwrap();
    connection.say(ServerMessage::Offer { call: CALL, version: 2, sdp }).await;
    // Applied, it would end the call.
    connection.say(ServerMessage::Offer { call: CALL, version: 2, sdp: "not SDP".to_owned() }).await;
    hears_440(&phone).await;
    connection.say(ServerMessage::Offer { call: CALL, version: 3, sdp: "not SDP".to_owned() }).await;
    assert_eq!(connection.hear().await, DeviceMessage::HangUp { call: CALL });
}

#[tokio::test]
async fn a_consumer_declines_or_hangs_up_by_itself() {
    let desk = Desk::with(Behaviour::Decline, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    assert_eq!(connection.hear().await, DeviceMessage::Decline { call: CALL });

    let desk = Desk::with(ECHO, Some(Duration::from_millis(50))).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    let _phone = connection.accepted().await;
    assert_eq!(connection.hear().await, DeviceMessage::HangUp { call: CALL });
}

#[tokio::test]
async fn an_ignored_call_rings_and_the_next_one_rings_again() {
    let desk = Desk::with(Behaviour::Ignore, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    connection.say(ServerMessage::AnsweredElsewhere { call: CALL }).await;
    // Had it said anything else in between, that would be heard here.
    connection.ring().await;
}

#[tokio::test]
async fn a_lost_channel_is_opened_again_while_the_call_goes_on() {
    let desk = Desk::with(ECHO, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    let phone = connection.accepted().await;
    hears_440(&phone).await;
    connection.close(close_code::GOING_AWAY).await;

    let live = LiveCall::Connected { id: CALL, since: Time(0), mine: true };
    let mut connection = desk.welcomed(Some(live)).await;
    let before = phone.statistics().await.unwrap().heard.frames;
    timeout(PATIENCE, phone.heard_until(|heard| heard.frames > before + 10)).await.unwrap().unwrap();
    connection.end().await;
    connection.ring().await;
}

#[tokio::test]
async fn a_call_found_at_the_start_is_rung_or_resumed() {
    let desk = Desk::with(ECHO, None).await;
    let live = LiveCall::Connected { id: CALL, since: Time(0), mine: true };
    let mut connection = desk.welcomed(Some(live)).await;
    let DeviceMessage::Resume { call: CALL, sdp } = connection.hear().await else { panic!("no resume") };
    hears_440(&connection.answer(&sdp).await).await;
    connection.close(close_code::GOING_AWAY).await;

    // The server has lost that call, and another one rings.
    let mut connection = desk.welcomed(Some(LiveCall::Ringing { id: CallId([6; 32]), ring_until: Time(0) })).await;
    assert_eq!(connection.hear().await, DeviceMessage::Ringing { call: CallId([6; 32]) });
}

#[tokio::test]
async fn an_accept_that_was_lost_is_said_again() {
    let desk = Desk::with(ECHO, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    let DeviceMessage::Accept { sdp: first, .. } = connection.hear().await else { panic!("no accept") };
    connection.close(close_code::GOING_AWAY).await;

    let mut connection = desk.welcomed(Some(LiveCall::Ringing { id: CALL, ring_until: Time(0) })).await;
    let DeviceMessage::Accept { sdp: second, .. } = connection.hear().await else { panic!("no accept") };
    assert_eq!(first, second);
    hears_440(&connection.answer(&second).await).await;
}

#[tokio::test]
async fn a_refused_accept_leaves_the_device_free() {
    let desk = Desk::with(ECHO, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    let DeviceMessage::Accept { .. } = connection.hear().await else { panic!("no accept") };
    let (error, detail) = ("call_ended".to_owned(), "The call is over.".to_owned());
    connection.say(ServerMessage::Error { call: Some(CALL), error, detail }).await;
    connection.ring().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_applied_ends_the_call() {
    let desk = Desk::with(ECHO, None).await;
    let mut connection = desk.welcomed(None).await;
    connection.ring().await;
    let DeviceMessage::Accept { .. } = connection.hear().await else { panic!("no accept") };
    connection.say(ServerMessage::Accepted { call: CALL, sdp: "not SDP".to_owned() }).await;
    assert_eq!(connection.hear().await, DeviceMessage::HangUp { call: CALL });
}

#[tokio::test]
async fn some_closes_are_final() {
    let finals = [
        (close_code::BAD_TOKEN, Error::BadToken),
        (close_code::REPLACED, Error::Replaced),
        (close_code::BAD_MESSAGE, Error::Misunderstood),
    ];
    for (code, error) in finals {
        let desk = Desk::with(ECHO, None).await;
        desk.connected().await.close(code).await;
        assert_eq!(desk.ended().await, Err(error));
    }
}
