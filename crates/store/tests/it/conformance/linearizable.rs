//! Permission and limits of a consumer are linearizable: whatever several parties do at the same time, there is one
//! order of their operations, true to what each had an answer to before another began, in which a store that does one
//! thing after the other answers the same. So an acknowledged revoke beats every later connect.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use offhook_call::{CallId, Command, ConnectRefused, Dialer, Limits, NewCall, PermissionStatus, Psid, Refused};
use offhook_store::{ConnectError, Store};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::{APP, LIMITS, NOW, PAGE, TERMINATE, accept, consumer, furnish_subscribed};

const SEEDS: u64 = 200;
const PARTIES: u64 = 4;
const OPERATIONS_EACH: u64 = 7;
const FEW: Limits = Limits { connected_calls_per_day: 2, calls_per_page: 1000, ..LIMITS };

#[derive(Debug, Clone, Copy)]
enum Operation {
    Grant,
    Revoke,
    Ask,
    Connect(CallId),
    /// By a device of this number; each accepts once.
    Accept(CallId, u32),
    Terminate(CallId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Permitted(bool),
    NotConnected(ConnectRefused),
    AlreadyAccepted,
    Ended,
    UnknownCall,
}

/// An operation with its outcome, and the moments at which it began and was answered.
#[derive(Debug, Clone, Copy)]
struct Event {
    operation: Operation,
    outcome: Outcome,
    began: usize,
    answered: usize,
}

pub(crate) async fn any_history_of_a_consumer_has_an_order_that_explains_it(store: &dyn Store) {
    furnish_subscribed(store).await;
    for seed in 1..=SEEDS {
        let story = Story { store, psid: Psid(1000 + seed), clock: AtomicUsize::new(0), tried: Mutex::default() };
        consumer(store, story.psid).await;
        let parties = (0..PARTIES).map(|party| story.party(seed * PARTIES + party));
        let history: Vec<Event> = join_all(parties).await.into_iter().flatten().collect();
        assert!(is_explained(&history), "seed {seed}: no order explains {history:#?}");
    }
}

/// What happens around one consumer.
struct Story<'a> {
    store: &'a dyn Store,
    psid: Psid,
    clock: AtomicUsize,
    /// Calls that somebody asked for, for all to accept and terminate.
    tried: Mutex<Vec<CallId>>,
}

impl Story<'_> {
    async fn party(&self, seed: u64) -> Vec<Event> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut history = Vec::new();
        for _ in 0..OPERATIONS_EACH {
            let operation = self.choose(&mut random);
            let began = self.clock.fetch_add(1, Ordering::SeqCst);
            let outcome = self.perform(operation).await;
            let answered = self.clock.fetch_add(1, Ordering::SeqCst);
            history.push(Event { operation, outcome, began, answered });
        }
        history
    }

    fn choose(&self, random: &mut ChaCha8Rng) -> Operation {
        let mut tried = self.tried.lock().unwrap();
        let known = tried.last().copied().unwrap_or(CallId([0; 32]));
        match random.random_range(0..10) {
            0 => Operation::Grant,
            1 | 2 => Operation::Revoke,
            3 => Operation::Ask,
            4..=6 => {
                let call = CallId(random.random());
                tried.push(call);
                Operation::Connect(call)
            }
            7 => Operation::Accept(known, random.random()),
            _ => Operation::Terminate(known),
        }
    }

    async fn perform(&self, operation: Operation) -> Outcome {
        let Self { store, psid, .. } = *self;
        match operation {
            Operation::Grant => store.grant(PAGE, psid, NOW).await.map(|_| Outcome::Done).unwrap(),
            Operation::Revoke => store.revoke(PAGE, psid, NOW).await.map(|_| Outcome::Done).unwrap(),
            Operation::Ask => {
                let permission = store.permission(PAGE, psid).await.unwrap().expect("a consumer who was granted");
                Outcome::Permitted(permission.status(NOW) != PermissionStatus::None)
            }
            Operation::Connect(id) => {
                match store.connect(NewCall { id, page: PAGE, psid, by: Dialer::App(APP) }, None, NOW, &FEW).await {
                    Ok(_) => Outcome::Done,
                    Err(ConnectError::Refused(refused)) => Outcome::NotConnected(refused),
                    Err(ConnectError::Store(error)) => panic!("{error:?}"),
                }
            }
            Operation::Accept(call, device) => self.command(call, accept(&device.to_string())).await,
            Operation::Terminate(call) => self.command(call, TERMINATE).await,
        }
    }

    async fn command(&self, call: CallId, command: Command) -> Outcome {
        match self.store.apply(call, command, NOW, &FEW).await.unwrap() {
            None => Outcome::UnknownCall,
            Some(Ok(_)) => Outcome::Done,
            Some(Err(Refused::AlreadyAccepted)) => Outcome::AlreadyAccepted,
            Some(Err(Refused::Ended(_))) => Outcome::Ended,
            Some(Err(refused)) => panic!("{refused}"),
        }
    }
}

/// The consumer as one thing after the other would leave them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Consumer {
    permitted: bool,
    picked_up: u32,
    calls: BTreeMap<CallId, Phase>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Dialing,
    Connected,
    Ended,
}

impl Consumer {
    fn perform(&mut self, operation: Operation) -> Outcome {
        match operation {
            Operation::Grant => self.permitted = true,
            Operation::Revoke => self.permitted = false,
            Operation::Ask => return Outcome::Permitted(self.permitted),
            Operation::Connect(call) => match self.refusal() {
                Some(refused) => return Outcome::NotConnected(refused),
                None => drop(self.calls.insert(call, Phase::Dialing)),
            },
            Operation::Accept(call, _) => match self.calls.get_mut(&call) {
                None => return Outcome::UnknownCall,
                Some(Phase::Ended) => return Outcome::Ended,
                Some(Phase::Connected) => return Outcome::AlreadyAccepted,
                Some(phase) => {
                    *phase = Phase::Connected;
                    self.permitted = true;
                    self.picked_up += 1;
                }
            },
            Operation::Terminate(call) => match self.calls.get_mut(&call) {
                None => return Outcome::UnknownCall,
                Some(Phase::Ended) => return Outcome::Ended,
                Some(phase) => *phase = Phase::Ended,
            },
        }
        Outcome::Done
    }

    fn refusal(&self) -> Option<ConnectRefused> {
        if !self.permitted {
            Some(ConnectRefused::NoPermission)
        } else if self.picked_up >= FEW.connected_calls_per_day {
            Some(ConnectRefused::QuotaReached)
        } else if self.calls.values().any(|phase| *phase != Phase::Ended) {
            Some(ConnectRefused::ConsumerBusy)
        } else {
            None
        }
    }
}

/// Searches for an order (Wing and Gong's algorithm, remembering what was tried), from a consumer who may be called.
fn is_explained(history: &[Event]) -> bool {
    let fresh = Consumer { permitted: true, picked_up: 0, calls: BTreeMap::new() };
    can_end(history, 0, &fresh, &mut HashSet::new())
}

/// Whether the events that are not in the set `done` (a bit each) can follow in some order.
fn can_end(history: &[Event], done: u64, consumer: &Consumer, tried: &mut HashSet<(u64, Consumer)>) -> bool {
    let waiting = || (0..history.len()).filter(|index| done & (1 << index) == 0);
    let Some(first_answer) = waiting().map(|index| history[index].answered).min() else { return true };
    if !tried.insert((done, consumer.clone())) {
        return false;
    }
    // What began after another was answered cannot have come before it.
    waiting().filter(|index| history[*index].began < first_answer).any(|index| {
        let mut next = consumer.clone();
        let outcome = next.perform(history[index].operation);
        outcome == history[index].outcome && can_end(history, done | (1 << index), &next, tried)
    })
}

#[test]
fn a_connect_after_an_acknowledged_revoke_has_no_explanation() {
    let event = |operation, outcome, began| Event { operation, outcome, began, answered: began + 1 };
    let revoke = event(Operation::Revoke, Outcome::Done, 0);
    let call = Operation::Connect(CallId([1; 32]));
    let connected = event(call, Outcome::Done, 2);
    assert!(!is_explained(&[revoke, connected]));
    assert!(is_explained(&[revoke, event(call, Outcome::NotConnected(ConnectRefused::NoPermission), 2)]));
    assert!(is_explained(&[Event { answered: 3, ..revoke }, connected]), "they overlap");
    assert!(is_explained(&[revoke, event(Operation::Grant, Outcome::Done, 1), connected]));
    assert!(!is_explained(&[revoke, connected, event(Operation::Grant, Outcome::Done, 4)]), "granted too late");
}
