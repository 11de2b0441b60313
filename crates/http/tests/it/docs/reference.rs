//! The API's reference beside the description that it is made from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::html::{attributes, words};
use super::site::text;
use crate::support::World;

async fn page(world: &World, name: &str) -> String {
    text(&world.get(&format!("/docs/reference-{name}"), "").await)
}

/// All methods of all paths.
fn operations(description: &Value) -> Vec<(&str, &Value)> {
    let items = description["paths"].as_object().unwrap().iter();
    let all =
        items.flat_map(|(path, item)| item.as_object().unwrap().values().map(move |value| (path.as_str(), value)));
    all.filter(|(_, value)| value["operationId"].is_string()).collect()
}

#[tokio::test]
async fn every_operation_has_a_place_with_its_parameters_errors_and_examples() {
    let world = World::new().await;
    let description = world.get("/openapi.json", "").await.ok();
    let pages = [page(&world, "graph").await, page(&world, "own").await, page(&world, "server").await];
    for (path, operation) in operations(&description) {
        let id = operation["operationId"].as_str().unwrap();
        let start = format!("<h2 id=\"{id}\">");
        let places: Vec<_> = pages.iter().filter_map(|page| page.split(&start).nth(1)).collect();
        assert_eq!(places.len(), 1, "{id} has one place");
        let shown = words(places[0].split("</section>").next().unwrap());
        assert!(shown.contains(path), "{id}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(shown.contains(parameter["name"].as_str().unwrap()), "{id}: {parameter}");
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            assert!(shown.contains(status), "{id}: {status}");
            let names = answer["description"].as_str().unwrap().split('`').skip(1).step_by(2);
            assert!(names.into_iter().all(|name| shown.contains(name)), "{id}: {answer}");
            for example in answer["content"]["application/json"]["examples"].as_object().into_iter().flatten() {
                assert!(shown.contains(&format!("{:#}", example.1["value"])), "{id}: {}", example.0);
            }
        }
    }
}

#[tokio::test]
async fn every_shape_has_a_place_with_its_fields() {
    let world = World::new().await;
    let description = world.get("/openapi.json", "").await.ok();
    let shapes = page(&world, "shapes").await;
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let places: BTreeSet<_> = attributes(&shapes, "id").into_iter().collect();
    for (name, schema) in schemas {
        assert!(places.contains(name.as_str()), "{name}");
        let shown = shapes.split(&format!("<h2 id=\"{name}\">")).nth(1).unwrap().split("</section>").next().unwrap();
        for field in schema["properties"].as_object().into_iter().flat_map(|fields| fields.keys()) {
            assert!(shown.contains(&format!("<code>{field}</code>")), "{name}: {field}");
        }
    }
}

#[tokio::test]
async fn a_field_says_its_type_its_limits_and_whether_it_must_be_there() {
    let shapes = page(&World::new().await, "shapes").await;
    let of = |name: &str| {
        words(shapes.split(&format!("<h2 id=\"{name}\">")).nth(1).unwrap().split("</section>").next().unwrap())
    };
    let body = of("CallBody");
    assert!(body.contains("One of:") && body.contains("Picks up a call that a consumer started"), "{body}");
    assert!(body.contains("call_id*CallId"), "what must be there has a star: {body}");
    assert!(body.contains("tracks*list of TrackBody, items to 4"), "{body}");
    assert!(body.contains("action*\"connect\""), "{body}");
    assert!(of("Psid").contains("string, like ^[1-9][0-9]{0,19}$"), "{}", of("Psid"));
}
