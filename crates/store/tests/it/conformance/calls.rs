use offhook_call::{
    CallId, Command, ConnectRefused, Direction, Effect, EndReason, Ended, EventKind, Psid, Refused, State,
};
use offhook_store::{Answered, ConnectError, ConnectOutcome, Idempotency, Store};

use super::{
    APP, LIMITS, NOW, PAGE, PSID, TERMINATE, accept, after, command, connect, consumer, event_of, furnish,
    furnish_subscribed, lease, new_call,
};

fn key(name: &str, answer: &str) -> Option<Idempotency> {
    Some(Idempotency { app: APP, key: name.into(), answer: answer.into() })
}

pub(crate) async fn connect_keeps_the_call(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    assert_eq!(call.state, State::Dialing);
    assert_eq!(store.call(call.id).await.unwrap(), Some(call.clone()));
    assert_eq!(store.live_call_of(PAGE, PSID).await.unwrap(), Some(call));
    let owed = lease(store, NOW).await;
    assert_eq!(event_of(&owed[0].body), EventKind::Connect { direction: Direction::BusinessInitiated });
}

pub(crate) async fn connect_without_permission_changes_nothing(store: &dyn Store) {
    furnish_subscribed(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    let refused = store.connect(new_call(1, PSID), None, NOW, &LIMITS).await;
    assert!(matches!(refused, Err(ConnectError::Refused(ConnectRefused::NoPermission))), "{refused:?}");
    assert_eq!(store.call(CallId([1; 32])).await.unwrap(), None);
    assert!(lease(store, NOW).await.is_empty());
}

pub(crate) async fn a_repeated_key_gives_the_first_answer(store: &dyn Store) {
    furnish_subscribed(store).await;
    let first = store.connect(new_call(1, PSID), key("k", "first"), NOW, &LIMITS).await.unwrap();
    assert!(matches!(first, ConnectOutcome::Created(_)), "{first:?}");
    let second = store.connect(new_call(2, PSID), key("k", "second"), after(60), &LIMITS).await.unwrap();
    let expected = Answered { call: CallId([1; 32]), answer: "first".into() };
    assert!(matches!(&second, ConnectOutcome::Repeated(answered) if *answered == expected), "{second:?}");
    assert_eq!(store.call(CallId([2; 32])).await.unwrap(), None);
    assert_eq!(lease(store, after(60)).await.len(), 1);
}

pub(crate) async fn a_key_stands_for_24_hours(store: &dyn Store) {
    furnish(store).await;
    store.connect(new_call(1, PSID), key("k", "first"), NOW, &LIMITS).await.unwrap();
    store.apply(CallId([1; 32]), TERMINATE, NOW, &LIMITS).await.unwrap();
    let day = 24 * 60 * 60;
    let within = store.connect(new_call(2, PSID), key("k", "second"), after(day - 1), &LIMITS).await.unwrap();
    assert!(matches!(within, ConnectOutcome::Repeated(_)), "{within:?}");
    let later = store.connect(new_call(3, PSID), key("k", "third"), after(day), &LIMITS).await.unwrap();
    assert!(matches!(later, ConnectOutcome::Created(_)), "{later:?}");
}

pub(crate) async fn a_refused_connect_leaves_its_key_free(store: &dyn Store) {
    furnish(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    store.connect(new_call(1, PSID), key("k", "first"), NOW, &LIMITS).await.unwrap_err();
    store.grant(PAGE, PSID, NOW).await.unwrap();
    let second = store.connect(new_call(2, PSID), key("k", "second"), NOW, &LIMITS).await.unwrap();
    assert!(matches!(second, ConnectOutcome::Created(_)), "{second:?}");
}

pub(crate) async fn a_command_changes_the_call(store: &dyn Store) {
    furnish(store).await;
    let call = connect(store, 1, PSID).await;
    let ringing = command(store, &call, Command::Ring, after(1)).await.unwrap();
    assert_eq!(ringing.call.state, State::Ringing { since: after(1) });
    let connected = command(store, &call, accept("phone"), after(2)).await.unwrap();
    assert!(connected.effects.iter().any(|effect| matches!(effect, Effect::StopOtherDevices { .. })));
    assert_eq!(store.call(call.id).await.unwrap(), Some(connected.call));
    let ended = command(store, &call, TERMINATE, after(9)).await.unwrap();
    let end = Ended { at: after(9), reason: EndReason::BusinessHungUp, connected_at: Some(after(2)) };
    assert_eq!(ended.call.state, State::Ended(end));
    assert_eq!(store.call(call.id).await.unwrap(), Some(ended.call));
}

pub(crate) async fn a_refused_command_changes_nothing(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    assert_eq!(command(store, &call, Command::Expire, after(59)).await, Err(Refused::NotDue));
    assert_eq!(store.call(call.id).await.unwrap(), Some(call));
    assert_eq!(lease(store, after(59)).await.len(), 1);
}

pub(crate) async fn a_command_on_an_unknown_call_finds_none(store: &dyn Store) {
    furnish(store).await;
    assert_eq!(store.apply(CallId([9; 32]), Command::Ring, NOW, &LIMITS).await.unwrap(), None);
}

pub(crate) async fn an_ended_call_frees_its_consumer(store: &dyn Store) {
    furnish(store).await;
    let call = connect(store, 1, PSID).await;
    let busy = store.connect(new_call(2, PSID), None, NOW, &LIMITS).await;
    assert!(matches!(busy, Err(ConnectError::Refused(ConnectRefused::ConsumerBusy))), "{busy:?}");
    command(store, &call, TERMINATE, NOW).await.unwrap();
    assert_eq!(store.live_call_of(PAGE, PSID).await.unwrap(), None);
    connect(store, 3, PSID).await;
}

pub(crate) async fn live_and_recent_calls_are_listed(store: &dyn Store) {
    furnish(store).await;
    let mut made = Vec::new();
    for number in 1..=3 {
        let psid = Psid(u64::from(number));
        consumer(store, psid).await;
        store.connect(new_call(number, psid), None, after(number.into()), &LIMITS).await.unwrap();
        made.push(CallId([number; 32]));
    }
    store.apply(made[1], TERMINATE, after(4), &LIMITS).await.unwrap();
    let ids = |calls: Vec<offhook_call::Call>| calls.iter().map(|call| call.id).collect::<Vec<_>>();
    assert_eq!(ids(store.live_calls().await.unwrap()), [made[0], made[2]]);
    let recent = async |page, before, limit| ids(store.recent_calls(page, before, limit).await.unwrap());
    assert_eq!(recent(None, None, 10).await, [made[2], made[1], made[0]]);
    assert_eq!(recent(Some(PAGE), None, 2).await, [made[2], made[1]]);
    assert_eq!(recent(None, Some(made[2]), 1).await, [made[1]]);
    assert_eq!(recent(Some(PAGE), Some(made[1]), 10).await, [made[0]]);
    assert_eq!(recent(None, Some(made[0]), 10).await, []);
    assert_eq!(recent(None, Some(CallId([9; 32])), 10).await, []);
    assert_eq!(recent(Some(offhook_call::PageId(5)), None, 2).await, []);
    store.apply(made[0], TERMINATE, after(5), &LIMITS).await.unwrap();
    let again = connect(store, 4, Psid(1)).await;
    command(store, &again, TERMINATE, after(6)).await.unwrap();
    connect(store, 5, Psid(1)).await;
    let past = async |page, limit| ids(store.past_calls_of(page, Psid(1), limit).await.unwrap());
    assert_eq!(past(PAGE, 10).await, [again.id, made[0]]);
    assert_eq!(past(PAGE, 1).await, [again.id]);
    assert_eq!(past(offhook_call::PageId(5), 10).await, []);
}

pub(crate) async fn limits_of_the_page_count_live_calls(store: &dyn Store) {
    furnish(store).await;
    for number in 1..=4_u8 {
        consumer(store, Psid(number.into())).await;
    }
    for number in 1..=3 {
        connect(store, number, Psid(number.into())).await;
    }
    let fourth = || store.connect(new_call(4, Psid(4)), None, NOW, &LIMITS);
    let refused = fourth().await;
    assert!(matches!(refused, Err(ConnectError::Refused(ConnectRefused::TooManyCalls))), "{refused:?}");
    store.apply(CallId([2; 32]), TERMINATE, NOW, &LIMITS).await.unwrap();
    fourth().await.unwrap();
}
