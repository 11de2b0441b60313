//! Consumers who are called and a worker who delivers, all at once; each step's moment and what it left are written down.

use futures_util::future::join_all;
use offhook_call::{CallId, Command, Limits, Psid, Time};
use offhook_faulty_disk::{Disk, Moment, PowerCut, scratch};
use offhook_store::{
    Attempt, AttemptOutcome, Calls as _, Capacity, ConnectError, LeaseLimits, Outbox as _, Permissions as _, Sqlite,
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::FILE;
use super::story::{Step, Story, Try};
use super::world::World;
use crate::conformance::{
    ANY, APP, LEASE, LIMITS, PAGE, RULES, TERMINATE, accept, after, consumer, furnish_subscribed, new_call,
};
use crate::sqlite::as_json;

const CONSUMERS: u8 = 8;
const STEPS: u64 = 24;
const ROOMY: Limits = Limits { calls_per_page: 1000, connected_calls_per_day: 1000, ..LIMITS };

/// So small that the log is written back again and again.
pub(super) const SMALL_WAL: Capacity = Capacity { queue: 4096, readers: 2, wal_pages: 24 };

/// A workload that has run: what it was told, and the disk under it.
pub(super) struct Run {
    /// When the directory was complete.
    pub(super) furnished: Moment,
    pub(super) stories: Vec<Story>,
    pub(super) tries: Vec<Try>,
    pub(super) cut: PowerCut,
}

/// `prepare` may spoil the disk before anything is written.
pub(super) async fn run(seed: u64, prepare: impl FnOnce(&Disk)) -> Run {
    let folder = scratch().unwrap();
    let disk = Disk::under(folder.path()).unwrap();
    prepare(&disk);
    let store = Sqlite::open_with(folder.path().join(FILE), SMALL_WAL, as_json()).unwrap();
    furnish_subscribed(&store).await;
    for number in 0..CONSUMERS {
        consumer(&store, psid(number)).await;
    }
    let furnished = disk.moment();
    let consumers = join_all((0..CONSUMERS).map(|number| live(&store, &disk, number, seed)));
    let (stories, tries) = tokio::join!(consumers, deliver(&store, &disk, seed));
    drop(store);
    Run { furnished, stories, tries, cut: disk.power_cut() }
}

fn psid(number: u8) -> Psid {
    Psid(1000 + u64::from(number))
}

async fn live(store: &Sqlite, disk: &Disk, number: u8, seed: u64) -> Story {
    let mut rng = ChaCha8Rng::seed_from_u64(seed * 1000 + u64::from(number));
    let psid = psid(number);
    let mut call = number * (u8::MAX / CONSUMERS);
    let mut steps = Vec::new();
    for time in 0..STEPS {
        let begun = disk.moment();
        let action = rng.random_range(0..9);
        call += u8::from(matches!(action, 2 | 3));
        act(store, action, psid, CallId([call; 32]), call, after(time)).await;
        let acknowledged = disk.moment();
        let then = World::read(store).await.unwrap().share(store, psid).await.unwrap();
        steps.push(Step { begun, acknowledged, then });
    }
    Story { psid, steps }
}

/// Does one thing of many; whether it is refused is the rules' affair.
async fn act(store: &Sqlite, action: u32, psid: Psid, call: CallId, number: u8, now: Time) {
    let command = match action {
        0 => return assert!(store.grant(PAGE, psid, now).await.unwrap().is_some()),
        1 => return assert!(store.revoke(PAGE, psid, now).await.unwrap().is_some()),
        2 | 3 => match store.connect(new_call(number, psid), None, now, &ROOMY).await {
            Ok(_) | Err(ConnectError::Refused(_)) => return,
            Err(ConnectError::Store(error)) => panic!("{error}"),
        },
        4 | 5 => Command::Ring,
        6 | 7 => accept("phone"),
        _ => TERMINATE,
    };
    drop(store.apply(call, command, now, &ROOMY).await.unwrap());
}

/// Leases and records, now and then with a failure that is tried again.
async fn deliver(store: &Sqlite, disk: &Disk, seed: u64) -> Vec<Try> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut tries = Vec::new();
    for time in 0..STEPS * 2 {
        let now = after(time);
        for lease in store.lease(now, LEASE, LeaseLimits { total: 4, ..ANY }).await.unwrap() {
            assert_eq!(lease.app, APP);
            let again = rng.random_ratio(1, 4);
            let outcome = if again { AttemptOutcome::RetryAt(after(time + 1)) } else { AttemptOutcome::Delivered };
            let attempts = lease.attempts + 1;
            let attempt =
                Attempt { at: now, took: LEASE / 9, status: Some(200), response: "ok".into(), fault: None, outcome };
            store.record(&lease, attempt, RULES).await.unwrap();
            tries.push(Try { acknowledged: disk.moment(), delivery: lease.id, attempts, outcome });
        }
        tokio::task::yield_now().await;
    }
    tries
}
