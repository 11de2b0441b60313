//! Every call of SQLite's to the disk fails once, in every way, and the store tells the truth and goes on.

use std::path::Path;

use offhook_call::{Command, PageId};
use offhook_faulty_disk::{Disk, Fault, Trouble, scratch};
use offhook_store::{
    Attempt, AttemptOutcome, Calls as _, Capacity, ConnectError, Directory as _, Error, Leased, NewPage, Outbox as _,
    Permissions as _, Sqlite, Upkeep as _,
};

use super::world::{Share, World};
use super::{FILE, integrity};
use crate::conformance::{
    ANY, LEASE, LIMITS, NOW, PAGE, PSID, RULES, TERMINATE, accept, after, furnish_subscribed, new_call,
};
use crate::sqlite::as_json;

/// Its log is written back within the workload.
const TINY_WAL: Capacity = Capacity { queue: 16, readers: 1, wal_pages: 12 };

const STEPS: u32 = 9;

/// A store, and what its workload holds between two steps.
struct Subject {
    store: Sqlite,
    leased: Vec<Leased>,
}

impl Subject {
    fn open(folder: &Path) -> Result<Self, Error> {
        Ok(Self { store: Sqlite::open_with(folder.join(FILE), TINY_WAL, as_json())?, leased: Vec::new() })
    }

    /// Does the step of this number, which changes something.
    async fn step(&mut self, number: u32) -> Result<(), Error> {
        let now = after(number.into());
        let command = match number {
            0 => match self.store.connect(new_call(1, PSID), None, now, &LIMITS).await {
                Ok(_) => return Ok(()),
                Err(ConnectError::Store(error)) => return Err(error),
                Err(refused) => panic!("{refused}"),
            },
            1 => {
                self.leased = self.store.lease(now, LEASE, ANY).await?;
                return Ok(());
            }
            2 => return self.record(1).await,
            3 => Command::Ring,
            4 => accept("phone"),
            5 => TERMINATE,
            6 => return self.store.revoke(PAGE, PSID, now).await.map(drop),
            7 => return self.store.create_page(NewPage { id: PageId(7), name: "Seven".into() }, now).await.map(drop),
            _ => return self.store.grant(PAGE, PSID, now).await.map(drop),
        };
        let applied = self.store.apply(new_call(1, PSID).id, command, now, &LIMITS).await?;
        applied.expect("the call exists").expect("the rules allow it");
        Ok(())
    }

    async fn record(&self, status: u16) -> Result<(), Error> {
        let outcome = AttemptOutcome::Delivered;
        let attempt =
            Attempt { at: after(2), took: LEASE, status: Some(status), response: "ok".into(), fault: None, outcome };
        self.store.record(&self.leased[0], attempt, RULES).await.map(drop)
    }

    async fn truth(&self) -> (World, Share) {
        let world = World::read(&self.store).await.unwrap();
        let share = world.share(&self.store, PSID).await.unwrap();
        (world, share)
    }
}

/// Runs the workload against one fault. What fails is repeated after healing. Whether the fault was met at all.
async fn endure(fault: Fault, expected: &(World, Share)) -> bool {
    let folder = scratch().unwrap();
    let disk = Disk::under(folder.path()).unwrap();
    let mut subject = Subject::open(folder.path()).unwrap();
    furnish_subscribed(&subject.store).await;
    let mut before = subject.truth().await;
    disk.fail(fault);
    let mut met = false;
    for number in 0..STEPS {
        if let Err(error) = subject.step(number).await {
            assert!(matches!(error, Error::Disk(_)), "{fault:?}, step {number}: {error:?}");
            assert_eq!(subject.truth().await, before, "{fault:?}: step {number} failed and left something");
            assert!(!subject.store.is_writable());
            if fault.lasting {
                assert!(matches!(subject.step(number).await, Err(Error::Disk(_))), "{fault:?}: it lasts");
                assert_eq!(subject.truth().await, before);
            }
            met |= disk.heal();
            subject.step(number).await.unwrap_or_else(|error| panic!("{fault:?}: step {number} again: {error:?}"));
        }
        before = subject.truth().await;
    }
    met |= disk.heal();
    assert_eq!(before, *expected, "{fault:?}");
    check_platter(&disk, fault, expected).await;
    drop(subject);
    assert_eq!(Subject::open(folder.path()).unwrap().truth().await, *expected, "{fault:?}: opened anew");
    assert_eq!(integrity(&folder.path().join(FILE)), Ok(()), "{fault:?}");
    met
}

/// The power goes right after the last answer.
async fn check_platter(disk: &Disk, fault: Fault, expected: &(World, Share)) {
    let mut cut = disk.power_cut();
    cut.forward_to(cut.end());
    let image = scratch().unwrap();
    cut.write_image(fault.nth, image.path()).unwrap();
    assert_eq!(Subject::open(image.path()).unwrap().truth().await, *expected, "{fault:?}: after a power cut");
}

async fn without_faults() -> (World, Share) {
    let folder = scratch().unwrap();
    let mut subject = Subject::open(folder.path()).unwrap();
    furnish_subscribed(&subject.store).await;
    for number in 0..STEPS {
        subject.step(number).await.unwrap();
    }
    subject.truth().await
}

async fn every_call_may_fail(trouble: Trouble, lasting: bool) {
    let expected = without_faults().await;
    let mut nth = 1;
    while endure(Fault { nth, trouble, lasting }, &expected).await {
        nth += 1;
    }
    assert!(nth > 40, "the workload makes more calls than {nth}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_for_one_call_refuses_one_change() {
    every_call_may_fail(Trouble::Full, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_stays_full_refuses_until_it_has_room() {
    every_call_may_fail(Trouble::Full, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_one_call_refuses_one_change() {
    every_call_may_fail(Trouble::Broken, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_refuses_until_it_is_well() {
    every_call_may_fail(Trouble::Broken, true).await;
}

/// SQLite has written the whole change when its sync fails, and would find it again after a crash.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_as_failed_does_not_come_back_after_a_power_cut() {
    let mut failures = 0;
    for nth in 1..30 {
        let folder = scratch().unwrap();
        let disk = Disk::under(folder.path()).unwrap();
        let mut subject = Subject::open(folder.path()).unwrap();
        furnish_subscribed(&subject.store).await;
        let before = subject.truth().await;
        disk.fail(Fault { nth, trouble: Trouble::Broken, lasting: false });
        if subject.step(0).await.is_ok() {
            break;
        }
        failures += 1;
        let mut cut = disk.power_cut();
        cut.forward_to(cut.end());
        for seed in 0..10 {
            let image = scratch().unwrap();
            cut.write_image(seed, image.path()).unwrap();
            assert_eq!(Subject::open(image.path()).unwrap().truth().await, before, "call {nth}, image {seed}");
        }
    }
    assert!(failures > 3, "{failures} calls of a connect failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_finds_no_file_handle_harms_no_later_one() {
    let folder = scratch().unwrap();
    let disk = Disk::under(folder.path()).unwrap();
    let subject = Subject::open(folder.path()).unwrap();
    disk.fail(Fault { nth: 1, trouble: Trouble::Broken, lasting: true });
    for _ in 0..4 {
        assert!(matches!(subject.store.pages().await, Err(Error::Disk(_))));
    }
    disk.heal();
    assert_eq!(subject.store.pages().await.unwrap(), []);
    assert!(subject.store.is_writable(), "nothing was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_that_fails_leaves_a_file_that_opens() {
    for trouble in [Trouble::Full, Trouble::Broken] {
        for nth in 1.. {
            let folder = scratch().unwrap();
            let disk = Disk::under(folder.path()).unwrap();
            disk.fail(Fault { nth, trouble, lasting: true });
            let opened = Subject::open(folder.path()).map(drop);
            assert!(matches!(opened, Ok(()) | Err(Error::Disk(_))), "call {nth}: {opened:?}");
            let met = disk.heal();
            let subject = Subject::open(folder.path()).unwrap();
            furnish_subscribed(&subject.store).await;
            assert_eq!(subject.store.page(PAGE).await.unwrap().unwrap().created_at, NOW);
            drop(subject);
            assert_eq!(integrity(&folder.path().join(FILE)), Ok(()), "call {nth}");
            if !met {
                break;
            }
        }
    }
}
