//! The business writes into a thread.

use crate::{
    Duration, Entry, EntryId, EntryKind, PageId, Permission, PermissionStatus, Psid, Side, ThreadLimits, Time,
};

/// The entry that a business asks for.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub id: EntryId,
    pub page: PageId,
    pub psid: Psid,
    pub kind: EntryKind,
    pub reach: Reach,
}

/// How long after the consumer's last message a business may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// 24 hours.
    Standard,
    /// A person answers (tag `HUMAN_AGENT`): seven days.
    HumanAgent,
}

/// What the decision depends on, read in the transaction that commits it.
#[derive(Debug, Clone, Copy)]
pub struct SendFacts {
    /// When the consumer last wrote to the Page or tapped a postback button. Calls and replies to permission requests
    /// do not count: Meta's list of what opens the window does not name them.
    pub window_opened_at: Option<Time>,
    pub audio_enabled: bool,
    pub permission: Option<Permission>,
    /// Permission requests in this thread in the last 24 hours.
    pub requests_last_day: u32,
}

/// Why a business may not send this now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendRefused {
    #[error("calling is switched off for this Page")]
    CallingNotEnabled,
    #[error("the consumer has not written for too long")]
    OutsideWindow,
    #[error("the consumer may be called already")]
    PermissionHeld,
    #[error("the thread has had its permission requests of 24 hours")]
    TooManyRequests,
}

impl NewMessage {
    pub fn send(self, facts: &SendFacts, now: Time, limits: &ThreadLimits) -> Result<Entry, SendRefused> {
        if self.kind.needs_calling() && !facts.audio_enabled {
            return Err(SendRefused::CallingNotEnabled);
        }
        if facts.window_opened_at.is_none_or(|opened| opened + self.reach.duration() <= now) {
            return Err(SendRefused::OutsideWindow);
        }
        if matches!(self.kind, EntryKind::PermissionRequest { .. }) {
            facts.may_request(now, limits)?;
        }
        let Self { id, page, psid, kind, reach: _ } = self;
        Ok(Entry { id, page, psid, at: now, from: Side::Business, kind })
    }
}

impl SendFacts {
    fn may_request(&self, now: Time, limits: &ThreadLimits) -> Result<(), SendRefused> {
        match self.permission.map(|permission| permission.status(now)) {
            Some(PermissionStatus::Granted { .. }) => Err(SendRefused::PermissionHeld),
            Some(PermissionStatus::None) | None if self.requests_last_day >= limits.permission_requests_per_day => {
                Err(SendRefused::TooManyRequests)
            }
            Some(PermissionStatus::None) | None => Ok(()),
        }
    }
}

impl Reach {
    fn duration(self) -> Duration {
        match self {
            Self::Standard => Duration::from_hours(24),
            Self::HumanAgent => Duration::from_hours(7 * 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Button, LifeDays, Template};

    const NOW: Time = Time(1_790_000_000_000);
    const LIMITS: ThreadLimits = ThreadLimits { permission_requests_per_day: 2, entries_kept: 10 };
    const FACTS: SendFacts =
        SendFacts { window_opened_at: Some(NOW), audio_enabled: true, permission: None, requests_last_day: 1 };

    fn text() -> EntryKind {
        EntryKind::Text { text: "Hello".to_owned() }
    }

    fn request() -> EntryKind {
        EntryKind::PermissionRequest { reply: None }
    }

    fn send(kind: EntryKind, reach: Reach, facts: SendFacts, now: Time) -> Result<EntryKind, SendRefused> {
        let new = NewMessage { id: EntryId([1; 32]), page: PageId(1), psid: Psid(2), kind, reach };
        new.send(&facts, now, &LIMITS).map(|entry| entry.kind)
    }

    #[test]
    fn the_window_closes_after_a_day_and_for_a_human_agent_after_seven() {
        for (reach, hours) in [(Reach::Standard, 24), (Reach::HumanAgent, 7 * 24)] {
            let end = NOW + Duration::from_hours(hours);
            assert_eq!(send(text(), reach, FACTS, end - Duration::from_millis(1)), Ok(text()));
            assert_eq!(send(text(), reach, FACTS, end), Err(SendRefused::OutsideWindow));
        }
        let never = SendFacts { window_opened_at: None, ..FACTS };
        assert_eq!(send(text(), Reach::HumanAgent, never, NOW), Err(SendRefused::OutsideWindow));
    }

    #[test]
    fn what_is_about_calling_needs_calling_on() {
        let off = SendFacts { audio_enabled: false, ..FACTS };
        let button = Button::AudioCall { title: "Call".to_owned(), days: LifeDays::default() };
        let template = Template::Button { text: "Help?".to_owned(), buttons: vec![button] };
        for kind in [request(), EntryKind::CallPrompt { days: LifeDays::default() }, EntryKind::Template(template)] {
            assert_eq!(send(kind.clone(), Reach::Standard, off, NOW), Err(SendRefused::CallingNotEnabled), "{kind:?}");
            assert!(send(kind, Reach::Standard, FACTS, NOW).is_ok());
        }
        assert!(send(text(), Reach::Standard, off, NOW).is_ok());
    }

    #[test]
    fn permission_is_asked_for_twice_a_day_and_not_while_it_is_held() {
        let two = SendFacts { requests_last_day: 2, ..FACTS };
        let held = SendFacts { permission: Some(Permission::implied(NOW)), ..FACTS };
        let revoked = SendFacts { permission: Some(Permission::revoked(NOW)), ..FACTS };
        let table = [
            (FACTS, Ok(request())),
            (revoked, Ok(request())),
            (two, Err(SendRefused::TooManyRequests)),
            (held, Err(SendRefused::PermissionHeld)),
        ];
        for (facts, expected) in table {
            assert_eq!(send(request(), Reach::Standard, facts, NOW), expected, "{facts:?}");
            assert!(send(text(), Reach::Standard, facts, NOW).is_ok());
        }
    }
}
