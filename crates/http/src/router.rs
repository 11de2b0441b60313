//! All routes, and nothing else. An API route's path stands with its handler, in its `#[utoipa::path]`: none is missing in
//! openapi.json.

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{connect, post};
use axum::{Extension, Router};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::sandbox_time::sandbox_time;
use crate::{HttpState, consumer, demo, desk, docs, graph, health, openapi, own, pages, session, site};

/// The whole surface of a server.
pub fn router(state: HttpState) -> Router {
    let mut router = graph_with_frame(&state)
        .merge(batch_with_frame(&state))
        .nest("/offhook/v1", own_with_frame(&state))
        .merge(sessions_with_frame(&state))
        .merge(Router::from(plain_routes()).layer(Extension(openapi::Text::of(&state.site))))
        .merge(over_http_2())
        .merge(pages::routes())
        .merge(docs::routes());
    if let Some(demo) = &state.demo {
        router = router.nest("/demo", demo::routes(demo.clone(), state.stop.clone()));
    }
    if state.sandbox {
        router = router.layer(from_fn_with_state(state.clone(), sandbox_time));
    }
    let router = site::below(state.site.base_path.clone(), router.with_state(state.clone()));
    router.layer(from_fn_with_state(state, site::enter))
}

/// What openapi.json describes.
pub(crate) fn documented() -> OpenApiRouter<HttpState> {
    let own = own_routes().merge(sandbox_routes());
    graph_edges()
        .routes(routes!(graph::batch::batch))
        .nest("/offhook/v1", own)
        .merge(session_routes())
        .merge(plain_routes())
}

fn graph_edges() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(graph::calls::calls))
        .routes(routes!(graph::call_metrics::call_metrics))
        .routes(routes!(graph::feature_status::feature_status))
        .routes(routes!(graph::permissions::call_permissions))
        .routes(routes!(graph::settings::call_settings, graph::settings::change_call_settings))
        .routes(routes!(graph::messages::send_message))
        .routes(routes!(
            graph::subscribed_apps::subscribe_page,
            graph::subscribed_apps::page_subscriptions,
            graph::subscribed_apps::unsubscribe_page
        ))
        .routes(routes!(graph::subscriptions::subscribe_app, graph::subscriptions::app_subscription))
}

fn own_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(own::apps::create_app, own::apps::apps))
        .routes(routes!(own::apps::app, own::apps::change_app))
        .routes(routes!(own::apps::rotate_secret))
        .routes(routes!(own::agents::create_agent, own::agents::agents))
        .routes(routes!(own::agents::change_agent))
        .routes(routes!(own::agents::renew_agent_secret))
        .routes(routes!(own::endpoints::endpoints))
        .routes(routes!(own::endpoints::resume_endpoint))
        .routes(routes!(own::endpoints::probe_endpoint))
        .routes(routes!(own::listener::listen))
        .routes(routes!(own::listener::next_webhook))
        .routes(routes!(own::listener::answer_webhook))
        .routes(routes!(own::pages::create_page, own::pages::pages))
        .routes(routes!(own::pages::page, own::pages::change_page))
        .routes(routes!(own::page_tokens::create_page_token, own::page_tokens::page_tokens))
        .routes(routes!(own::page_tokens::revoke_page_token))
        .routes(routes!(own::consumers::create_consumer, own::consumers::consumers))
        .routes(routes!(own::consumers::create_consumer_token))
        .routes(routes!(own::permissions::grant, own::permissions::revoke))
        .routes(routes!(own::thread::thread))
        .routes(routes!(own::calls::calls))
        .routes(routes!(own::calls::call))
        .routes(routes!(own::timeline::timeline))
        .routes(routes!(own::events::events))
        .routes(routes!(own::deliveries::deliveries))
        .routes(routes!(own::deliveries::delivery))
        .routes(routes!(own::redelivery::redeliver))
        .routes(routes!(own::redelivery::redeliver_range))
        .routes(routes!(own::store::store))
        .routes(routes!(own::reach::reach))
        .routes(routes!(own::sdp::lint).layer(DefaultBodyLimit::max(own::sdp::BODY_BYTES_MAX)))
}

/// What only a sandbox does.
fn sandbox_routes() -> OpenApiRouter<HttpState> {
    let large = DefaultBodyLimit::max(own::runs::RUN_BYTES_MAX);
    OpenApiRouter::new()
        .routes(routes!(own::captures::begin_capture, own::captures::end_capture, own::captures::capture))
        .routes(routes!(own::captures::arm_captures, own::captures::captures))
        .routes(routes!(own::clock::clock))
        .routes(routes!(own::clock::freeze_clock))
        .routes(routes!(own::clock::advance_clock))
        .routes(routes!(own::clock::release_clock))
        .routes(routes!(own::faults::create_fault, own::faults::faults, own::faults::delete_faults))
        .routes(routes!(own::faults::delete_fault))
        .routes(routes!(own::runs::start_run, own::runs::runs).layer(large))
        .routes(routes!(own::runs::run, own::runs::stop_run))
        .routes(routes!(own::runs::run_file))
        .routes(routes!(own::runs::run_junit))
}

fn session_routes() -> OpenApiRouter<HttpState> {
    use session::{console, desk};
    OpenApiRouter::new().routes(routes!(console::sign_in, console::session, console::sign_out)).routes(routes!(
        desk::agent_sign_in,
        desk::agent_session,
        desk::agent_sign_out
    ))
}

fn plain_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(consumer::upgrade::connect))
        .routes(routes!(desk::upgrade::connect))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(openapi::serve))
}

/// A WebSocket over HTTP/2 begins with CONNECT (RFC 8441), which OpenAPI does not know.
fn over_http_2() -> Router<HttpState> {
    Router::new()
        .route("/consumer/v1", connect(consumer::upgrade::connect))
        .route("/desk/v1", connect(desk::upgrade::connect))
}

/// Graph's edges with and without a version before them. What no route has is a Graph error too.
fn graph_with_frame(state: &HttpState) -> Router<HttpState> {
    let edges = Router::from(graph_edges());
    Router::new()
        .merge(edges.clone())
        .nest("/{version}", edges)
        .fallback(graph::unknown_path)
        .method_not_allowed_fallback(graph::unsupported_method)
        .layer(from_fn_with_state(state.clone(), graph::frame))
}

/// A batch goes to the root, or to `me`, of a version or of none; its operations go to the other edges.
fn batch_with_frame(state: &HttpState) -> Router<HttpState> {
    let mut router = Router::new();
    for path in ["/", "/me", "/{version}", "/{version}/", "/{version}/me"] {
        router = router.route(path, post(graph::batch::batch).fallback(graph::unknown_path));
    }
    router
        .layer(Extension(graph::Edges(graph_with_frame(state).with_state(state.clone()))))
        .layer(Extension(graph::BodyBytesMax(graph::BATCH_BYTES_MAX)))
        .layer(from_fn_with_state(state.clone(), graph::frame))
}

fn own_with_frame(state: &HttpState) -> Router<HttpState> {
    let sandbox = Router::from(sandbox_routes()).layer(from_fn_with_state(state.clone(), own::in_sandbox));
    Router::from(own_routes())
        .merge(sandbox)
        .fallback(own::unknown_path)
        .method_not_allowed_fallback(own::unsupported_method)
        .layer(DefaultBodyLimit::max(own::BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), own::frame))
}

fn sessions_with_frame(state: &HttpState) -> Router<HttpState> {
    Router::from(session_routes())
        .method_not_allowed_fallback(own::unsupported_method)
        .layer(DefaultBodyLimit::max(own::BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), session::console::frame))
}
