//! The business calls a consumer: the call comes into being.

use crate::{
    Applied, Call, CallId, Dialer, Direction, Effect, EventKind, Limits, PageId, Permission, PermissionStatus, Psid,
    State, Time,
};

/// The call that a connect asks for.
#[derive(Debug, Clone)]
pub struct NewCall {
    pub id: CallId,
    pub page: PageId,
    pub psid: Psid,
    pub by: Dialer,
}

/// What the decision depends on, read in the transaction that commits it.
#[derive(Debug, Clone, Copy)]
pub struct ConnectFacts {
    pub permission: Option<Permission>,
    pub consumer_in_call: bool,
    pub live_calls_of_page: u32,
    /// Business-initiated calls that this consumer picked up in the last 24 hours.
    pub connected_last_day: u32,
}

/// Why a business may not call a consumer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectRefused {
    #[error("the consumer has not granted permission, or it expired")]
    NoPermission,
    #[error("the quota of connected calls to this consumer is used up")]
    QuotaReached,
    #[error("the consumer is in a call")]
    ConsumerBusy,
    #[error("the Page has too many live calls")]
    TooManyCalls,
}

impl NewCall {
    pub fn connect(self, facts: &ConnectFacts, now: Time, limits: &Limits) -> Result<Applied, ConnectRefused> {
        match facts.permission.map(|permission| permission.status(now)) {
            Some(PermissionStatus::Granted { .. }) => {}
            Some(PermissionStatus::None) | None => return Err(ConnectRefused::NoPermission),
        }
        if facts.connected_last_day >= limits.connected_calls_per_day {
            return Err(ConnectRefused::QuotaReached);
        }
        if facts.consumer_in_call {
            return Err(ConnectRefused::ConsumerBusy);
        }
        if facts.live_calls_of_page >= limits.calls_per_page {
            return Err(ConnectRefused::TooManyCalls);
        }
        let Self { id, page, psid, by } = self;
        let (direction, business, state) = (Direction::BusinessInitiated, by.business(), State::Dialing);
        let call = Call { id, page, psid, business, direction, created_at: now, version: 0, state };
        let mut effects: Vec<_> = call.owe_rung(now, &EventKind::Connect { direction }).collect();
        effects.push(Effect::RingDevices);
        effects.extend(call.show_desk());
        Ok(Applied { call, effects })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Duration;
    use crate::command::table::{LIMITS, NOW, OWNER, dialing};

    fn facts() -> ConnectFacts {
        ConnectFacts {
            permission: Some(Permission::granted(NOW)),
            consumer_in_call: false,
            live_calls_of_page: 0,
            connected_last_day: 0,
        }
    }

    fn connect(facts: ConnectFacts, now: Time) -> Result<Applied, ConnectRefused> {
        let Call { id, page, psid, .. } = dialing();
        NewCall { id, page, psid, by: Dialer::App(OWNER) }.connect(&facts, now, &LIMITS)
    }

    #[test]
    fn a_permitted_call_dials_owes_connect_and_rings() {
        let applied = connect(facts(), NOW).unwrap();
        assert_eq!(applied.call, dialing());
        let connect = EventKind::Connect { direction: Direction::BusinessInitiated };
        let owed = dialing().owe_owner(NOW, connect).unwrap();
        assert_eq!(applied.effects, [owed, Effect::RingDevices]);
    }

    #[test]
    fn each_limit_refuses_at_its_value_and_not_before() {
        let permission = facts().permission;
        let ended = Some(Permission::revoked(NOW));
        let cases = [
            (ConnectFacts { permission: None, ..facts() }, Some(ConnectRefused::NoPermission)),
            (ConnectFacts { permission: ended, ..facts() }, Some(ConnectRefused::NoPermission)),
            (ConnectFacts { consumer_in_call: true, ..facts() }, Some(ConnectRefused::ConsumerBusy)),
            (ConnectFacts { live_calls_of_page: 1000, ..facts() }, Some(ConnectRefused::TooManyCalls)),
            (ConnectFacts { live_calls_of_page: 999, ..facts() }, None),
            (ConnectFacts { connected_last_day: 100, ..facts() }, Some(ConnectRefused::QuotaReached)),
            (ConnectFacts { connected_last_day: 99, permission, ..facts() }, None),
        ];
        for (facts, refused) in cases {
            assert_eq!(connect(facts, NOW).err(), refused, "{facts:?}");
        }
    }

    #[test]
    fn permission_runs_out_in_time() {
        let end = NOW + crate::PERMISSION_LIFE;
        assert!(connect(facts(), end - Duration::from_millis(1)).is_ok());
        assert_eq!(connect(facts(), end).err(), Some(ConnectRefused::NoPermission));
    }
}
