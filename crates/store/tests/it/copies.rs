//! Backups, checks and what a database is replaced by.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use offhook_call::{CallId, PageId, Time};
use offhook_store::{
    Calls as _, Directory as _, LastCheck, NewPage, SetAsideError, Sqlite, Upkeep as _, check, copy, note_check,
    set_aside,
};
use rusqlite::Connection;

use crate::conformance::{NOW, PSID, connect, furnish_subscribed};
use crate::sqlite::{Opened, as_json, open};

fn page(number: u64) -> NewPage {
    NewPage { id: PageId(number), name: "Shop".into() }
}

fn beside(opened: &Opened, name: &str) -> PathBuf {
    opened.file().with_file_name(name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_under_load_is_whole_and_has_all_that_was_acknowledged_before() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    connect(&opened.store, 1, PSID).await;
    let done = AtomicBool::new(false);
    let load = async {
        let mut pages = 0;
        while !done.load(Ordering::Relaxed) {
            pages += 1;
            opened.store.create_page(page(5000 + pages), NOW).await.unwrap();
        }
    };
    let copies = async {
        for number in 1..=20 {
            let acknowledged = opened.store.pages().await.unwrap();
            let (file, to) = (opened.file(), beside(&opened, &format!("copy-{number}.db")));
            let copied = to.clone();
            tokio::task::spawn_blocking(move || copy(&file, &copied)).await.unwrap().unwrap();
            assert_eq!(check(&to).unwrap().faults, Vec::<String>::new());
            assert!(!to.with_file_name(format!("copy-{number}.db-wal")).exists(), "it is one file");
            let store = Sqlite::open(&to, as_json()).unwrap();
            let found = store.pages().await.unwrap();
            assert!(acknowledged.iter().all(|page| found.contains(page)), "copy {number}");
            assert!(store.call(CallId([1; 32])).await.unwrap().is_some());
        }
        done.store(true, Ordering::Relaxed);
    };
    tokio::join!(load, copies);
}

#[tokio::test]
async fn a_check_names_what_is_damaged() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    connect(&opened.store, 1, PSID).await;
    let file = opened.file();
    let sound = check(&file).unwrap();
    assert_eq!((sound.faults.len(), sound.counts.unwrap().live_calls), (0, 1));
    let db = Connection::open(&file).unwrap();
    db.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM apps").unwrap();
    let dangling = check(&file).unwrap();
    assert!(dangling.faults.iter().any(|fault| fault.contains("deliveries refers to none of apps")), "{dangling:?}");
    db.pragma_update(None, "user_version", 99).unwrap();
    assert!(check(&file).unwrap().faults[0].contains("version 99"));
    assert!(check(&beside(&opened, "no.db")).is_err());
}

#[tokio::test]
async fn bytes_that_rotted_are_found() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    let rotten = beside(&opened, "rotten.db");
    copy(&opened.file(), &rotten).unwrap();
    let mut bytes = std::fs::read(&rotten).unwrap();
    // The second page on: the first has the schema.
    bytes[4096 * 2..4096 * 4].fill(0x55);
    std::fs::write(&rotten, bytes).unwrap();
    assert!(!check(&rotten).unwrap().faults.is_empty());
    std::fs::write(&rotten, "no database at all").unwrap();
    assert!(check(&rotten).is_err());
}

#[tokio::test]
async fn the_last_check_is_told() {
    let opened = open();
    let checked = check(&opened.file()).unwrap();
    note_check(&opened.file(), &checked, Time(5)).unwrap();
    let inventory = opened.store.inventory().await.unwrap();
    assert_eq!(inventory.last_check, Some(LastCheck { at: Time(5), faults: 0 }));
}

#[tokio::test]
async fn a_database_in_use_is_not_set_aside() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    let (file, aside) = (opened.file(), beside(&opened, "aside.db"));
    assert!(matches!(set_aside(&file, &aside), Err(SetAsideError::InUse)));
    opened.store.create_page(page(7), NOW).await.unwrap();
    let Opened { store, folder } = opened;
    drop(store);
    set_aside(&file, &aside).unwrap();
    assert_eq!(Sqlite::open(&aside, as_json()).unwrap().pages().await.unwrap().len(), 2);
    assert!(names(folder.path()).iter().all(|name| !name.starts_with("offhook.db-")), "no log stays");
}

/// A process that was killed leaves a log, which belongs to the old database and not to its successor.
#[tokio::test]
async fn a_log_that_was_left_behind_goes_with_its_database() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    let crashed = tempfile::tempdir().unwrap();
    for name in ["offhook.db", "offhook.db-wal"] {
        std::fs::copy(opened.folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let (file, aside) = (crashed.path().join("offhook.db"), crashed.path().join("aside.db"));
    let backup = crashed.path().join("backup.db");
    copy(&file, &backup).unwrap();
    assert_eq!(Sqlite::open(&backup, as_json()).unwrap().pages().await.unwrap().len(), 1, "a backup reads it");
    set_aside(&file, &aside).unwrap();
    assert_eq!(Sqlite::open(&aside, as_json()).unwrap().pages().await.unwrap().len(), 1);
    assert!(!crashed.path().join("offhook.db-wal").exists());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
