use futures_util::future::join_all;
use offhook_call::{
    Button, Command, Entry, EntryId, EntryKind, MessageText, NewMessage, Owed, PageEventKind, Permission,
    PermissionResponse, PermissionStatus, Psid, Reach, ReplyRefused, SendRefused, Side, Template, ThreadLimits, Time,
};
use offhook_store::{
    Attempt, AttemptOutcome, DeliveryFilter, DeliveryState, Leased, Said, SendError, Store, Subject, Tapped,
    ThreadError, ThreadItem,
};

use super::{
    NOW, PAGE, PSID, RULES, accept, after, callback, command, connect, furnish, furnish_subscribed, lease, owed_in,
    page_subscription,
};

const THREAD: ThreadLimits = ThreadLimits { permission_requests_per_day: 2, entries_kept: 5 };
const STRANGER: Psid = Psid(9);
const DAY: u64 = 24 * 60 * 60;

fn id(number: u8) -> EntryId {
    EntryId([number; 32])
}

fn text(words: &str) -> EntryKind {
    EntryKind::Text { text: words.to_owned() }
}

const REQUEST: EntryKind = EntryKind::PermissionRequest { reply: None };

fn yes_button() -> EntryKind {
    let buttons = vec![Button::Postback { title: "Yes".into(), payload: "YES".into() }];
    EntryKind::Template(Template::Button { text: "Sure?".into(), buttons })
}

async fn say(store: &dyn Store, number: u8, now: Time) -> Result<Entry, ThreadError> {
    let text = MessageText::try_from("Hello".to_owned()).unwrap();
    store.say(Said { page: PAGE, psid: PSID, id: id(number), text }, now, &THREAD).await
}

async fn send(store: &dyn Store, number: u8, kind: EntryKind, now: Time) -> Result<Entry, SendError> {
    let new = NewMessage { id: id(number), page: PAGE, psid: PSID, kind, reach: Reach::Standard };
    store.send(new, now, &THREAD).await
}

async fn tap(store: &dyn Store, number: u8, entry: EntryId, payload: &str) -> Result<Entry, ThreadError> {
    let tapped = Tapped { page: PAGE, psid: PSID, id: id(number), entry, payload: payload.into() };
    store.tap(tapped, after(1), &THREAD).await
}

async fn thread(store: &dyn Store) -> Vec<String> {
    let shown = |item| match item {
        ThreadItem::Entry(entry) => entry.id.to_string(),
        ThreadItem::Call(call) => call.id.to_string(),
    };
    store.thread(PAGE, PSID, 100).await.unwrap().into_iter().map(shown).collect()
}

/// What is owed that belongs to no call, the oldest first.
async fn owed(store: &dyn Store) -> Vec<(Subject, PageEventKind)> {
    let mut deliveries = store.deliveries(DeliveryFilter::default(), 100).await.unwrap();
    deliveries.reverse();
    let of_page = |delivery: DeliveryState| match owed_in(delivery.body.as_bytes()) {
        Owed::Page(event) => Some((delivery.subject, event.kind)),
        Owed::Call(_) => None,
    };
    deliveries.into_iter().filter_map(of_page).collect()
}

/// The app wants everything that happens in threads.
async fn subscribe(store: &dyn Store) {
    let fields = ["calls", "messages", "messaging_postbacks", "call_permission_reply"];
    store.set_app_subscription(callback(&fields), NOW).await.unwrap();
    store.subscribe_page(page_subscription(&fields), NOW).await.unwrap();
}

pub(crate) async fn what_a_consumer_says_is_kept_and_owed(store: &dyn Store) {
    furnish(store).await;
    say(store, 1, NOW).await.unwrap();
    assert_eq!(owed(store).await, [], "no app wants it");
    subscribe(store).await;
    let entry = say(store, 2, after(1)).await.unwrap();
    let expected = Entry { id: id(2), page: PAGE, psid: PSID, at: after(1), from: Side::Consumer, kind: text("Hello") };
    assert_eq!(entry, expected);
    assert_eq!(store.entry(PAGE, PSID, id(2)).await.unwrap(), Some(expected));
    assert_eq!(store.entry(PAGE, STRANGER, id(2)).await.unwrap(), None);
    let event = PageEventKind::Message { psid: PSID, id: id(2), text: "Hello".into() };
    assert_eq!(owed(store).await, [(Subject::Thread(PSID), event)]);
}

pub(crate) async fn a_consumers_words_open_the_window(store: &dyn Store) {
    furnish(store).await;
    let refused = send(store, 1, text("Hi"), NOW).await;
    assert!(matches!(refused, Err(SendError::Refused(SendRefused::OutsideWindow))), "{refused:?}");
    say(store, 2, NOW).await.unwrap();
    let sent = send(store, 3, text("Hi"), after(1)).await.unwrap();
    assert_eq!((sent.from, sent.kind), (Side::Business, text("Hi")));
    assert!(send(store, 4, text("Late"), after(DAY)).await.is_err());
    assert_eq!(thread(store).await, [id(2).to_string(), id(3).to_string()]);
}

pub(crate) async fn a_postback_needs_its_button(store: &dyn Store) {
    furnish(store).await;
    subscribe(store).await;
    say(store, 1, NOW).await.unwrap();
    send(store, 2, yes_button(), NOW).await.unwrap();
    assert!(matches!(tap(store, 3, id(2), "NO").await, Err(ThreadError::UnknownButton)));
    assert!(matches!(tap(store, 3, id(9), "YES").await, Err(ThreadError::UnknownEntry)));
    let entry = tap(store, 3, id(2), "YES").await.unwrap();
    assert_eq!((entry.from, entry.kind), (Side::Consumer, text("Yes")));
    let event = PageEventKind::Postback { psid: PSID, id: id(3), title: "Yes".into(), payload: "YES".into() };
    assert_eq!(owed(store).await[1..], [(Subject::Thread(PSID), event)]);
    assert!(send(store, 4, text("Hi"), after(DAY)).await.is_ok(), "the tap opened the window anew");
}

pub(crate) async fn a_permission_request_is_answered_once(store: &dyn Store) {
    furnish(store).await;
    subscribe(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    say(store, 1, NOW).await.unwrap();
    for (number, response) in [(2, PermissionResponse::Reject), (3, PermissionResponse::Approve)] {
        send(store, number, REQUEST, after(1)).await.unwrap();
        let reply = |response| store.reply(PAGE, PSID, id(number), response, after(2));
        let replied = reply(response).await.unwrap();
        let approved = response == PermissionResponse::Approve;
        assert_eq!(replied.permission, approved.then(|| Permission::granted(after(2))));
        assert_eq!(replied.entry.kind, EntryKind::PermissionRequest { reply: Some(response) });
        assert_eq!(store.entry(PAGE, PSID, id(number)).await.unwrap(), Some(replied.entry));
        let again = reply(PermissionResponse::Approve).await;
        assert!(matches!(again, Err(ThreadError::Refused(ReplyRefused::AlreadyAnswered))), "{again:?}");
        let status = store.permission(PAGE, PSID).await.unwrap().unwrap().status(after(2));
        assert_eq!(status != PermissionStatus::None, approved);
        let expires_at = replied.permission.map(|permission| permission.expires_at);
        let event = PageEventKind::PermissionReply { psid: PSID, response, expires_at };
        assert_eq!(owed(store).await.last(), Some(&(Subject::Thread(PSID), event)));
    }
    let of_stranger = store.reply(PAGE, STRANGER, id(2), PermissionResponse::Approve, after(2)).await;
    assert!(matches!(of_stranger, Err(ThreadError::UnknownEntry)));
}

pub(crate) async fn permission_requests_count_for_a_day(store: &dyn Store) {
    furnish(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    say(store, 1, NOW).await.unwrap();
    for number in 2..=3 {
        send(store, number, REQUEST, after(number.into())).await.unwrap();
    }
    let used = async |seconds| store.usage(PAGE, PSID, after(seconds)).await.unwrap().requests_last_day;
    assert_eq!([used(3).await, used(DAY + 1).await, used(DAY + 2).await, used(DAY + 3).await], [2, 2, 1, 0]);
    let third = send(store, 4, REQUEST, after(4)).await;
    assert!(matches!(third, Err(SendError::Refused(SendRefused::TooManyRequests))), "{third:?}");
    store.grant(PAGE, PSID, after(4)).await.unwrap();
    let held = send(store, 4, REQUEST, after(4)).await;
    assert!(matches!(held, Err(SendError::Refused(SendRefused::PermissionHeld))), "{held:?}");
}

pub(crate) async fn a_thread_keeps_its_newest_entries_and_requests_that_count(store: &dyn Store) {
    furnish(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    say(store, 1, NOW).await.unwrap();
    send(store, 2, REQUEST, NOW).await.unwrap();
    for number in 3..=9 {
        say(store, number, after(number.into())).await.unwrap();
    }
    let kept = [2, 5, 6, 7, 8, 9].map(|number| id(number).to_string());
    assert_eq!(thread(store).await, kept);
    say(store, 10, after(DAY)).await.unwrap();
    let kept = [6, 7, 8, 9, 10].map(|number| id(number).to_string());
    assert_eq!(thread(store).await, kept);
}

pub(crate) async fn calls_stand_in_the_thread_where_they_ended(store: &dyn Store) {
    furnish_subscribed(store).await;
    let call = connect(store, 1, PSID).await;
    say(store, 1, after(1)).await.unwrap();
    command(store, &call, accept("phone"), after(2)).await.unwrap();
    assert_eq!(thread(store).await, [id(1).to_string()], "a live call does not");
    command(store, &call, Command::HangUp { device: "phone".to_owned().try_into().unwrap() }, after(5)).await.unwrap();
    say(store, 2, after(6)).await.unwrap();
    assert_eq!(thread(store).await, [id(1).to_string(), call.id.to_string(), id(2).to_string()]);
    let newest = store.thread(PAGE, PSID, 2).await.unwrap();
    let ThreadItem::Call(shown) = &newest[0] else { panic!("{newest:?}") };
    assert_eq!(shown.connected_for(), Some(std::time::Duration::from_secs(3)));
    assert!(store.thread(PAGE, STRANGER, 100).await.unwrap().is_empty());
}

pub(crate) async fn strangers_cannot_say_anything(store: &dyn Store) {
    furnish(store).await;
    let text = MessageText::try_from("Hello".to_owned()).unwrap();
    let said = Said { page: PAGE, psid: STRANGER, id: id(1), text };
    assert!(matches!(store.say(said, NOW, &THREAD).await, Err(ThreadError::UnknownConsumer)));
    let new = NewMessage { id: id(1), page: PAGE, psid: STRANGER, kind: REQUEST, reach: Reach::Standard };
    assert!(matches!(store.send(new, NOW, &THREAD).await, Err(SendError::UnknownConsumer)));
}

pub(crate) async fn one_of_many_replies_counts(store: &dyn Store) {
    furnish(store).await;
    subscribe(store).await;
    store.revoke(PAGE, PSID, NOW).await.unwrap();
    say(store, 1, NOW).await.unwrap();
    send(store, 2, REQUEST, NOW).await.unwrap();
    let tries = (0..20).map(|_| store.reply(PAGE, PSID, id(2), PermissionResponse::Approve, after(1)));
    let won = join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(won, 1);
    assert_eq!(owed(store).await.len(), 2, "the message and one reply");
}

pub(crate) async fn events_of_a_thread_hold_back_no_others(store: &dyn Store) {
    furnish(store).await;
    subscribe(store).await;
    for number in 1..=2 {
        say(store, number, NOW).await.unwrap();
    }
    let call = connect(store, 1, PSID).await;
    let subjects = |leased: Vec<Leased>| leased.into_iter().map(|lease| lease.subject).collect::<Vec<_>>();
    let first = lease(store, NOW).await;
    let message = first[0].clone();
    assert_eq!(subjects(first), [Subject::Thread(PSID), Subject::Call(call.id)]);
    assert_eq!(subjects(lease(store, NOW).await), [], "the second message waits for the first");
    let outcome = AttemptOutcome::Delivered;
    let took = std::time::Duration::from_millis(1);
    let attempt = Attempt { at: NOW, took, status: Some(200), response: String::new(), fault: None, outcome };
    store.record(&message, attempt, RULES).await.unwrap();
    assert_eq!(subjects(lease(store, NOW).await), [Subject::Thread(PSID)]);
}
