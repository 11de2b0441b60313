//! A consumer of the load: a device on the consumer's channel that takes part in one call after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use offhook_call::{CallId, DeviceId};
use offhook_wire::consumer::{DeviceMessage, ServerMessage, Tracks};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use super::hearing::Hearing;
use super::leg::{Leg, LegError, News};
use super::media::Media;
use super::stamp::{Side, Speaker};
use crate::consumer::{Channel, Lost};
use crate::phone::Milestone;

/// The device, as whoever holds the call reaches it.
pub(super) struct Guest {
    orders: mpsc::Sender<Order>,
    _task: AbortOnDropHandle<()>,
}

/// A device's part in one call.
pub(super) struct Part {
    /// The call's number in the load.
    pub(super) number: u32,
    pub(super) notices: mpsc::Sender<(Notice, Instant)>,
}

/// What happens to the device, and when.
#[derive(Debug)]
pub(super) enum Notice {
    /// It has asked to call the business.
    Asked,
    /// The server has taken that call.
    Calling(CallId),
    /// It has said that it rings.
    Ringing,
    /// It has said that it picks up.
    Accepting,
    Reached(Milestone),
    Ended,
    Refused(String),
    /// Its channel or its connection is gone.
    Lost,
}

/// What a device is told. Its call's webhooks and its own notices come from elsewhere.
enum Order {
    /// The business is about to call: pick up.
    Expect(Part),
    /// Call the business.
    Call(Part),
    Hush,
    /// The call is over; what was said and heard.
    Leave(oneshot::Sender<Option<(u32, Hearing)>>),
}

/// Orders that may wait.
const ORDERS_MAX: usize = 8;
/// Notices of one call.
pub(super) const NOTICES_MAX: usize = 32;
/// Pause before a channel is opened again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);
const DEVICE: &str = "load";

impl Guest {
    /// Opens the consumer's channel, and keeps it open from then on. `None`: the server does not let it in.
    pub(super) async fn start(channel: Url, token: String, media: Arc<Media>) -> Option<Self> {
        let device = DeviceId::try_from(DEVICE.to_owned()).expect("the name is a valid device");
        let door = Door { channel, hello: DeviceMessage::Hello { token, device } };
        let open = door.open().await.ok()?;
        let (told, orders) = mpsc::channel(ORDERS_MAX);
        let task = Device { door, media, orders, activity: Activity::Idle }.run(open);
        Some(Self { orders: told, _task: AbortOnDropHandle::new(tokio::spawn(task)) })
    }

    pub(super) async fn expect(&self, part: Part) {
        self.tell(Order::Expect(part)).await;
    }

    pub(super) async fn call(&self, part: Part) {
        self.tell(Order::Call(part)).await;
    }

    pub(super) async fn hush(&self) {
        self.tell(Order::Hush).await;
    }

    /// What was said and heard; `None` if it was in no call.
    pub(super) async fn leave(&self) -> Option<(u32, Hearing)> {
        let (done, counts) = oneshot::channel();
        self.tell(Order::Leave(done)).await;
        counts.await.ok()?
    }

    async fn tell(&self, order: Order) {
        // The task lives as long as this handle does.
        let _ = self.orders.send(order).await;
    }
}

/// Where a device comes in.
struct Door {
    channel: Url,
    hello: DeviceMessage,
}

impl Door {
    /// A channel on which the device is welcome.
    async fn open(&self) -> Result<Channel, Lost> {
        let mut channel = Channel::open(&self.channel).await?;
        channel.say(&self.hello).await?;
        while !matches!(channel.hear().await?, ServerMessage::Welcome { .. }) {}
        Ok(channel)
    }
}

struct Device {
    door: Door,
    media: Arc<Media>,
    orders: mpsc::Receiver<Order>,
    activity: Activity,
}

enum Activity {
    Idle,
    Expecting(Part),
    InCall(InCall),
}

struct InCall {
    part: Part,
    leg: Leg,
    /// `None` until the server has taken a call of the device's own.
    call: Option<CallId>,
    /// Version of the server's last offer that was applied.
    version: u32,
}

impl Device {
    async fn run(mut self, mut channel: Channel) {
        loop {
            let Err(_) = self.attend(&mut channel).await;
            self.notice(Notice::Lost);
            channel = loop {
                match self.door.open().await {
                    Ok(channel) => break channel,
                    Err(_) => tokio::time::sleep(REOPEN_AFTER).await,
                }
            };
        }
    }

    /// Serves one channel until it is lost.
    async fn attend(&mut self, channel: &mut Channel) -> Result<std::convert::Infallible, Lost> {
        loop {
            tokio::select! {
                message = channel.hear() => self.take(message?, channel).await?,
                Some(order) = self.orders.recv() => self.obey(order, channel).await?,
                (news, at) = next_news(&mut self.activity) => self.notice_at(news.into(), at),
            }
        }
    }

    async fn obey(&mut self, order: Order, channel: &mut Channel) -> Result<(), Lost> {
        match order {
            Order::Expect(part) => self.activity = Activity::Expecting(part),
            Order::Call(part) => {
                let Some(sdp) = self.pick_up(part, None).await else { return Ok(()) };
                self.notice(Notice::Asked);
                channel.say(&DeviceMessage::Call { sdp, tracks: Tracks::default(), via: None }).await?;
            }
            Order::Hush => {
                if let Activity::InCall(InCall { leg, .. }) = &self.activity {
                    self.mind(leg.hush().await);
                }
            }
            Order::Leave(done) => {
                let counts = match std::mem::replace(&mut self.activity, Activity::Idle) {
                    Activity::InCall(InCall { leg, .. }) => leg.close().await.ok(),
                    Activity::Idle | Activity::Expecting(_) => None,
                };
                // Whoever asked may have gone away.
                let _ = done.send(counts);
            }
        }
        Ok(())
    }

    async fn take(&mut self, message: ServerMessage, channel: &mut Channel) -> Result<(), Lost> {
        match message {
            ServerMessage::Incoming { call, .. } => return self.accept(call, channel).await,
            ServerMessage::Accepted { sdp, .. } => {
                if let Activity::InCall(InCall { leg, .. }) = &self.activity {
                    self.mind(leg.apply_answer(sdp).await);
                }
            }
            ServerMessage::Calling { call, sdp, .. } => {
                if let Activity::InCall(current) = &mut self.activity {
                    current.call = Some(call);
                    let applied = current.leg.apply_answer(sdp).await;
                    self.notice(Notice::Calling(call));
                    self.mind(applied);
                }
            }
            ServerMessage::Offer { version, sdp, .. } => {
                if let Activity::InCall(current) = &mut self.activity
                    && version > current.version
                {
                    current.version = version;
                    let applied = current.leg.apply_offer(sdp).await;
                    self.mind(applied);
                }
            }
            ServerMessage::Ended { call, .. } | ServerMessage::AnsweredElsewhere { call } => {
                if matches!(&self.activity, Activity::InCall(current) if current.call == Some(call)) {
                    self.notice(Notice::Ended);
                }
            }
            ServerMessage::Error { error, .. } => self.notice(Notice::Refused(error)),
            ServerMessage::Welcome { .. }
            | ServerMessage::Entry { .. }
            | ServerMessage::Settings { .. }
            | ServerMessage::Permission { .. }
            | ServerMessage::Updated { .. }
            | ServerMessage::Answered { .. } => {}
        }
        Ok(())
    }

    /// Rings, and picks up at once. A call that nobody announced rings on.
    async fn accept(&mut self, call: CallId, channel: &mut Channel) -> Result<(), Lost> {
        let part = match std::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Expecting(part) => part,
            other @ (Activity::Idle | Activity::InCall(_)) => {
                self.activity = other;
                return Ok(());
            }
        };
        tell(&part, Notice::Ringing, Instant::now());
        channel.say(&DeviceMessage::Ringing { call }).await?;
        let Some(sdp) = self.pick_up(part, Some(call)).await else { return Ok(()) };
        self.notice(Notice::Accepting);
        channel.say(&DeviceMessage::Accept { call, sdp }).await?;
        Ok(())
    }

    /// A new party's offer; `None` if there is none to be had.
    async fn pick_up(&mut self, part: Part, call: Option<CallId>) -> Option<String> {
        let speaker = Speaker { call: part.number, side: Side::Consumer };
        match self.media.open(speaker, Some(speaker.partner())).await {
            Ok((leg, offer)) => {
                self.activity = Activity::InCall(InCall { part, leg, call, version: 0 });
                Some(offer)
            }
            Err(error) => {
                self.activity = Activity::Expecting(part);
                self.mind(Err(error));
                None
            }
        }
    }

    /// A party that failed takes no more part in the call.
    fn mind(&self, done: Result<(), LegError>) {
        if let Err(error) = done {
            tracing::debug!(error = &error as &dyn std::error::Error, "a consumer's party failed");
            self.notice(Notice::Lost);
        }
    }

    fn notice(&self, notice: Notice) {
        self.notice_at(notice, Instant::now());
    }

    fn notice_at(&self, notice: Notice, at: Instant) {
        match &self.activity {
            Activity::Expecting(part) | Activity::InCall(InCall { part, .. }) => tell(part, notice, at),
            Activity::Idle => {}
        }
    }
}

impl From<News> for Notice {
    fn from(news: News) -> Self {
        match news {
            News::Reached(milestone) => Self::Reached(milestone),
            News::Closed => Self::Lost,
        }
    }
}

fn tell(part: &Part, notice: Notice, at: Instant) {
    // More than there is room for is told only of a call that went wrong long ago.
    let _ = part.notices.try_send((notice, at));
}

async fn next_news(activity: &mut Activity) -> (News, Instant) {
    match activity {
        Activity::InCall(InCall { leg, .. }) => leg.next().await,
        Activity::Idle | Activity::Expecting(_) => std::future::pending().await,
    }
}
