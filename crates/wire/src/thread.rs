//! A consumer's thread as the consumer protocol and the own API show it. Times are milliseconds.

use offhook_call::{
    Button, Call, Direction, Element, Entry, EntryKind, LifeDays, PermissionResponse, REQUEST_LIFE, Side, Template,
    Time,
};
use serde::{Deserialize, Serialize};

use crate::webhook::CallDirection;

/// Something in the thread: a message (`m_…`), or a call that has ended (`c_…`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadEntry {
    pub id: String,
    pub at: Time,
    pub from: Party,
    pub kind: ThreadEntryKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Business,
    Consumer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThreadEntryKind {
    Text {
        text: String,
    },
    /// `seconds`: how long the parties were connected; 0 if it was missed.
    Call {
        direction: CallDirection,
        outcome: CallOutcome,
        seconds: u64,
    },
    /// May the business call? To be answered once, before `expires_at`.
    PermissionRequest {
        expires_at: Time,
        reply: Option<PermissionResponse>,
    },
    /// A button that lets the consumer call until `expires_at`.
    CallPrompt {
        expires_at: Time,
    },
    /// A text with buttons, or cards.
    Template {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<ThreadButton>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        elements: Vec<ThreadCard>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Completed,
    Missed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadCard {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ThreadButton>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThreadButton {
    /// Lets the consumer call until `expires_at`.
    AudioCall {
        title: String,
        expires_at: Time,
    },
    WebUrl {
        title: String,
        url: String,
    },
    Postback {
        title: String,
        payload: String,
    },
}

impl From<&Entry> for ThreadEntry {
    fn from(entry: &Entry) -> Self {
        let kind = match &entry.kind {
            EntryKind::Text { text } => ThreadEntryKind::Text { text: text.clone() },
            EntryKind::PermissionRequest { reply } => {
                ThreadEntryKind::PermissionRequest { expires_at: entry.at + REQUEST_LIFE, reply: *reply }
            }
            EntryKind::CallPrompt { days } => ThreadEntryKind::CallPrompt { expires_at: end(entry, *days) },
            EntryKind::Template(template) => shown(entry, template),
        };
        Self { id: entry.id.to_string(), at: entry.at, from: entry.from.into(), kind }
    }
}

/// The call as it stands in the thread once it has ended; where it ended, and from who called.
impl From<&Call> for ThreadEntry {
    fn from(call: &Call) -> Self {
        let (direction, from) = match call.direction {
            Direction::BusinessInitiated => (CallDirection::BusinessInitiated, Party::Business),
            Direction::ConsumerInitiated => (CallDirection::UserInitiated, Party::Consumer),
        };
        let connected_for = call.connected_for();
        let outcome = if connected_for.is_some() { CallOutcome::Completed } else { CallOutcome::Missed };
        let seconds = connected_for.unwrap_or_default().as_secs();
        let kind = ThreadEntryKind::Call { direction, outcome, seconds };
        Self { id: call.id.to_string(), at: call.ended_at().unwrap_or(call.created_at), from, kind }
    }
}

fn shown(entry: &Entry, template: &Template) -> ThreadEntryKind {
    let buttons_of = |buttons: &[Button]| buttons.iter().map(|button| shown_button(entry, button)).collect();
    let card = |element: &Element| ThreadCard {
        title: element.title.clone(),
        subtitle: element.subtitle.clone(),
        image_url: element.image_url.clone(),
        buttons: buttons_of(&element.buttons),
    };
    match template {
        Template::Button { text, buttons } => {
            ThreadEntryKind::Template { text: Some(text.clone()), buttons: buttons_of(buttons), elements: Vec::new() }
        }
        Template::Generic { elements } => {
            let elements = elements.iter().map(card).collect();
            ThreadEntryKind::Template { text: None, buttons: Vec::new(), elements }
        }
    }
}

fn shown_button(entry: &Entry, button: &Button) -> ThreadButton {
    match button.clone() {
        Button::AudioCall { title, days } => ThreadButton::AudioCall { title, expires_at: end(entry, days) },
        Button::WebUrl { title, url } => ThreadButton::WebUrl { title, url },
        Button::Postback { title, payload } => ThreadButton::Postback { title, payload },
    }
}

fn end(entry: &Entry, days: LifeDays) -> Time {
    entry.at + days.duration()
}

impl From<Side> for Party {
    fn from(side: Side) -> Self {
        match side {
            Side::Business => Self::Business,
            Side::Consumer => Self::Consumer,
        }
    }
}
