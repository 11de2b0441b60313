//! All routes, and nothing else.

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, delete, get, post};
use axum::{Extension, Router};

use crate::{HttpState, consumer, demo, graph, health, own};

/// The whole surface of a server.
pub fn router(state: HttpState) -> Router {
    let mut router = graph_routes(&state)
        .merge(batch_routes(&state))
        .nest("/offhook/v1", own_routes(&state))
        .route("/consumer/v1", any(consumer::connect))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics));
    if let Some(demo) = &state.demo {
        router = router.nest("/demo", demo::routes(demo.clone(), state.stop.clone()));
    }
    router.with_state(state)
}

/// Graph's edges with and without a version before them. What no route has is a Graph error too.
fn graph_routes(state: &HttpState) -> Router<HttpState> {
    let edges = || {
        Router::new()
            .route("/{node}/calls", post(graph::calls))
            .route("/{node}/call_metrics", post(graph::call_metrics))
            .route("/{node}/business_messaging_feature_status", post(graph::feature_status))
            .route("/{node}/messenger_call_permissions", get(graph::call_permissions))
            .route("/{node}/messenger_call_settings", get(graph::call_settings).post(graph::change_call_settings))
            .route("/{node}/messages", post(graph::send_message))
            .route(
                "/{node}/subscribed_apps",
                post(graph::subscribe_page).get(graph::page_subscriptions).delete(graph::unsubscribe_page),
            )
            .route("/{node}/subscriptions", post(graph::subscribe_app).get(graph::app_subscription))
    };
    Router::new()
        .merge(edges())
        .nest("/{version}", edges())
        .fallback(graph::unknown_path)
        .method_not_allowed_fallback(graph::unsupported_method)
        .layer(from_fn_with_state(state.clone(), graph::frame))
}

/// A batch goes to the root, or to `me`, of a version or of none; its operations go to the other edges.
fn batch_routes(state: &HttpState) -> Router<HttpState> {
    let mut router = Router::new();
    for path in ["/", "/me", "/{version}", "/{version}/", "/{version}/me"] {
        router = router.route(path, post(graph::batch).fallback(graph::unknown_path));
    }
    router
        .layer(Extension(graph::Edges(graph_routes(state).with_state(state.clone()))))
        .layer(Extension(graph::BodyBytesMax(graph::BATCH_BYTES_MAX)))
        .layer(from_fn_with_state(state.clone(), graph::frame))
}

fn own_routes(state: &HttpState) -> Router<HttpState> {
    Router::new()
        .route("/apps", post(own::create_app).get(own::apps))
        .route("/apps/{app}", get(own::app).patch(own::change_app))
        .route("/pages", post(own::create_page).get(own::pages))
        .route("/pages/{page}/tokens", post(own::create_page_token).get(own::page_tokens))
        .route("/pages/{page}/consumers", post(own::create_consumer).get(own::consumers))
        .route("/pages/{page}/consumers/{psid}/tokens", post(own::create_consumer_token))
        .route("/pages/{page}/consumers/{psid}/permission", post(own::grant).delete(own::revoke))
        .route("/pages/{page}/consumers/{psid}/thread", get(own::thread))
        .route("/tokens", delete(own::revoke_page_token))
        .route("/calls", get(own::calls))
        .route("/calls/{call}", get(own::call))
        .route("/deliveries", get(own::deliveries))
        .fallback(own::unknown_path)
        .method_not_allowed_fallback(own::unsupported_method)
        .layer(DefaultBodyLimit::max(own::BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), own::frame))
}
