//! `/apps/{app}/listener`: webhooks for an app that fetches them, because no address of its own can be reached.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use offhook_call::{AppId, Duration, PageId};
use offhook_service::{Field, Listen, ListenError, PassedWebhook};
use offhook_wire::{Data, PAGE_FIELDS, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewListener {
    /// Webhook fields by Graph's names; all unless told otherwise.
    fields: Option<Vec<String>>,
    /// A Page to subscribe the app to as well, to the same fields.
    #[schema(value_type = Option<schema::PageId>)]
    page_id: Option<PageId>,
    /// Whether a callback that the app has may be replaced.
    #[serde(default)]
    replace: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ListenerView {
    fields: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wait {
    /// How long to wait for one, up to 20,000; not at all unless told.
    #[serde(default)]
    wait_ms: u64,
}

/// A webhook that is being tried: what would have been posted to a callback.
#[derive(Serialize, ToSchema)]
pub(crate) struct PassedView {
    number: u64,
    headers: BTreeMap<&'static str, String>,
    /// The exact text that is signed.
    body: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListenerAnswer {
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    number: u64,
    /// HTTP status that the app answered with.
    #[schema(minimum = 100, maximum = 599)]
    status: u16,
    /// What it answered; the first 4 KiB are kept.
    #[serde(default)]
    body: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerTaken {
    /// Whether it counts as the endpoint's answer; if not, it came too late, and the webhook comes again.
    taken: bool,
}

/// Lets an app fetch its webhooks instead of getting them at a callback.
///
/// What is pending is tried at once.
#[utoipa::path(
    post,
    path = "/apps/{app}/listener",
    request_body = NewListener,
    responses((status = 200, body = ListenerView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn listen(
    State(state): State<HttpState>,
    At(app): At<AppId>,
    Body(new): Body<NewListener>,
) -> Result<Json<ListenerView>, Refusal> {
    let NewListener { fields, page_id, replace } = new;
    let fields = fields.unwrap_or_else(|| PAGE_FIELDS.iter().map(|&name| name.to_owned()).collect());
    if let Some(unknown) = fields.iter().find(|name| !PAGE_FIELDS.contains(&name.as_str())) {
        return Err(Refusal::InvalidRequest { detail: format!("fields: there is no webhook field `{unknown}`") });
    }
    let of_app = fields.iter().cloned().map(Field).collect();
    state.service.listen(Listen { app, fields: of_app, page: page_id, replace }).await?;
    Ok(Json(ListenerView { fields }))
}

/// Fetches the next webhook of an app that listens.
///
/// It has the webhook time-out to post it where it wants and to tell what was answered; else the webhook comes again, by the
/// schedule.
#[utoipa::path(
    post,
    path = "/apps/{app}/listener/next",
    request_body = Wait,
    responses((status = 200, body = Data<PassedView>, description = "One webhook, or none came.")),
)]
pub(crate) async fn next_webhook(
    State(state): State<HttpState>,
    At(app): At<AppId>,
    Body(Wait { wait_ms }): Body<Wait>,
) -> Result<Json<Data<PassedView>>, Refusal> {
    let wait = Duration::from_millis(wait_ms).min(WAIT_MAX);
    let passed = tokio::select! {
        passed = state.listeners.next(app, wait) => passed.map_err(|_too_many| Refusal::Overloaded)?,
        () = state.stop.cancelled() => None,
    };
    Ok(Json(Data { data: passed.into_iter().map(PassedView::from).collect() }))
}

/// Tells what an app answered to a webhook that it fetched.
#[utoipa::path(
    post,
    path = "/apps/{app}/listener/answer",
    request_body = ListenerAnswer,
    responses((status = 200, body = AnswerTaken)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn answer_webhook(
    State(state): State<HttpState>,
    At(app): At<AppId>,
    Body(ListenerAnswer { number, status, body }): Body<ListenerAnswer>,
) -> Result<Json<AnswerTaken>, Refusal> {
    if !(100..600).contains(&status) {
        return Err(Refusal::InvalidRequest { detail: "status: an HTTP status, 100 to 599".to_owned() });
    }
    if number > NUMBER_MAX {
        return Err(Refusal::InvalidRequest { detail: "number: that of a webhook that was fetched".to_owned() });
    }
    Ok(Json(AnswerTaken { taken: state.listeners.answer(app, number, status, body) }))
}

impl From<PassedWebhook> for PassedView {
    fn from(passed: PassedWebhook) -> Self {
        let PassedWebhook { number, headers, body } = passed;
        Self { number, headers: headers.into_iter().collect(), body }
    }
}

impl From<ListenError> for Refusal {
    fn from(error: ListenError) -> Self {
        match error {
            ListenError::UnknownApp => Self::NotFound { what: "app" },
            ListenError::UnknownPage => Self::NotFound { what: "Page" },
            ListenError::HasCallback(_) => {
                Self::InvalidRequest { detail: format!("{error}; `replace`: true takes them from there") }
            }
            ListenError::Store(error) => error.into(),
        }
    }
}

/// What JavaScript counts exactly.
const NUMBER_MAX: u64 = (1 << 53) - 1;

const WAIT_MAX: Duration = Duration::from_secs(20);
