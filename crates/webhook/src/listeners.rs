//! Webhooks for apps that fetch them. A try waits here, as it would for an endpoint's answer, until a listener has fetched it
//! and told what the app answered; leases, schedule, order and attempts are those of any other.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use offhook_call::AppId;
use reqwest::header::HeaderMap;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::time::timeout;

use crate::outbound::{Answer, NoAnswer};

/// Listeners that wait at a time, over all apps.
const WAITING_MAX: usize = 64;

/// How long after its last request a listener still counts as one.
const LISTENS_FOR: Duration = Duration::from_secs(30);

/// Numbers of tries are below it: what JavaScript counts exactly.
const NUMBERS_END: u64 = 1 << 53;

/// Bytes of an answer that are kept.
const ANSWER_MAX: usize = 4096;

/// Where tries and listeners meet. Cheap to clone.
#[derive(Clone)]
pub struct Listeners {
    meeting: Arc<Mutex<Meeting>>,
    came: Arc<Notify>,
    waiting: Arc<Semaphore>,
}

struct Meeting {
    /// In the order in which they were tried; as many as a worker has tries in flight.
    tries: BTreeMap<u64, Try>,
    /// Begins anywhere, so that an answer to the process before is nobody's.
    last_number: u64,
    /// When each app's listener last asked.
    listened: HashMap<AppId, Instant>,
}

struct Try {
    app: AppId,
    /// Taken by the listener that fetches it.
    passed: Option<Passed>,
    answered: oneshot::Sender<Answer>,
}

/// A webhook in a listener's hands.
#[derive(Clone)]
pub struct Passed {
    pub number: u64,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// As many wait as may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many listeners wait for webhooks")]
pub struct Busy;

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}

impl Default for Listeners {
    fn default() -> Self {
        let last_number = rand::random_range(0..NUMBERS_END / 2);
        let meeting = Meeting { tries: BTreeMap::new(), last_number, listened: HashMap::new() };
        let waiting = Arc::new(Semaphore::new(WAITING_MAX));
        Self { meeting: Arc::new(Mutex::new(meeting)), came: Arc::default(), waiting }
    }
}

impl Listeners {
    /// The next webhook of an app that is tried, waited for no longer than `wait`.
    pub async fn next(&self, app: AppId, wait: Duration) -> Result<Option<Passed>, Busy> {
        let _place = self.waiting.try_acquire().map_err(|_| Busy)?;
        self.meeting().listened.insert(app, Instant::now());
        let fetched = async {
            loop {
                let came = self.came.notified();
                if let Some(passed) = self.meeting().fetch(app) {
                    return passed;
                }
                came.await;
            }
        };
        Ok(timeout(wait, fetched).await.ok())
    }

    /// What the app answered. `false`: nobody waits for it any more.
    pub fn answer(&self, app: AppId, number: u64, status: u16, body: &str) -> bool {
        let mut meeting = self.meeting();
        if meeting.tries.get(&number).is_none_or(|one| one.app != app) {
            return false;
        }
        let mut body = body.as_bytes().to_vec();
        body.truncate(ANSWER_MAX);
        let answer = Answer { status, headers: HeaderMap::new(), body };
        meeting.tries.remove(&number).is_some_and(|one| one.answered.send(answer).is_ok())
    }

    /// Tries a webhook.
    pub(crate) async fn ask(
        &self,
        app: AppId,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<Answer, NoAnswer> {
        let (answered, answer) = oneshot::channel();
        let number = {
            let mut meeting = self.meeting();
            if meeting.listened.get(&app).is_none_or(|at| at.elapsed() > LISTENS_FOR) {
                return Err(NoAnswer::NoListener);
            }
            meeting.last_number += 1;
            let number = meeting.last_number;
            meeting.tries.insert(number, Try { app, passed: Some(Passed { number, headers, body }), answered });
            number
        };
        self.came.notify_waiters();
        let answer = timeout(limit, answer).await;
        self.meeting().tries.remove(&number);
        answer.map_err(|_elapsed| NoAnswer::TimedOut(limit))?.map_err(|_dropped| NoAnswer::NoListener)
    }

    fn meeting(&self) -> MutexGuard<'_, Meeting> {
        self.meeting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meeting {
    fn fetch(&mut self, app: AppId) -> Option<Passed> {
        self.tries.values_mut().filter(|one| one.app == app).find_map(|one| one.passed.take())
    }
}
