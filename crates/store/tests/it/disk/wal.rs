use offhook_faulty_disk::scratch;
use offhook_store::{Capacity, Directory as _, NewApp, Sqlite, Upkeep as _};
use rusqlite::Connection;

use super::FILE;
use super::workload::SMALL_WAL;
use crate::conformance::NOW;
use crate::sqlite::as_json;

const MIB: u64 = 1024 * 1024;

/// Writes an app of about so many bytes.
async fn write(store: &Sqlite, number: u64, bytes: u64) {
    let name = "x".repeat(usize::try_from(bytes).unwrap());
    let id = offhook_call::AppId(number);
    let app = NewApp { id, name, secret: "s".into(), require_app_secret_proof: false };
    store.create_app(app, NOW).await.unwrap();
}

#[tokio::test]
async fn the_log_is_written_back_and_used_again() {
    let folder = scratch().unwrap();
    let store = Sqlite::open_with(folder.path().join(FILE), SMALL_WAL, as_json()).unwrap();
    for number in 0..200 {
        write(&store, number, 4000).await;
    }
    let sizes = store.sizes().await.unwrap();
    assert!(sizes.database > 200 * 4000, "{sizes:?}");
    assert!(sizes.wal < 4 * u64::from(SMALL_WAL.wal_pages) * 4096, "{sizes:?}");
}

/// A backup keeps the log from being written back as long as it reads.
#[tokio::test]
async fn a_log_that_had_to_grow_is_given_back() {
    let folder = scratch().unwrap();
    let file = folder.path().join(FILE);
    let store = Sqlite::open_with(&file, Capacity::default(), as_json()).unwrap();
    write(&store, 0, 1000).await;
    let reader = Connection::open(&file).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM apps").unwrap();
    for number in 1..=30 {
        write(&store, number, MIB).await;
    }
    assert!(store.sizes().await.unwrap().wal > 25 * MIB);
    drop(reader);
    for number in 31..=33 {
        write(&store, number, 1000).await;
    }
    let sizes = store.sizes().await.unwrap();
    assert!(sizes.wal <= 16 * MIB, "{sizes:?}");
}
