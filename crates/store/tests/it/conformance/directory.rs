use offhook_call::{AppId, CallSettings, PageId, Psid, WebOrigin};
use offhook_store::{
    App, AppChange, ConsumerFilter, ConsumerToken, NewApp, NewConsumer, NewPage, Page, PageChange, PageToken, Store,
    TokenHash,
};
use serde_json::json;

use super::{APP, NOW, PAGE, PSID, after, furnish};

fn page_token(text: &str) -> PageToken {
    PageToken {
        hash: TokenHash::of(text),
        app: APP,
        page: PAGE,
        pages_messaging: true,
        expires_at: Some(after(5)),
        revoked_at: None,
    }
}

pub(crate) async fn apps_are_kept(store: &dyn Store) {
    let new = |id, name: &str| NewApp { id, name: name.into(), secret: "s".into(), require_app_secret_proof: true };
    let first = store.create_app(new(APP, "desk"), NOW).await.unwrap();
    let second = store.create_app(new(AppId(2), "other"), after(1)).await.unwrap();
    assert_eq!((&*first.name, &*first.secret, first.require_app_secret_proof), ("desk", "s", true));
    assert_eq!(store.app(APP).await.unwrap(), Some(first.clone()));
    assert_eq!(store.app(AppId(9)).await.unwrap(), None);
    assert_eq!(store.apps().await.unwrap(), [first, second]);
    store.create_app(new(APP, "again"), NOW).await.unwrap_err();
}

pub(crate) async fn an_app_is_changed_and_keeps_the_rest(store: &dyn Store) {
    furnish(store).await;
    let before = store.app(APP).await.unwrap().unwrap();
    assert_eq!(before.compat, json!({}));
    let compat = |patch| AppChange { compat: Some(patch), ..AppChange::default() };
    store.change_app(APP, compat(json!({ "a": "x", "b": "y" }))).await.unwrap().unwrap();
    let after = store.change_app(APP, compat(json!({ "a": null, "c": "z" }))).await.unwrap().unwrap();
    assert_eq!(after, App { compat: json!({ "b": "y", "c": "z" }), ..before.clone() });
    let proof = AppChange { require_app_secret_proof: Some(true), ..AppChange::default() };
    let after = store.change_app(APP, proof).await.unwrap().unwrap();
    assert_eq!(after, App { compat: json!({ "b": "y", "c": "z" }), require_app_secret_proof: true, ..before });
    assert_eq!(store.app(APP).await.unwrap(), Some(after));
    assert_eq!(store.change_app(AppId(9), AppChange::default()).await.unwrap(), None);
}

pub(crate) async fn a_rotation_keeps_the_secret_before_it(store: &dyn Store) {
    furnish(store).await;
    let rotate = async |secret: &str, until| store.rotate_secret(APP, secret.into(), until).await.unwrap().unwrap();
    let good = |app: &App, now| app.secrets(now).map(str::to_owned).collect::<Vec<_>>();
    let once = rotate("second", after(60)).await;
    assert_eq!(store.app(APP).await.unwrap(), Some(once.clone()));
    assert_eq!(good(&once, after(59)), ["second", "s3cret"]);
    assert_eq!(good(&once, after(60)), ["second"]);
    assert_eq!(rotate("second", after(90)).await, once, "a repeated request changes nothing");
    let twice = rotate("third", after(90)).await;
    assert_eq!(good(&twice, after(30)), ["third", "second"], "the first is dropped at once");
    assert!(!format!("{twice:?}").contains("third") && !format!("{twice:?}").contains("second"));
    assert_eq!(store.rotate_secret(AppId(9), "other".into(), NOW).await.unwrap(), None);
}

pub(crate) async fn pages_are_kept(store: &dyn Store) {
    let page = store.create_page(NewPage { id: PAGE, name: "Shop".into() }, NOW).await.unwrap();
    assert_eq!(page.settings, CallSettings::default());
    assert_eq!(store.page(PAGE).await.unwrap(), Some(page.clone()));
    assert_eq!(store.page(PageId(9)).await.unwrap(), None);
    assert_eq!(store.pages().await.unwrap(), [page]);
}

pub(crate) async fn a_page_is_changed_and_keeps_the_rest(store: &dyn Store) {
    furnish(store).await;
    let before = store.page(PAGE).await.unwrap().unwrap();
    assert_eq!(before.embed_origins, []);
    let sites = vec![WebOrigin::try_from("https://shop.example".to_owned()).unwrap()];
    let change = PageChange { embed_origins: Some(sites.clone()) };
    let after = store.change_page(PAGE, change.clone()).await.unwrap().unwrap();
    assert_eq!(after, Page { embed_origins: sites, ..before });
    assert_eq!(store.change_page(PAGE, PageChange::default()).await.unwrap(), Some(after.clone()));
    assert_eq!(store.page(PAGE).await.unwrap(), Some(after));
    assert_eq!(store.change_page(PageId(9), change).await.unwrap(), None);
}

pub(crate) async fn page_tokens_are_kept(store: &dyn Store) {
    furnish(store).await;
    let token = page_token("one");
    assert!(store.create_page_token(token, NOW).await.unwrap());
    assert_eq!(store.page_token(TokenHash::of("one")).await.unwrap(), Some(token));
    assert_eq!(store.page_token(TokenHash::of("two")).await.unwrap(), None);
    assert_eq!(store.page_tokens(PAGE).await.unwrap(), [token]);
    assert!(!store.create_page_token(PageToken { app: AppId(9), ..page_token("two") }, NOW).await.unwrap());
    assert!(!store.create_page_token(PageToken { page: PageId(9), ..page_token("two") }, NOW).await.unwrap());
}

pub(crate) async fn a_revoked_token_says_since_when(store: &dyn Store) {
    furnish(store).await;
    store.create_page_token(page_token("one"), NOW).await.unwrap();
    let hash = TokenHash::of("one");
    assert!(store.revoke_page_token(hash, after(1)).await.unwrap());
    assert!(store.revoke_page_token(hash, after(2)).await.unwrap());
    assert_eq!(store.page_token(hash).await.unwrap().unwrap().revoked_at, Some(after(1)));
    assert!(!store.revoke_page_token(TokenHash::of("two"), NOW).await.unwrap());
}

pub(crate) async fn consumers_are_kept(store: &dyn Store) {
    store.create_page(NewPage { id: PAGE, name: "Shop".into() }, NOW).await.unwrap();
    let new = |page| NewConsumer { page, psid: PSID, name: "Ada".into() };
    let consumer = store.create_consumer(new(PAGE), NOW).await.unwrap().unwrap();
    assert_eq!(&*consumer.name, "Ada");
    assert_eq!(store.consumer(PAGE, PSID).await.unwrap(), Some(consumer.clone()));
    assert_eq!(store.consumer(PAGE, Psid(9)).await.unwrap(), None);
    assert_eq!(store.create_consumer(new(PageId(9)), NOW).await.unwrap(), None);
}

pub(crate) async fn consumers_are_found_piece_by_piece(store: &dyn Store) {
    for page in [PAGE, PageId(9)] {
        store.create_page(NewPage { id: page, name: "Shop".into() }, NOW).await.unwrap();
    }
    // Two of them at the same moment: a piece may end between them.
    for (psid, name, at) in [(31, "Ada", 1), (32, "Bea", 2), (33, "ÉMILE", 2), (34, "Émilie", 3)] {
        let new = NewConsumer { page: PAGE, psid: Psid(psid), name: name.into() };
        store.create_consumer(new, after(at)).await.unwrap().unwrap();
    }
    let stranger = NewConsumer { page: PageId(9), psid: Psid(35), name: "Ada".into() };
    store.create_consumer(stranger, NOW).await.unwrap().unwrap();
    let found = async |text: &str, before: Option<u64>, limit| {
        let wanted = ConsumerFilter { page: PAGE, text: text.into(), before: before.map(Psid) };
        let found = store.consumers(wanted, limit).await.unwrap();
        found.map(|found| found.into_iter().map(|consumer| consumer.psid.0).collect::<Vec<_>>())
    };
    assert_eq!(found("", None, 9).await, Some(vec![34, 33, 32, 31]));
    assert_eq!(found("", None, 2).await, Some(vec![34, 33]));
    assert_eq!(found("", Some(33), 1).await, Some(vec![32]));
    assert_eq!(found("", Some(31), 9).await, Some(vec![]));
    assert_eq!(found("", Some(35), 9).await, None);
    assert_eq!(found(" émil", None, 9).await, Some(vec![34, 33]));
    assert_eq!(found("ÉMIL", Some(34), 9).await, Some(vec![33]));
    assert_eq!(found("32", None, 9).await, Some(vec![32]));
}

pub(crate) async fn consumer_tokens_are_kept(store: &dyn Store) {
    furnish(store).await;
    let token = ConsumerToken { hash: TokenHash::of("c"), page: PAGE, psid: PSID, expires_at: after(9) };
    assert!(store.create_consumer_token(token, NOW).await.unwrap());
    assert_eq!(store.consumer_token(token.hash).await.unwrap(), Some(token));
    assert_eq!(store.consumer_token(TokenHash::of("d")).await.unwrap(), None);
    let stranger = ConsumerToken { hash: TokenHash::of("d"), psid: Psid(9), ..token };
    assert!(!store.create_consumer_token(stranger, NOW).await.unwrap());
}

pub(crate) async fn the_largest_ids_are_kept(store: &dyn Store) {
    let page = PageId(u64::MAX);
    store.create_page(NewPage { id: page, name: "Shop".into() }, NOW).await.unwrap();
    let psid = Psid(u64::MAX - 1);
    store.create_consumer(NewConsumer { page, psid, name: "Ada".into() }, NOW).await.unwrap().unwrap();
    assert_eq!(store.consumer(page, psid).await.unwrap().unwrap().psid, psid);
}
