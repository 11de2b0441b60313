//! Every principal asks for every object of every route.

use serde_json::Value;

use super::stage::{self, Stage};
use super::table::{Object, Row, SERVED, Table};
use crate::support::Reply;

#[tokio::test]
async fn every_route_serves_whom_the_table_says() {
    let table = Table::load();
    let mut breaches = Vec::new();
    for row in &table.route {
        let (method, path) = operation(&row.name);
        for (object, cell) in row.cells() {
            let refusing = Stage::set(row, object).await;
            for (principal, result) in &table.audience[&row.audience] {
                if is_its_own(row, object, principal) {
                    continue;
                }
                let reply = if result == SERVED {
                    ask(&Stage::set(row, object).await, row, object, (&method, &path), principal).await
                } else {
                    ask(&refusing, row, object, (&method, &path), principal).await
                };
                let expected = if result == SERVED { cell } else { result };
                let given = stage::result(&reply);
                if given != expected {
                    breaches.push(format!("{} as {principal}, {object:?}: {given}, not {expected}", row.title()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// What is foreign to Page A is Page B's own.
fn is_its_own(row: &Row, object: Object, principal: &str) -> bool {
    principal == "page_b" && row.about == "page" && object == Object::Foreign
}

#[tokio::test]
async fn what_is_not_yours_looks_as_if_it_were_not_there() {
    let table = Table::load();
    // What the operator may see is nobody else's.
    let hidden = |row: &&Row| row.foreign.as_ref().is_some_and(|foreign| *foreign != row.own);
    for row in table.route.iter().filter(hidden).filter(|row| row.foreign == row.missing) {
        let (method, path) = operation(&row.name);
        let admitted = table.audience[&row.audience].iter().filter(|(_, result)| *result == SERVED);
        for (principal, _) in admitted {
            let mut replies = Vec::new();
            for object in [Object::Foreign, Object::Missing] {
                let stage = Stage::set(row, object).await;
                let reply = ask(&stage, row, object, (&method, &path), principal).await;
                replies.push((reply.status, reply.headers.keys().cloned().collect::<Vec<_>>(), untraced(&reply)));
            }
            assert_eq!(replies[0], replies[1], "{} as {principal}", row.title());
        }
    }
}

async fn ask(stage: &Stage, row: &Row, object: Object, (method, path): (&str, &str), principal: &str) -> Reply {
    let query = if row.query.is_empty() { String::new() } else { format!("?{}", row.query) };
    let path = stage.filled(&format!("{path}{query}"), &row.about, object);
    let body = if row.body.is_null() { String::new() } else { stage.filled(&row.body.to_string(), &row.about, object) };
    stage.ask(method, &path, stage.token(principal), &body).await
}

fn untraced(reply: &Reply) -> Value {
    let mut body = reply.body.clone();
    if let Some(error) = body.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("fbtrace_id");
    }
    body
}

/// Method and path of an operation of openapi.json; Graph's node is the Page, or the app where an app is asked about.
fn operation(id: &str) -> (String, String) {
    let described: Value = serde_json::from_str(&offhook_http::openapi()).unwrap();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["operationId"] == id {
                let is_about_an_app = operation["security"].to_string().contains("app_token");
                let node = if is_about_an_app { "{app}" } else { "{page}" };
                return (method.clone(), path.replace("{node}", node));
            }
        }
    }
    panic!("no operation has the id {id}")
}
