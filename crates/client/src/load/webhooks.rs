//! The webhooks of many calls, each to the one who holds the call.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use offhook_call::AppId;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::admin::Admin;
use crate::graph::CallId;
use crate::webhook::{Arrival, CallEventKind, Event, Receiver, SIGNATURE_HEADER, open};

/// A webhook of a call.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) kind: CallEventKind,
    /// When it came.
    pub(super) at: Instant,
}

/// Who gets which call's webhooks.
#[derive(Default)]
pub(super) struct Routes(Mutex<Table>);

#[derive(Default)]
struct Table {
    calls: HashMap<CallId, Place>,
    /// Calls that nobody has claimed, the oldest first; some are claimed by now.
    unclaimed: VecDeque<CallId>,
    wrong: u64,
}

enum Place {
    /// A webhook can be faster than the answer that names the call.
    Waiting(Vec<Told>),
    Claimed(mpsc::Sender<Told>),
}

/// The webhooks of one call. They go nowhere any more when this is dropped.
pub(super) struct Route {
    call: CallId,
    told: mpsc::Receiver<Told>,
    routes: Arc<Routes>,
}

/// Calls whose webhooks wait to be claimed. Those that come after a call's end are of this kind too.
const UNCLAIMED_MAX: usize = 4_096;
/// Webhooks of one call that wait.
const WAITING_MAX: usize = 32;

impl Routes {
    pub(super) fn claim(self: &Arc<Self>, call: &CallId) -> Route {
        let (sender, told) = mpsc::channel(WAITING_MAX);
        let early = self.table(|table| table.calls.insert(call.clone(), Place::Claimed(sender.clone())));
        if let Some(Place::Waiting(early)) = early {
            early.into_iter().for_each(|early| sender.try_send(early).expect("not more wait than there is room for"));
        }
        Route { call: call.clone(), told, routes: Arc::clone(self) }
    }

    /// Webhooks that were not signed as they should be, or were none.
    pub(super) fn wrong(&self) -> u64 {
        self.table(|table| table.wrong)
    }

    fn take(&self, arrival: Arrival) {
        let at = Instant::now();
        match arrival {
            Arrival::Valid { events, .. } => {
                for event in events {
                    if let Event::Call(event) = event {
                        self.pass(event.call, Told { kind: event.kind, at });
                    }
                }
            }
            Arrival::Wrong | Arrival::Unreadable => self.table(|table| table.wrong += 1),
        }
    }

    fn pass(&self, call: CallId, told: Told) {
        self.table(|table| match table.calls.get_mut(&call) {
            // A call that is told so much more than there is to tell can do without the rest.
            Some(Place::Claimed(route)) => drop(route.try_send(told)),
            Some(Place::Waiting(waiting)) if waiting.len() < WAITING_MAX => waiting.push(told),
            Some(Place::Waiting(_)) => {}
            None => {
                table.calls.insert(call.clone(), Place::Waiting(vec![told]));
                table.unclaimed.push_back(call);
                if table.unclaimed.len() > UNCLAIMED_MAX
                    && let Some(oldest) = table.unclaimed.pop_front()
                    && let Some(Place::Waiting(_)) = table.calls.get(&oldest)
                {
                    table.calls.remove(&oldest);
                }
            }
        });
    }

    fn table<T>(&self, act: impl FnOnce(&mut Table) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Route {
    /// The next one; waits for it. Can be dropped and called again.
    pub(super) async fn next(&mut self) -> Told {
        match self.told.recv().await {
            Some(told) => told,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Route {
    fn drop(&mut self) {
        self.routes.table(|table| table.calls.remove(&self.call));
    }
}

/// Where an app's webhooks come from; they stop coming when this is dropped.
pub(super) struct Source {
    _tasks: Vec<AbortOnDropHandle<()>>,
}

/// Tries of one endpoint that a server has in flight; so many can be fetched at a time.
const FETCHERS: usize = 8;
const FETCH_WAIT: Duration = Duration::from_secs(8);
const FETCH_PAUSE: Duration = Duration::from_secs(1);

impl Source {
    /// Webhooks that the server posts to a callback.
    pub(super) fn posted(mut receiver: Receiver, routes: Arc<Routes>) -> Self {
        let task = async move {
            while let Some(arrival) = receiver.next().await {
                routes.take(arrival);
            }
        };
        Self { _tasks: vec![AbortOnDropHandle::new(tokio::spawn(task))] }
    }

    /// Webhooks that are fetched, where a callback cannot be reached.
    pub(super) fn fetched(admin: &Admin, app: AppId, app_secret: &str, routes: &Arc<Routes>) -> Self {
        let fetch = |_| {
            let fetcher = fetch(admin.clone(), app, app_secret.to_owned(), Arc::clone(routes));
            AbortOnDropHandle::new(tokio::spawn(fetcher))
        };
        Self { _tasks: (0..FETCHERS).map(fetch).collect() }
    }
}

async fn fetch(admin: Admin, app: AppId, app_secret: String, routes: Arc<Routes>) {
    loop {
        let passed = match admin.next_webhook(app, FETCH_WAIT).await {
            Ok(Some(passed)) => passed,
            Ok(None) => continue,
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "webhooks cannot be fetched for the moment");
                tokio::time::sleep(FETCH_PAUSE).await;
                continue;
            }
        };
        let signature = passed.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(SIGNATURE_HEADER));
        let opened = open(&app_secret, signature.map(|(_, value)| value.as_str()), passed.body.as_bytes());
        let (arrival, status) = match opened {
            Ok(events) => (Arrival::Valid { delivery: None, events }, OK),
            Err(_) => (Arrival::Wrong, FORBIDDEN),
        };
        routes.take(arrival);
        if let Err(error) = admin.answer_webhook(app, passed.number, status, "").await {
            tracing::debug!(error = &error as &dyn std::error::Error, "a webhook comes again: it was not acknowledged");
        }
    }
}

const OK: u16 = 200;
const FORBIDDEN: u16 = 403;

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: usize) -> CallId {
        format!("c_{number}").parse().unwrap()
    }

    fn ringing() -> CallEventKind {
        CallEventKind::Ringing { consumer: None }
    }

    fn told() -> Told {
        Told { kind: ringing(), at: Instant::now() }
    }

    #[tokio::test]
    async fn a_webhook_that_is_faster_than_the_answer_is_not_lost() {
        let routes = Arc::new(Routes::default());
        routes.pass(call(1), told());
        let mut route = routes.claim(&call(1));
        routes.pass(call(2), told());
        routes.pass(call(1), Told { kind: CallEventKind::Accepted { consumer: None }, at: Instant::now() });
        assert_eq!(route.next().await.kind, ringing());
        assert_eq!(route.next().await.kind, CallEventKind::Accepted { consumer: None });
        assert!(route.told.try_recv().is_err());
    }

    #[test]
    fn what_nobody_claims_takes_bounded_room() {
        let routes = Arc::new(Routes::default());
        let route = routes.claim(&call(0));
        for number in 0..3 * UNCLAIMED_MAX {
            routes.pass(call(number), told());
        }
        assert_eq!(routes.table(|table| table.calls.len()), UNCLAIMED_MAX + 1);
        drop(route);
        assert_eq!(routes.table(|table| table.calls.len()), UNCLAIMED_MAX);
    }
}
