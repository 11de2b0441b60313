use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use offhook_call::PageId;
use offhook_faulty_disk::{Disk, Fault, Trouble, scratch};
use offhook_store::{Calls as _, Capacity, ConnectError, Directory as _, Error, NewPage, Sqlite};

use super::FILE;
use crate::conformance::{LIMITS, NOW, PSID, furnish_subscribed, new_call};

/// More than SQLite's page cache holds, so that it is written before the commit.
const LARGE: usize = 8 * 1024 * 1024;

/// When the disk fails in the middle of a statement, SQLite rolls the whole transaction back. What comes after it in the
/// group must not commit by itself, to be answered as failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_sqlite_rolls_back_takes_the_rest_of_its_group_along() {
    let folder = scratch().unwrap();
    let disk = Disk::under(folder.path()).unwrap();
    let (reached, at_hold) = channel();
    let (let_go, go) = channel::<()>();
    let go = Mutex::new(go);
    let render = Arc::new(move |_: &_, _: &_| {
        reached.send(()).unwrap();
        go.lock().unwrap().recv().unwrap();
        Some(vec![b'x'; LARGE])
    });
    let store = Sqlite::open_with(folder.path().join(FILE), Capacity::default(), render).unwrap();
    furnish_subscribed(&store).await;
    let page = |number| NewPage { id: PageId(number), name: "Shop".into() };
    let meanwhile = async {
        // The first change is held alone; the second, which fails, and the third form a group behind it.
        tokio::task::block_in_place(|| at_hold.recv().unwrap());
        let first_ends = async {
            let_go.send(()).unwrap();
            tokio::task::block_in_place(|| at_hold.recv().unwrap());
            disk.fail(Fault { nth: 1, trouble: Trouble::Broken, lasting: false });
            let_go.send(()).unwrap();
        };
        let second = store.connect(new_call(2, offhook_call::Psid(78)), None, NOW, &LIMITS);
        let (failed, beside, ()) = tokio::join!(second, store.create_page(page(2), NOW), first_ends);
        assert!(matches!(failed, Err(ConnectError::Store(Error::Disk(_)))), "{failed:?}");
        assert!(matches!(beside, Err(Error::Disk(_))), "{beside:?}");
    };
    crate::conformance::consumer(&store, offhook_call::Psid(78)).await;
    let (first, ()) = tokio::join!(store.connect(new_call(1, PSID), None, NOW, &LIMITS), meanwhile);
    first.unwrap();
    assert_eq!(store.pages().await.unwrap().len(), 1, "the page that was refused is not there");
    store.create_page(page(2), NOW).await.unwrap();
}
