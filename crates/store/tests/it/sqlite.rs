//! The SQLite backend: the suite, and what a file and a thread add.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use offhook_call::{CallId, CallSettings, PageId, Psid};
use offhook_store::{
    Calls as _, Capacity, ConnectError, Deliveries as _, DeliveryFilter, Directory as _, EndpointHealth,
    Endpoints as _, Error, NewPage, Permissions as _, Render, Sqlite, Subject, Subscriptions as _, ThreadItem,
    Threads as _, Upkeep as _,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::conformance::{APP, LIMITS, NOW, PAGE, PSID, connect, furnish, furnish_subscribed, new_call, run_suite};

run_suite!(open);

pub(crate) struct Opened {
    pub(crate) store: Sqlite,
    pub(crate) folder: TempDir,
}

impl Opened {
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("offhook.db")
    }
}

pub(crate) fn as_json() -> Render {
    Arc::new(|event, compat| Some(serde_json::json!({ "event": event, "compat": compat }).to_string().into_bytes()))
}

pub(crate) fn open() -> Opened {
    open_with(Capacity::default(), as_json())
}

fn open_with(capacity: Capacity, render: Render) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open_with(folder.path().join("offhook.db"), capacity, render).unwrap();
    Opened { store, folder }
}

/// A store whose writer stops in the middle of a connect until it is let go.
fn open_held(queue: usize) -> (Opened, Receiver<()>, Sender<()>) {
    let (reached, at_hold) = channel();
    let (let_go, go) = channel();
    let go = Mutex::new(go);
    let render = move |_owed: &offhook_call::Owed, _compat: &serde_json::Value| {
        reached.send(()).unwrap();
        go.lock().unwrap().recv().unwrap();
        Some(b"{}".to_vec())
    };
    (open_with(Capacity { queue, ..Capacity::default() }, Arc::new(render)), at_hold, let_go)
}

fn page(number: u64) -> NewPage {
    NewPage { id: PageId(number), name: "Shop".into() }
}

#[tokio::test]
async fn reopening_keeps_everything() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    let call = connect(&opened.store, 1, PSID).await;
    let owed = opened.store.deliveries(DeliveryFilter::default(), 10).await.unwrap();
    let file = opened.file();
    drop(opened.store);
    let store = Sqlite::open(file, as_json()).unwrap();
    assert_eq!(store.live_calls().await.unwrap(), [call]);
    assert_eq!(store.deliveries(DeliveryFilter::default(), 10).await.unwrap(), owed);
    assert!(store.permission(PAGE, PSID).await.unwrap().is_some());
    assert!(store.app_subscription(APP).await.unwrap().is_some_and(|callback| callback.active));
}

#[tokio::test]
async fn a_damaged_column_is_named() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    let call = connect(&opened.store, 1, PSID).await;
    let damage = |sql| Connection::open(opened.file()).unwrap().execute(sql, []).unwrap();

    damage("UPDATE calls SET state = '{'");
    let error = opened.store.call(call.id).await.unwrap_err();
    assert_eq!(error.to_string(), format!("row {} of calls: column state is not readable", call.id));
    damage("UPDATE calls SET state = '\"Dialing\"', direction = 'sideways'");
    let error = opened.store.live_calls().await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { table: "calls", column: "direction", .. }), "{error:?}");
    damage("UPDATE app_subscriptions SET fields = 'calls'");
    let error = opened.store.app_subscription(APP).await.unwrap_err();
    assert_eq!(error.to_string(), "row 31 of app_subscriptions: column fields is not readable");
    damage("UPDATE deliveries SET body = x'ff'");
    let error = opened.store.deliveries(DeliveryFilter::default(), 1).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { table: "deliveries", column: "body", .. }), "{error:?}");
}

/// As the first release wrote it: one app, one Page, and a call that has ended.
#[tokio::test]
async fn a_file_of_the_first_version_opens_with_all_that_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("offhook.db");
    let first = Connection::open(&file).unwrap();
    first.execute_batch(include_str!("../../src/sqlite/migrations/0001_start.sql")).unwrap();
    first.execute_batch("INSERT INTO apps VALUES (31, 'desk', 's3cret', 0, 1790000000000)").unwrap();
    first.execute_batch(FIRST_VERSION_CALL).unwrap();
    first.pragma_update(None, "user_version", 1).unwrap();
    drop(first);
    let store = Sqlite::open(&file, as_json()).unwrap();
    let app = store.app(APP).await.unwrap().unwrap();
    assert_eq!((&*app.name, &*app.secret, app.created_at), ("desk", "s3cret", NOW));
    assert_eq!(app.compat, serde_json::json!({}));
    assert_eq!(store.page(PAGE).await.unwrap().unwrap().settings, CallSettings::default());
    let kept = store.deliveries(DeliveryFilter::default(), 10).await.unwrap();
    assert_eq!((kept[0].id.0, kept[0].subject), (9, Subject::Call(CallId([1; 32]))));
    assert_eq!(kept[0].last_status, Some(500), "its attempts are kept");
    let endpoint = &store.endpoints().await.unwrap()[0];
    assert_eq!((endpoint.health, endpoint.since), (EndpointHealth::Gone, NOW), "it had answered 410");
    let thread = store.thread(PAGE, PSID, 10).await.unwrap();
    let ThreadItem::Call(call) = &thread[0] else { panic!("{thread:?}") };
    assert_eq!(call.ended_at(), Some(NOW));
}

/// A Page, a consumer, a call that has ended, and a webhook of it that was tried once.
const FIRST_VERSION_CALL: &str = r#"
    INSERT INTO pages VALUES (1044, 'Shop', 1, 1790000000000);
    INSERT INTO consumers VALUES (1044, 77, 'Ada', 1790000000000);
    INSERT INTO calls VALUES ('c_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE', 1044, 77, 31, 'business_initiated',
        1790000000000, 0, 'v=0', '{"Ended":{"at":1790000000000,"reason":"no_answer","connected_at":null}}', 0, NULL);
    INSERT INTO deliveries VALUES (9, 31, 1044, 'c_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE', x'7b7d', 0,
        1790000000000, 'pending', 1, 1790000000000, NULL);
    INSERT INTO attempts VALUES (9, 1, 1790000000000, 5, 500, 'no');
    INSERT INTO app_subscriptions VALUES (31, 'https://desk.example/', 'v', '["calls"]', 0, 1790000000000);
"#;

/// A file as the first version left it: a call that rings, with a webhook, and one that is over, of the largest ids.
fn file_of_the_first_version() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(folder.path().join("offhook.db")).unwrap();
    database.execute_batch(include_str!("../../src/sqlite/migrations/0001_start.sql")).unwrap();
    let rows = format!(
        "INSERT INTO apps VALUES (31, 'desk', 's', 0, 1), (-1, 'large', 's', 0, 1);
        INSERT INTO pages VALUES (1044, 'Shop', 1, 1);
        INSERT INTO consumers VALUES (1044, 77, 'Ada', 1);
        INSERT INTO calls VALUES
            ('{}', 1044, 77, -1, 'business_initiated', 5, 1, 'v=0', '{{\"Ended\":{{\"at\":9,\"reason\":\"no_answer\",\"connected_at\":null}}}}', 0, NULL),
            ('{}', 1044, 77, 31, 'business_initiated', 6, 0, 'v=0', '\"Dialing\"', 1, NULL);
        INSERT INTO idempotency_keys VALUES (31, 'k', '{}', 'v=0', 6);
        INSERT INTO deliveries VALUES (1, 31, 1044, '{}', x'7b7d', 0, 6, 'pending', 0, 6, NULL);",
        CallId([1; 32]), CallId([2; 32]), CallId([2; 32]), CallId([2; 32]),
    );
    database.execute_batch(&rows).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    folder
}

#[tokio::test]
async fn a_file_of_the_first_version_opens_and_keeps_its_calls() {
    let folder = file_of_the_first_version();
    let file = folder.path().join("offhook.db");
    let store = Sqlite::open(&file, as_json()).unwrap();
    let calls = store.recent_calls(None, None, 10).await.unwrap();
    let owners: Vec<_> = calls.iter().map(|call| (call.id, call.app(), call.rung().to_vec())).collect();
    let (desk, large) = (offhook_call::AppId(31), offhook_call::AppId(u64::MAX));
    let expected = [(CallId([2; 32]), Some(desk), vec![desk]), (CallId([1; 32]), Some(large), vec![large])];
    assert_eq!(owners, expected);
    assert_eq!(store.live_call_of(PageId(1044), Psid(77)).await.unwrap().unwrap().id, CallId([2; 32]));
    assert_eq!(store.deliveries(DeliveryFilter::default(), 10).await.unwrap().len(), 1);
    let ended = store.apply(CallId([2; 32]), offhook_call::Command::Terminate { app: desk }, NOW, &LIMITS).await;
    assert!(ended.unwrap().unwrap().is_ok());
    drop(store);
    assert!(Sqlite::open(&file, as_json()).is_ok(), "the steps are done once");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let opened = open();
    let file = opened.file();
    drop(opened.store);
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Sqlite::open(&file, as_json()), Err(Error::Backend(_))));
}

#[tokio::test]
async fn a_change_that_panics_fails_alone_and_leaves_nothing() {
    let opened = open_with(Capacity::default(), Arc::new(|_, _| panic!("a bug in the renderer")));
    let store = &opened.store;
    furnish_subscribed(store).await;
    let (panicked, other) =
        tokio::join!(store.connect(new_call(1, PSID), None, NOW, &LIMITS), store.create_page(page(2), NOW));
    assert!(matches!(panicked, Err(ConnectError::Store(Error::Backend(_)))), "{panicked:?}");
    other.unwrap();
    store.create_page(page(3), NOW).await.unwrap();
    assert_eq!(store.call(CallId([1; 32])).await.unwrap(), None);
    assert_eq!(store.pages().await.unwrap().len(), 3);
    assert!(store.is_writable(), "a bug is not the disk's fault");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses() {
    let (opened, at_hold, let_go) = open_held(1);
    furnish_subscribed(&opened.store).await;
    let store = &opened.store;
    let meanwhile = async {
        tokio::task::block_in_place(|| at_hold.recv().unwrap());
        let (waiting, refused) = tokio::join!(store.create_page(page(2), NOW), async {
            let refused = store.create_page(page(3), NOW).await;
            let_go.send(()).unwrap();
            refused
        });
        waiting.unwrap();
        assert!(matches!(refused, Err(Error::Unavailable)), "{refused:?}");
    };
    let (connected, ()) = tokio::join!(store.connect(new_call(1, PSID), None, NOW, &LIMITS), meanwhile);
    connected.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_change_does_not_hurt_its_group() {
    let (opened, at_hold, let_go) = open_held(16);
    furnish_subscribed(&opened.store).await;
    let store = &opened.store;
    let grouped = async {
        tokio::task::block_in_place(|| at_hold.recv().unwrap());
        let (first, again, other, ()) = tokio::join!(
            store.create_page(page(2), NOW),
            store.create_page(page(2), NOW),
            store.create_page(page(3), NOW),
            async { let_go.send(()).unwrap() }
        );
        first.unwrap();
        assert!(matches!(again, Err(Error::Backend(_))), "{again:?}");
        other.unwrap();
    };
    let (connected, ()) = tokio::join!(store.connect(new_call(1, PSID), None, NOW, &LIMITS), grouped);
    connected.unwrap();
    assert_eq!(store.pages().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_change_that_fails_half_way_leaves_nothing() {
    let opened = open();
    furnish_subscribed(&opened.store).await;
    let damage = "UPDATE page_subscriptions SET fields = '['";
    Connection::open(opened.file()).unwrap().execute(damage, []).unwrap();
    let failed = opened.store.connect(new_call(1, PSID), None, NOW, &LIMITS).await;
    let error = Error::Corrupt { table: "page_subscriptions", key: "31".into(), column: "fields" };
    assert_eq!(failed.unwrap_err().to_string(), error.to_string());
    assert_eq!(opened.store.call(CallId([1; 32])).await.unwrap(), None);
}

#[tokio::test]
async fn a_consumer_in_two_calls_is_refused_by_the_index_too() {
    let opened = open();
    furnish(&opened.store).await;
    connect(&opened.store, 1, PSID).await;
    let connection = Connection::open(opened.file()).unwrap();
    let sql = "INSERT INTO calls SELECT 'c_x', page, psid, app, rung, direction, created_at, version, state, live,
        connected_at, ended_at, desk FROM calls";
    assert!(connection.execute(sql, []).unwrap_err().to_string().contains("UNIQUE constraint failed"));
    assert_eq!(opened.store.live_call_of(PAGE, Psid(77)).await.unwrap().unwrap().id, CallId([1; 32]));
}
