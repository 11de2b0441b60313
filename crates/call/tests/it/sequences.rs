use std::time::Duration;

use offhook_call::{
    Abandonment, AppId, Call, CallId, Command, ConnectFacts, DeviceId, Effect, EventKind, Limits, MediaLoss, NewCall,
    PageId, Permission, Psid, Refused, State, Time,
};
use proptest::prelude::*;

const START: Time = Time(1_790_000_000_000);
const OWNER: AppId = AppId(3);
const LIMITS: Limits = Limits {
    ring_timeout: Duration::from_secs(60),
    max_duration: Duration::from_hours(4),
    calls_per_page: 1,
    connected_calls_per_day: 1,
};

fn dialed() -> Call {
    let new = NewCall { id: CallId([1; 32]), page: PageId(1), psid: Psid(2), app: OWNER, offer: "v=0".into() };
    let permission = Some(Permission::granted(START));
    let facts = ConnectFacts { permission, consumer_in_call: false, live_calls_of_page: 0, connected_last_day: 0 };
    new.connect(&facts, START, &LIMITS).unwrap().call
}

fn device() -> impl Strategy<Value = DeviceId> {
    prop_oneof![Just("phone"), Just("tablet")].prop_map(|name| DeviceId::try_from(name.to_owned()).unwrap())
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => Just(Command::Ring),
        3 => device().prop_map(|device| Command::Accept { device, offer: Some("v=0".into()) }),
        1 => Just(Command::Decline),
        1 => device().prop_map(|device| Command::HangUp { device }),
        1 => (3_u64..5).prop_map(|app| Command::Terminate { app: AppId(app) }),
        2 => Just(Command::Expire),
        1 => prop_oneof![Just(MediaLoss::NeverConnected), Just(MediaLoss::Silent)]
            .prop_map(|cause| Command::LoseMedia { cause }),
        1 => prop_oneof![Just(Abandonment::NodeLost), Just(Abandonment::InternalError)]
            .prop_map(|cause| Command::Abandon { cause }),
    ]
}

/// Place of an event in a call's story.
fn rank(kind: &EventKind) -> u8 {
    match kind {
        EventKind::Connect { .. } => 0,
        EventKind::Ringing => 1,
        EventKind::Accepted => 2,
        EventKind::MediaUpdate { .. } => 3,
        EventKind::Terminate { .. } => 4,
    }
}

proptest! {
    #[test]
    fn events_come_once_and_in_order_and_the_end_is_final(
        steps in prop::collection::vec((command(), 0_u64..20_000), 0..20),
    ) {
        let mut call = dialed();
        let mut now = START;
        let mut told = vec![0];
        let terminate_by_owner = Command::Terminate { app: OWNER };
        for (command, pause) in steps {
            now = now + Duration::from_millis(pause);
            let was_live = call.is_live();
            match call.apply(command.clone(), now, &LIMITS) {
                Ok(applied) => {
                    prop_assert!(was_live, "{command:?} changed a call that was over");
                    told.extend(applied.effects.iter().filter_map(|effect| match effect {
                        Effect::Owe(event) => Some(rank(&event.kind)),
                        Effect::Grant | Effect::RingDevices | Effect::StopOtherDevices { .. } | Effect::TellEnded
                        | Effect::OfferSent { .. } | Effect::CloseBridge => None,
                    }));
                    let closes = applied.effects.contains(&Effect::CloseBridge);
                    prop_assert_eq!(closes, !applied.call.is_live(), "the bridge closes with the call");
                    call = applied.call;
                }
                Err(Refused::Ended(_)) => prop_assert!(!was_live),
                Err(Refused::NotOwner) => prop_assert_ne!(command, terminate_by_owner.clone()),
                Err(Refused::NotDue) => prop_assert!(call.deadline(&LIMITS).is_some_and(|deadline| now < deadline)),
                Err(Refused::WrongDirection) => prop_assert!(false, "every command here is for this direction"),
                Err(Refused::AlreadyAccepted | Refused::NotConnected | Refused::OtherDevice) => prop_assert!(was_live),
            }
            prop_assert_eq!(call.deadline(&LIMITS).is_some(), call.is_live());
        }
        prop_assert!(told.is_sorted_by(|a, b| a < b), "told {:?}", told);
        prop_assert_eq!(told.contains(&4), !call.is_live());
        prop_assert_eq!(call.version, u32::from(told.contains(&3)));
        if let State::Ended(ended) = call.state {
            prop_assert_eq!(ended.connected_at.is_some(), told.contains(&2));
        }
    }
}
