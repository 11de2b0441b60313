//! A call told as it happens, by each party, for whoever shows it.

use std::fmt;
use std::time::{Duration, Instant};

use offhook_call::Status;
use offhook_wire::consumer::{DeviceMessage, ServerMessage};
use tokio::sync::mpsc;

use crate::phone::{LineEvent, Milestone, Statistics};
use crate::rest::Exchange;
use crate::webhook::{Arrival, CallEventKind, End, Event, IncomingKind, PermissionReply};

/// Something that happened to a party.
#[derive(Debug, Clone)]
pub struct StoryEvent {
    /// Since the story began.
    pub at: Duration,
    pub who: Party,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Business,
    Consumer,
}

#[derive(Debug, Clone)]
pub enum What {
    /// The business asked the API.
    Request(Exchange),
    /// A webhook reached the business.
    Webhook(Arrival),
    /// The consumer's channel opened, or was lost and is tried again.
    Channel {
        open: bool,
    },
    /// To the server; `hello` is not told, it holds the token.
    Said(DeviceMessage),
    /// By the server.
    Told(ServerMessage),
    Line(LineEvent),
    /// The party's phone is down; what it counted.
    HungUp(Box<Statistics>),
}

/// Events that may wait for their reader; more are dropped.
const WAITING_MAX: usize = 1024;

/// Tells one party's part of a story. Cheap to clone; never waits.
#[derive(Debug, Clone)]
pub struct Narrator {
    who: Party,
    began: Instant,
    story: mpsc::Sender<StoryEvent>,
}

impl Narrator {
    /// A story that begins now, and the party that tells it first.
    pub fn begin(who: Party) -> (Self, mpsc::Receiver<StoryEvent>) {
        let (story, told) = mpsc::channel(WAITING_MAX);
        (Self { who, began: Instant::now(), story }, told)
    }

    /// The same story, told by another party.
    pub fn for_party(&self, who: Party) -> Self {
        Self { who, ..self.clone() }
    }

    pub fn tell(&self, what: What) {
        let event = StoryEvent { at: self.began.elapsed(), who: self.who, what };
        if let Err(error) = self.story.try_send(event) {
            tracing::trace!(%error, "nobody takes the story");
        }
    }
}

/// One line, without SDP and secrets.
impl fmt::Display for StoryEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match self.who {
            Party::Business => "business",
            Party::Consumer => "consumer",
        };
        write!(f, "{:>7.3} s  {who}  {}", self.at.as_secs_f64(), self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(exchange) => exchange.fmt(f),
            Self::Webhook(arrival) => write_arrival(f, arrival),
            Self::Channel { open: true } => write!(f, "channel open"),
            Self::Channel { open: false } => write!(f, "channel lost"),
            Self::Said(message) => write!(f, "says {}", said(message)),
            Self::Told(message) => write!(f, "is told {}", told(message)),
            Self::Line(event) => write_line_event(f, event),
            Self::HungUp(statistics) => {
                write!(f, "phone down: {} packets out, ", statistics.packets_sent)?;
                write!(f, "{} in, {} lost", statistics.packets_received(), statistics.packets_lost())
            }
        }
    }
}

fn write_arrival(f: &mut fmt::Formatter<'_>, arrival: &Arrival) -> fmt::Result {
    match arrival {
        Arrival::Wrong => write!(f, "webhook refused: wrong signature"),
        Arrival::Unreadable => write!(f, "webhook refused: not readable"),
        Arrival::Valid { events, .. } => {
            write!(f, "webhook, signature valid:")?;
            events.iter().try_for_each(|event| write_event(f, event))
        }
    }
}

fn write_event(f: &mut fmt::Formatter<'_>, event: &Event) -> fmt::Result {
    match event {
        Event::Call(event) => write_call_event(f, &event.kind),
        Event::PermissionReply(PermissionReply { approved: true, .. }) => write!(f, " call_permission_reply approve"),
        Event::PermissionReply(PermissionReply { approved: false, .. }) => write!(f, " call_permission_reply reject"),
        Event::Settings(_) => write!(f, " call_settings_update"),
        Event::Incoming(incoming) => match incoming.kind {
            IncomingKind::Message { .. } => write!(f, " message"),
            IncomingKind::Postback { .. } => write!(f, " postback"),
        },
        Event::Other(_) => write!(f, " something else"),
    }
}

fn write_call_event(f: &mut fmt::Formatter<'_>, event: &CallEventKind) -> fmt::Result {
    match event {
        CallEventKind::Calling { .. } | CallEventKind::Dialing { .. } => write!(f, " connect"),
        CallEventKind::Ringing { .. } => write!(f, " call_status ringing"),
        CallEventKind::Accepted { .. } => write!(f, " call_status accepted"),
        CallEventKind::MediaUpdate { version, .. } => write!(f, " media_update version {version}"),
        CallEventKind::Terminate(End { status, duration, .. }) => {
            write!(f, " terminate {}", status.map_or("", status_word))?;
            duration.map_or(Ok(()), |seconds| write!(f, " after {seconds} s"))
        }
        CallEventKind::Other(_) => write!(f, " an unknown event of a call"),
    }
}

fn write_line_event(f: &mut fmt::Formatter<'_>, event: &LineEvent) -> fmt::Result {
    match event {
        LineEvent::Reached { milestone, after } => {
            let step = match milestone {
                Milestone::IceConnected => "ICE connected",
                Milestone::DtlsConnected => "DTLS connected",
                Milestone::FirstPacket => "first packet",
            };
            write!(f, "{step} after {} ms", after.as_millis())
        }
        LineEvent::Digit { digit, held } => write!(f, "hears key {digit} for {} ms", held.as_millis()),
        LineEvent::IceDisconnected => write!(f, "ICE disconnected"),
        LineEvent::Closed => write!(f, "connection closed"),
    }
}

fn said(message: &DeviceMessage) -> &'static str {
    match message {
        DeviceMessage::Hello { .. } => "hello",
        DeviceMessage::Ringing { .. } => "ringing",
        DeviceMessage::Accept { .. } => "accept, with an offer",
        DeviceMessage::Resume { .. } => "resume, with an offer",
        DeviceMessage::Decline { .. } => "decline",
        DeviceMessage::Call { .. } => "call, with an offer",
        DeviceMessage::Update { .. } => "update",
        DeviceMessage::HangUp { .. } => "hang_up",
        DeviceMessage::Message { .. } => "message",
        DeviceMessage::PermissionReply { .. } => "permission_reply",
        DeviceMessage::RevokePermission {} => "revoke_permission",
        DeviceMessage::Postback { .. } => "postback",
    }
}

fn told(message: &ServerMessage) -> String {
    match message {
        ServerMessage::Welcome { name, .. } => format!("welcome, {name}"),
        ServerMessage::Incoming { page, .. } => format!("incoming, from {}", page.name),
        ServerMessage::Accepted { .. } => "accepted, with an answer".to_owned(),
        ServerMessage::Offer { version, .. } => format!("offer, version {version}"),
        ServerMessage::AnsweredElsewhere { .. } => "answered_elsewhere".to_owned(),
        ServerMessage::Calling { .. } => "calling, with an answer".to_owned(),
        ServerMessage::Answered { .. } => "answered".to_owned(),
        ServerMessage::Updated { .. } => "updated".to_owned(),
        ServerMessage::Ended { status, seconds, .. } => format!("ended, {} after {seconds} s", status_word(*status)),
        ServerMessage::Entry { .. } => "entry".to_owned(),
        ServerMessage::Settings { settings } => {
            format!("settings, {}", if settings.open { "open" } else { "closed" })
        }
        ServerMessage::Permission { permission } => {
            format!("permission, {}", if permission.granted { "granted" } else { "not granted" })
        }
        ServerMessage::Error { error, detail, .. } => format!("error, {error}: {detail}"),
    }
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Completed => "Completed",
        Status::Failed => "Failed",
    }
}
