use offhook_call::{AppId, PageId, Psid};
use offhook_client::admin::{Admin, Error};
use serde_json::json;

use crate::scripted::{Asked, Scripted};

#[tokio::test]
async fn a_page_that_can_call_is_set_up_in_six_requests() {
    let server = Scripted::start(|asked: Asked| async move {
        match asked.uri.rsplit('/').next().unwrap() {
            "apps" => (201, json!({ "id": "3", "name": "demo", "secret": "s3cret" })),
            "pages" => (201, json!({ "id": "1044000000001", "name": "shop" })),
            "consumers" => (201, json!({ "psid": "7700000000002", "name": "Ada" })),
            "permission" => (200, json!({ "expires_at": 1 })),
            _ => (201, json!({ "token": "t0ken", "expires_at": null })),
        }
    })
    .await;
    let admin = Admin::new(server.url.clone(), "admin").unwrap();
    let app = admin.create_app("demo").await.unwrap();
    let page = admin.create_page("shop").await.unwrap();
    let consumer = admin.create_consumer(page, "Ada").await.unwrap();
    assert_eq!(
        (app.id, app.secret.as_str(), page, consumer),
        (AppId(3), "s3cret", PageId(1044000000001), Psid(7700000000002))
    );
    assert_eq!(admin.create_page_token(page, app.id).await.unwrap(), "t0ken");
    assert_eq!(admin.create_consumer_token(page, consumer).await.unwrap(), "t0ken");
    admin.grant(page, consumer).await.unwrap();

    let asked = server.asked();
    let told: Vec<_> = asked.iter().map(|asked| (asked.uri.as_str(), asked.json())).collect();
    let page_path = "/offhook/v1/pages/1044000000001";
    let expected = [
        ("/offhook/v1/apps", json!({ "name": "demo" })),
        ("/offhook/v1/pages", json!({ "name": "shop" })),
        (&format!("{page_path}/consumers"), json!({ "name": "Ada" })),
        (&format!("{page_path}/tokens"), json!({ "app_id": "3" })),
        (&format!("{page_path}/consumers/7700000000002/tokens"), json!({})),
        (&format!("{page_path}/consumers/7700000000002/permission"), json!({})),
    ];
    assert_eq!(told, expected);
    assert!(asked.iter().all(|asked| asked.method == "POST" && asked.authorization == "Bearer admin"));
}

#[tokio::test]
async fn permission_is_revoked_where_it_was_granted() {
    let server = Scripted::always(200, json!({ "expires_at": 1 })).await;
    let admin = Admin::new(server.url.clone(), "admin").unwrap();
    admin.revoke(PageId(1044000000001), Psid(7700000000002)).await.unwrap();
    let asked = &server.asked()[0];
    let path = "/offhook/v1/pages/1044000000001/consumers/7700000000002/permission";
    assert_eq!((asked.method.as_str(), asked.uri.as_str()), ("DELETE", path));
}

#[tokio::test]
async fn a_refusal_says_why() {
    let refusal = json!({ "error": { "name": "not_found", "detail": "There is no such Page." } });
    let server = Scripted::always(404, refusal).await;
    let admin = Admin::new(server.url, "admin").unwrap();
    let error = admin.create_consumer(PageId(1), "Ada").await.unwrap_err();
    assert!(matches!(&error, Error::Refused { status, refusal, .. } if *status == 404 && refusal.name == "not_found"));
    assert_eq!(error.to_string(), "refused with 404 Not Found: There is no such Page.");
}
