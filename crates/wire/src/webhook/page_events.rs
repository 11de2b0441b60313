//! Events of a Page that belong to no call, in Meta's shapes: messages and postbacks in `messaging[]` with times in
//! milliseconds; a permission reply and changed settings on the entry itself with times in seconds.

use offhook_call::{EntryId, PageEvent, PageEventKind, PageId, PermissionResponse, Psid, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::envelope::Entry;
use crate::{RingTargetName, WeeklyHours};

/// One event of a thread. Times are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagingEvent {
    /// The consumer.
    pub sender: Sender,
    pub recipient: PageRecipient,
    pub timestamp: i64,
    #[serde(flatten)]
    pub kind: MessagingKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessagingKind {
    /// The consumer wrote.
    Message { mid: EntryId, text: String },
    /// The consumer tapped a postback button.
    Postback { mid: EntryId, title: String, payload: String },
}

/// The consumer answered a permission request. Times are seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionReplyEvent {
    pub sender: Sender,
    pub recipient: PageRecipient,
    pub timestamp: i64,
    pub call_permission_reply: PermissionReply,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionReply {
    pub response: PermissionResponse,
    /// When the permission ends; only with an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_timestamp: Option<QuotedSeconds>,
}

/// Seconds since the epoch, written in quotes as Meta's sample has them; read with and without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotedSeconds(pub i64);

/// The Page's call settings as they are now. `call_routing` is a bare word here, other than in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsUpdate {
    pub audio_enabled: bool,
    pub video_enabled: bool,
    pub icon_enabled: bool,
    pub call_routing: RingTargetName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_hours: Option<WeeklyHours>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub id: Psid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRecipient {
    pub id: PageId,
}

pub(super) fn entry(event: &PageEvent) -> Entry {
    let (seconds, millis) = (event.at.seconds(), event.at.0);
    let entry = |time| Entry::at(event.page, time);
    let messaging = |psid, kind| {
        let (sender, recipient) = (Sender { id: psid }, PageRecipient { id: event.page });
        Entry { messaging: vec![MessagingEvent { sender, recipient, timestamp: millis, kind }], ..entry(millis) }
    };
    match &event.kind {
        PageEventKind::Message { psid, id, text } => {
            messaging(*psid, MessagingKind::Message { mid: *id, text: text.clone() })
        }
        PageEventKind::Postback { psid, id, title, payload } => {
            let (title, payload) = (title.clone(), payload.clone());
            messaging(*psid, MessagingKind::Postback { mid: *id, title, payload })
        }
        PageEventKind::PermissionReply { psid, response, expires_at } => {
            permission_reply(event, *psid, *response, *expires_at)
        }
        PageEventKind::PermissionImplied { psid, expires_at } => {
            permission_reply(event, *psid, PermissionResponse::Approve, Some(*expires_at))
        }
        PageEventKind::SettingsChanged { settings, ring_target } => {
            let update = SettingsUpdate {
                audio_enabled: settings.audio_enabled,
                video_enabled: settings.video_enabled,
                icon_enabled: settings.icon_enabled,
                call_routing: (*ring_target).into(),
                call_hours: settings.hours.as_ref().map(WeeklyHours::from),
            };
            Entry { call_settings: Some(update), ..entry(seconds) }
        }
    }
}

fn permission_reply(event: &PageEvent, psid: Psid, response: PermissionResponse, expires_at: Option<Time>) -> Entry {
    let expiration_timestamp = expires_at.map(|at| QuotedSeconds(at.seconds()));
    let reply = PermissionReplyEvent {
        sender: Sender { id: psid },
        recipient: PageRecipient { id: event.page },
        timestamp: event.at.seconds(),
        call_permission_reply: PermissionReply { response, expiration_timestamp },
    };
    Entry { permission_reply: Some(reply), ..Entry::at(event.page, event.at.seconds()) }
}

impl Serialize for QuotedSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for QuotedSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(i64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(seconds) => Ok(Self(seconds)),
            Either::Text(text) => text.parse().map(Self).map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use offhook_call::{AppId, CallHours, CallSettings, ClockTime, Day, OpenDay, Owed, RingTarget, Time};
    use serde_json::{Value, json};

    use super::*;
    use crate::Compat;
    use crate::webhook::{Envelope, render};

    /// The one entry of the body.
    fn rendered(kind: PageEventKind) -> Value {
        let event = PageEvent { page: PageId(1044), app: AppId(3), at: Time(1_790_000_000_900), kind };
        let bytes = render(&Owed::Page(event), &Compat::default()).unwrap();
        let parsed: Envelope = serde_json::from_slice(&bytes).unwrap();
        let mut body: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(serde_json::to_value(parsed).unwrap(), body, "a reader sees all that was sent");
        let entry = body["entry"][0].take();
        assert_eq!(body, json!({ "object": "page", "entry": [null] }));
        entry
    }

    #[test]
    fn what_a_consumer_says_comes_in_messaging_with_milliseconds() {
        let id = EntryId([9; 32]);
        let message = rendered(PageEventKind::Message { psid: Psid(77), id, text: "Hi".to_owned() });
        let mut expected = json!({
            "id": "1044", "time": 1790000000900i64,
            "messaging": [{ "sender": { "id": "77" }, "recipient": { "id": "1044" }, "timestamp": 1790000000900i64,
                            "message": { "mid": id, "text": "Hi" } }],
        });
        assert_eq!(message, expected);
        let (title, payload) = ("Yes".to_owned(), "YES".to_owned());
        let postback = rendered(PageEventKind::Postback { psid: Psid(77), id, title, payload });
        expected["messaging"][0].as_object_mut().unwrap().remove("message");
        expected["messaging"][0]["postback"] = json!({ "mid": id, "title": "Yes", "payload": "YES" });
        assert_eq!(postback, expected);
    }

    #[test]
    fn a_permission_reply_stands_on_the_entry() {
        let psid = Psid(77);
        let end = Some(Time(1_790_604_800_900));
        let approved =
            rendered(PageEventKind::PermissionReply { psid, response: PermissionResponse::Approve, expires_at: end });
        let mut expected = json!({
            "id": "1044", "time": 1790000000, "sender": { "id": "77" }, "recipient": { "id": "1044" },
            "timestamp": 1790000000,
            "call_permission_reply": { "response": "approve", "expiration_timestamp": "1790604800" },
        });
        assert_eq!(approved, expected);
        let response = PermissionResponse::Reject;
        let rejected = rendered(PageEventKind::PermissionReply { psid, response, expires_at: None });
        expected["call_permission_reply"] = json!({ "response": "reject" });
        assert_eq!(rejected, expected);
        let unquoted: PermissionReply =
            serde_json::from_value(json!({ "response": "approve", "expiration_timestamp": 7 })).unwrap();
        assert_eq!(unquoted.expiration_timestamp, Some(QuotedSeconds(7)));
    }

    #[test]
    fn changed_settings_stand_on_the_entry() {
        let time = |text: &str| text.parse::<ClockTime>().unwrap();
        let monday = OpenDay { day: Day::Monday, open: time("0800"), close: time("1700") };
        let hours = Some(CallHours::new("Africa/Nairobi", [monday]).unwrap());
        let settings = CallSettings { video_enabled: false, hours, ..CallSettings::default() };
        assert_eq!(
            rendered(PageEventKind::SettingsChanged { settings, ring_target: RingTarget::Partners }),
            json!({
                "id": "1044", "time": 1790000000,
                "call_settings": {
                    "audio_enabled": true, "video_enabled": false, "icon_enabled": true, "call_routing": "PARTNERS",
                    "call_hours": { "timezone_id": "Africa/Nairobi", "weekly_operating_hours": [
                        { "day_of_week": "MONDAY", "open_time": "0800", "close_time": "1700" }] } },
            })
        );
    }
}
