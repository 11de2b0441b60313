use offhook_call::{
    AgentId, Business, Call, CallId, Command, Desk, Dialer, Doing, MessageText, NewCall, PageId, Seat, Turn,
};
use offhook_store::{
    Agent, AgentChange, AgentError, ConnectOutcome, NewAgent, NewPage, Note, NoteError, Store, TokenHash,
};

use super::{LIMITS, NOW, PAGE, PSID, accept, after, command, furnish};

const MAYA: AgentId = AgentId(8);

pub(crate) fn agent(id: AgentId, name: &str) -> NewAgent {
    NewAgent { id, name: name.to_owned(), secret: TokenHash::of(name), pages: vec![PAGE] }
}

fn seat() -> Seat {
    Seat { agent: MAYA, device: "tab".to_owned().try_into().unwrap() }
}

/// A call that the agent made.
pub(crate) async fn dial(store: &dyn Store, number: u8) -> Call {
    let new = NewCall { id: CallId([number; 32]), page: PAGE, psid: PSID, by: Dialer::Agent(seat()) };
    match store.connect(new, None, NOW, &LIMITS).await.unwrap() {
        ConnectOutcome::Created(applied) => applied.call,
        ConnectOutcome::Repeated(answered) => panic!("repeated without a key: {answered:?}"),
    }
}

pub(crate) async fn agents_are_kept(store: &dyn Store) {
    furnish(store).await;
    let zoe = store.create_agent(agent(AgentId(9), "Zoe"), NOW).await.unwrap();
    let maya = store.create_agent(agent(MAYA, "Maya"), after(1)).await.unwrap();
    assert!(maya.enabled && !maya.free, "who is new is not free before they say so");
    assert_eq!(store.agents().await.unwrap(), [maya.clone(), zoe], "by name");
    assert_eq!(store.agent(MAYA).await.unwrap(), Some(maya.clone()));
    assert_eq!(store.agent_named("Maya".to_owned()).await.unwrap(), Some(maya));
    assert_eq!(store.agent_named("maya".to_owned()).await.unwrap(), None);
    assert_eq!(store.agent(AgentId(1)).await.unwrap(), None);
}

pub(crate) async fn an_agent_is_changed_and_keeps_the_rest(store: &dyn Store) {
    furnish(store).await;
    let made = store.create_agent(agent(MAYA, "Maya"), NOW).await.unwrap();
    let free = AgentChange { free: Some(true), ..AgentChange::default() };
    let free = store.change_agent(MAYA, free).await.unwrap().unwrap();
    assert_eq!(free, Agent { free: true, ..made });
    let secret = TokenHash::of("another");
    let change = AgentChange { secret: Some(secret), pages: Some(Vec::new()), enabled: Some(false), free: None };
    let changed = store.change_agent(MAYA, change).await.unwrap().unwrap();
    assert_eq!(changed, Agent { secret, pages: Vec::new(), enabled: false, ..free });
    assert_eq!(store.agent(MAYA).await.unwrap(), Some(changed));
    assert_eq!(store.change_agent(AgentId(1), AgentChange::default()).await.unwrap(), None);
}

pub(crate) async fn an_agents_name_and_pages_are_checked(store: &dyn Store) {
    furnish(store).await;
    let nowhere = NewAgent { pages: vec![PAGE, PageId(2)], ..agent(MAYA, "Maya") };
    let refused = store.create_agent(nowhere, NOW).await;
    assert!(matches!(refused, Err(AgentError::UnknownPage(PageId(2)))));
    store.create_agent(agent(MAYA, "Maya"), NOW).await.unwrap();
    let again = store.create_agent(agent(AgentId(9), "Maya"), NOW).await;
    assert!(matches!(again, Err(AgentError::NameTaken)));
    let elsewhere = AgentChange { pages: Some(vec![PageId(2)]), ..AgentChange::default() };
    let refused = store.change_agent(MAYA, elsewhere.clone()).await;
    assert!(matches!(refused, Err(AgentError::UnknownPage(PageId(2)))));
    store.create_page(NewPage { id: PageId(2), name: "Branch".into() }, NOW).await.unwrap();
    assert_eq!(store.change_agent(MAYA, elsewhere).await.unwrap().unwrap().pages, [PageId(2)]);
}

pub(crate) async fn calls_of_the_desk_are_kept(store: &dyn Store) {
    furnish(store).await;
    let dialed = dial(store, 1).await;
    assert_eq!(store.call(dialed.id).await.unwrap(), Some(dialed.clone()));
    assert_eq!(store.live_desk_calls().await.unwrap(), std::slice::from_ref(&dialed));
    let connected = command(store, &dialed, accept("phone"), after(1)).await.unwrap().call;
    let handed = Command::HandOver { agent: MAYA, to: AgentId(9) };
    let handed = command(store, &connected, handed, after(2)).await.unwrap().call;
    let doing = Doing::HandingOver { since: after(2), to: AgentId(9) };
    assert_eq!(handed.business, Business::Desk(Desk::Taken { by: seat(), doing }));
    assert_eq!(store.call(dialed.id).await.unwrap(), Some(handed));
    command(store, &dialed, Command::AgentHangUp { agent: MAYA }, after(3)).await.unwrap();
    assert!(store.live_desk_calls().await.unwrap().is_empty());
    super::connect(store, 2, PSID).await;
    assert!(store.live_desk_calls().await.unwrap().is_empty(), "an app's is none");
    assert!(store.deliveries(offhook_store::DeliveryFilter::default(), 10).await.unwrap().is_empty());
}

pub(crate) async fn calls_of_the_desk_move_with_the_clock(store: &dyn Store) {
    furnish(store).await;
    let dialed = dial(store, 1).await;
    command(store, &dialed, accept("phone"), after(1)).await.unwrap();
    let held = command(store, &dialed, Command::Hold { agent: MAYA, on: true }, after(2)).await.unwrap().call;
    store.turn(after(3), Turn(5000)).await.unwrap();
    assert_eq!(store.call(dialed.id).await.unwrap(), Some(held.turned(Turn(5000))));
}

pub(crate) async fn notes_are_kept_up_to_their_limit(store: &dyn Store) {
    furnish(store).await;
    store.create_agent(agent(MAYA, "Maya"), NOW).await.unwrap();
    let call = dial(store, 1).await.id;
    let text = |text: &str| MessageText::try_from(text.to_owned()).unwrap();
    let note = |words: &str, at| Note { call, agent: MAYA, at, text: text(words) };
    store.add_note(note("Wants the blue one", NOW), 2).await.unwrap();
    store.add_note(note("Calls back", after(1)), 2).await.unwrap();
    assert!(matches!(store.add_note(note("Again", after(2)), 2).await, Err(NoteError::TooMany)));
    let of_nothing = Note { call: CallId([9; 32]), ..note("Lost", NOW) };
    assert!(matches!(store.add_note(of_nothing, 2).await, Err(NoteError::UnknownCall)));
    let kept = [note("Wants the blue one", NOW), note("Calls back", after(1))];
    assert_eq!(store.notes(vec![call, CallId([9; 32])]).await.unwrap(), kept);
    let found = store.call(call).await.unwrap().unwrap();
    command(store, &found, Command::AgentHangUp { agent: MAYA }, after(3)).await.unwrap();
    assert_eq!(store.forget(Some(after(4)), after(4), 10).await.unwrap(), 1);
    assert!(store.notes(vec![call]).await.unwrap().is_empty(), "they go with their call");
}
