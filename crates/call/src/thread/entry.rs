use serde::{Deserialize, Serialize};

use super::{LifeDays, PermissionResponse};
use crate::{EntryId, PageId, Psid, Side, Time};

/// Something that stands in a consumer's thread. Calls stand there too, but are read from the calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub page: PageId,
    pub psid: Psid,
    pub at: Time,
    pub from: Side,
    pub kind: EntryKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryKind {
    Text {
        text: String,
    },
    Template(Template),
    /// A button that lets the consumer call.
    CallPrompt {
        days: LifeDays,
    },
    /// May the business call? Answered once or never.
    PermissionRequest {
        reply: Option<PermissionResponse>,
    },
}

/// Meta's templates with buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Template {
    Button { text: String, buttons: Vec<Button> },
    Generic { elements: Vec<Element> },
}

/// A card of a generic template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element {
    pub title: String,
    pub subtitle: Option<String>,
    pub image_url: Option<String>,
    pub buttons: Vec<Button>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Button {
    /// Lets the consumer call for so many days.
    AudioCall {
        title: String,
        days: LifeDays,
    },
    WebUrl {
        title: String,
        url: String,
    },
    /// Tells the business that it was tapped.
    Postback {
        title: String,
        payload: String,
    },
}

impl Entry {
    /// Until when the consumer may call by a button of this entry; `None`: it has none.
    pub fn callable_until(&self) -> Option<Time> {
        let days = match &self.kind {
            EntryKind::CallPrompt { days } => Some(*days),
            EntryKind::Template(template) => template.buttons().filter_map(Button::call_days).max(),
            EntryKind::Text { .. } | EntryKind::PermissionRequest { .. } => None,
        };
        days.map(|days| self.at + days.duration())
    }

    /// The title of the postback button with this payload.
    pub fn postback(&self, payload: &str) -> Option<&str> {
        let EntryKind::Template(template) = &self.kind else { return None };
        template.buttons().find_map(|button| match button {
            Button::Postback { title, payload: its } if its == payload => Some(title.as_str()),
            Button::Postback { .. } | Button::AudioCall { .. } | Button::WebUrl { .. } => None,
        })
    }
}

impl EntryKind {
    /// Whether it is about calling, so the Page must have calling switched on.
    pub(super) fn needs_calling(&self) -> bool {
        match self {
            Self::CallPrompt { .. } | Self::PermissionRequest { .. } => true,
            Self::Template(template) => template.buttons().any(|button| button.call_days().is_some()),
            Self::Text { .. } => false,
        }
    }
}

impl Template {
    fn buttons(&self) -> Box<dyn Iterator<Item = &Button> + '_> {
        match self {
            Self::Button { buttons, .. } => Box::new(buttons.iter()),
            Self::Generic { elements } => Box::new(elements.iter().flat_map(|element| &element.buttons)),
        }
    }
}

impl Button {
    fn call_days(&self) -> Option<LifeDays> {
        match self {
            Self::AudioCall { days, .. } => Some(*days),
            Self::WebUrl { .. } | Self::Postback { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Duration;

    const NOW: Time = Time(1_790_000_000_000);

    fn entry(kind: EntryKind) -> Entry {
        Entry { id: EntryId([1; 32]), page: PageId(1), psid: Psid(2), at: NOW, from: Side::Business, kind }
    }

    #[test]
    fn the_call_button_that_lives_longest_counts() {
        let days = |days: u64| LifeDays::try_from(days).unwrap();
        let call = |of| Button::AudioCall { title: "Call".to_owned(), days: days(of) };
        let postback = Button::Postback { title: "Yes".to_owned(), payload: "yes!".to_owned() };
        let element = |buttons| Element { title: "Help".to_owned(), subtitle: None, image_url: None, buttons };
        let elements = vec![element(vec![call(2), postback]), element(vec![call(3)])];
        let generic = entry(EntryKind::Template(Template::Generic { elements }));
        assert_eq!(generic.callable_until(), Some(NOW + Duration::from_hours(3 * 24)));
        assert_eq!((generic.postback("yes!"), generic.postback("Yes")), (Some("Yes"), None));
        let prompt = entry(EntryKind::CallPrompt { days: LifeDays::default() });
        assert_eq!(prompt.callable_until(), Some(NOW + Duration::from_hours(7 * 24)));
        assert_eq!(entry(EntryKind::Text { text: "Hi".to_owned() }).callable_until(), None);
        assert!(LifeDays::try_from(0).is_err() && LifeDays::try_from(8).is_err());
    }
}
