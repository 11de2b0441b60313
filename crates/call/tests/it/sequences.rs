use std::collections::BTreeMap;
use std::time::Duration;

use offhook_call::{
    Abandonment, AgentId, AppId, Applied, Business, CallId, CallSettings, Command, ConnectFacts, DeviceId, Dialer,
    Effect, EventKind, InboundCall, InboundFacts, Limits, MediaLoss, NewCall, NewInboundCall, PageId, Permission, Psid,
    Refused, Seat, State, Time,
};
use proptest::prelude::*;

const START: Time = Time(1_790_000_000_000);
const OWNER: AppId = AppId(3);
const OTHER: AppId = AppId(4);
const LIMITS: Limits = Limits {
    ring_timeout: Duration::from_secs(60),
    max_duration: Duration::from_hours(4),
    calls_per_page: 1,
    connected_calls_per_day: 1,
};

fn dialed(by: Dialer) -> Applied {
    let new = NewCall { id: CallId([1; 32]), page: PageId(1), psid: Psid(2), by };
    let permission = Some(Permission::granted(START));
    let facts = ConnectFacts { permission, consumer_in_call: false, live_calls_of_page: 0, connected_last_day: 0 };
    new.connect(&facts, START, &LIMITS).unwrap()
}

fn called(subscribed: Vec<AppId>) -> Applied {
    let device = DeviceId::try_from("phone".to_owned()).unwrap();
    let new = NewInboundCall { id: CallId([1; 32]), page: PageId(1), psid: Psid(2), device, via: None };
    let facts = InboundFacts {
        settings: CallSettings::default(),
        by_button: false,
        consumer_in_call: false,
        live_calls_of_page: 0,
        subscribed,
    };
    match new.call(&facts, START, &LIMITS).unwrap() {
        InboundCall::Calling(applied) => applied,
        InboundCall::Missed { .. } => panic!("the Page is always open"),
    }
}

fn device() -> impl Strategy<Value = DeviceId> {
    prop_oneof![Just("phone"), Just("tablet")].prop_map(|name| DeviceId::try_from(name.to_owned()).unwrap())
}

fn seat() -> impl Strategy<Value = Seat> {
    (agent(), device()).prop_map(|(agent, device)| Seat { agent, device })
}

fn agent() -> impl Strategy<Value = AgentId> {
    prop_oneof![Just(AgentId(8)), Just(AgentId(9))]
}

fn at_desk() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => (seat(), any::<bool>()).prop_map(|(by, offered)| Command::AgentAccept { by, offered }),
        2 => agent().prop_map(|agent| Command::Refuse { agent }),
        1 => (seat(), any::<bool>()).prop_map(|(by, offered)| Command::SeatUpdate { by, offered }),
        2 => (seat(), any::<bool>()).prop_map(|(by, offered)| Command::SeatResume { by, offered }),
        2 => (agent(), any::<bool>()).prop_map(|(agent, on)| Command::Hold { agent, on }),
        3 => (agent(), agent()).prop_map(|(agent, to)| Command::HandOver { agent, to }),
        1 => agent().prop_map(|agent| Command::AgentHangUp { agent }),
    ]
}

fn app() -> impl Strategy<Value = AppId> {
    prop_oneof![4 => Just(OWNER), 2 => Just(OTHER), 1 => Just(AppId(5))]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => Just(Command::Ring),
        3 => device().prop_map(|device| Command::Accept { device, offer: Some("v=0".into()) }),
        1 => Just(Command::Decline),
        1 => device().prop_map(|device| Command::HangUp { device }),
        3 => app().prop_map(|app| Command::AppAccept { app }),
        1 => app().prop_map(|app| Command::Reject { app }),
        1 => app().prop_map(|app| Command::Terminate { app }),
        3 => (app(), 0_u32..4, any::<bool>())
            .prop_map(|(app, from, renegotiated)| Command::AppUpdate { app, from, renegotiated }),
        3 => (device(), any::<bool>()).prop_map(|(device, changes)| {
            Command::DeviceUpdate { device, offer: changes.then(|| "v=0".to_owned()) }
        }),
        2 => Just(Command::Expire),
        1 => prop_oneof![Just(MediaLoss::NeverConnected), Just(MediaLoss::Silent)]
            .prop_map(|cause| Command::LoseMedia { cause }),
        1 => prop_oneof![Just(Abandonment::NodeLost), Just(Abandonment::ServerStopping), Just(Abandonment::InternalError)]
            .prop_map(|cause| Command::Abandon { cause }),
        8 => at_desk(),
    ]
}

/// Place of an event in a call's story; updates stand side by side.
fn rank(kind: &EventKind) -> u8 {
    match kind {
        EventKind::Connect { .. } => 0,
        EventKind::Ringing => 1,
        EventKind::Accepted => 2,
        EventKind::MediaUpdate { .. } => 3,
        EventKind::Terminate { .. } => 4,
    }
}

/// What each app was told.
#[derive(Default)]
struct Told(BTreeMap<AppId, Vec<EventKind>>);

impl Told {
    fn add(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Owe(event) => self.0.entry(event.app).or_default().push(event.kind.clone()),
                Effect::Grant
                | Effect::RingDevices
                | Effect::StopOtherDevices { .. }
                | Effect::TellAnswered
                | Effect::TellEnded
                | Effect::OfferSent { .. }
                | Effect::ShowDesk
                | Effect::OfferSeat { .. }
                | Effect::CloseBridge => {}
            }
        }
    }

    fn versions(&self, app: AppId) -> Vec<u32> {
        let version = |kind: &EventKind| match kind {
            EventKind::MediaUpdate { version, .. } => Some(*version),
            EventKind::Connect { .. } | EventKind::Ringing | EventKind::Accepted | EventKind::Terminate { .. } => None,
        };
        self.0.get(&app).into_iter().flatten().filter_map(version).collect()
    }
}

proptest! {
    #[test]
    fn each_app_hears_its_part_in_order_and_the_end_is_final(
        begun in 0..4,
        steps in prop::collection::vec((command(), 0_u64..20_000), 0..20),
    ) {
        let Applied { mut call, effects } = match begun {
            0 => dialed(Dialer::App(OWNER)),
            1 => called(vec![OWNER, OTHER]),
            2 => called(Vec::new()),
            _ => dialed(Dialer::Agent(Seat { agent: AgentId(8), device: "tablet".to_owned().try_into().unwrap() })),
        };
        let is_at_desk = matches!(call.business, Business::Desk(_));
        let mut now = START;
        let mut told = Told::default();
        told.add(&effects);
        for (command, pause) in steps {
            now = now + Duration::from_millis(pause);
            match call.apply(command.clone(), now, &LIMITS) {
                Ok(applied) => {
                    prop_assert!(call.is_live(), "{command:?} changed a call that was over");
                    prop_assert!(call.app().is_none() || applied.call.app() == call.app(), "an owner stays the owner");
                    prop_assert!(call.version <= applied.call.version);
                    let closes = applied.effects.contains(&Effect::CloseBridge);
                    prop_assert_eq!(closes, !applied.call.is_live(), "the bridge closes with the call");
                    prop_assert_eq!(matches!(applied.call.business, Business::Desk(_)), is_at_desk, "nobody else gets it");
                    if applied.call.business != call.business && is_at_desk {
                        prop_assert!(applied.effects.contains(&Effect::ShowDesk), "{command:?}");
                    }
                    told.add(&applied.effects);
                    call = applied.call;
                }
                Err(Refused::Ended(_)) => prop_assert!(!call.is_live()),
                Err(Refused::NotDue) => prop_assert!(call.deadline(&LIMITS).is_some_and(|deadline| now < deadline)),
                Err(Refused::VersionConflict { current }) => prop_assert_eq!(current, call.version),
                Err(
                    Refused::NotOwner
                    | Refused::WrongDirection
                    | Refused::AlreadyAccepted
                    | Refused::NotConnected
                    | Refused::OtherDevice,
                ) => {}
            }
            prop_assert_eq!(call.deadline(&LIMITS).is_some(), call.is_live());
        }
        for app in [OWNER, OTHER] {
            let events = told.0.get(&app).map(Vec::as_slice).unwrap_or_default();
            let rung = call.rung().contains(&app);
            prop_assert!(events.is_sorted_by_key(rank), "told {events:?}");
            prop_assert_eq!(events.iter().filter(|event| rank(event) == 0).count(), usize::from(rung));
            prop_assert_eq!(events.iter().filter(|event| rank(event) == 4).count(), usize::from(rung && !call.is_live()));
            prop_assert!(call.app() == Some(app) || events.iter().all(|event| matches!(rank(event), 0 | 4)));
            prop_assert!(told.versions(app).is_sorted_by(|a, b| a < b));
            prop_assert!(told.versions(app).last().is_none_or(|last| *last <= call.version));
        }
        if let State::Ended(ended) = call.state {
            prop_assert!(ended.connected_at.is_none() || call.app().is_some() || call.seat().is_some(), "nobody talks to nobody");
        }
    }
}
