//! `/events`: what happens to calls, as it happens.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::Event;
use futures_util::stream;
use offhook_call::{CallId, TimelineEntry};
use offhook_service::{Followed, News, Service};
use offhook_wire::{TimelineItem, schema};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use utoipa::{IntoParams, ToSchema};

use super::calls::CallView;
use super::extract::Query;
use super::refusal::Refusal;
use super::timeline::{Showing, delivery_of};
use crate::HttpState;
use crate::event_stream::event_stream;

/// Whose events are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only this call's. Its timeline so far comes first, and the stream ends a while after the call.
    #[param(value_type = Option<schema::CallId>, nullable = false)]
    call_id: Option<CallId>,
}

/// An entry of a call's timeline: the data of events named `entry`.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryOfCall {
    #[schema(value_type = schema::CallId)]
    call_id: CallId,
    #[serde(flatten)]
    entry: TimelineItem,
}

/// Streams what happens to calls, as server-sent events.
///
/// Events named `call` have a call that is new or has changed, as `/calls/{call}` shows it; those named `entry` have an entry
/// of a call's timeline and its `call_id`. To one that reads too slowly `missed` tells how many were left out.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "events",
    params(Wanted),
    responses((status = 200, body = String, content_type = "text/event-stream")),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn events(
    State(state): State<HttpState>,
    Query(Wanted { call_id }): Query<Wanted>,
) -> Result<impl IntoResponse, Refusal> {
    let following = Following::begin(state.service.clone(), call_id).await?;
    let events = stream::unfold(following, async |mut following| {
        let event = following.next().await?;
        Some((event, following))
    });
    Ok(event_stream(events, state.stop))
}

struct Following {
    service: Service,
    call: Option<CallId>,
    showing: Showing,
    waiting: VecDeque<News>,
    /// `None`: nothing more comes.
    news: Option<Receiver<Arc<News>>>,
}

impl Following {
    async fn begin(service: Service, call: Option<CallId>) -> Result<Self, Refusal> {
        let (waiting, news) = match call {
            None => (VecDeque::new(), Some(service.follow_calls())),
            Some(call) => {
                let followed = service.follow_call(call).await?.ok_or(Refusal::NotFound { what: "call" })?;
                let Followed { timeline, news } = followed;
                let entries = timeline.entries.into_iter().map(|entry| News::Entry { call, entry });
                (std::iter::once(News::Call(Box::new(timeline.call))).chain(entries).collect(), news)
            }
        };
        Ok(Self { service, call, showing: Showing::default(), waiting, news })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            let news = match self.waiting.pop_front() {
                Some(news) => news,
                None => match self.news.as_mut()?.recv().await {
                    Ok(news) => News::clone(&news),
                    Err(RecvError::Lagged(missed)) => return Some(named("missed", &missed)),
                    Err(RecvError::Closed) => return None,
                },
            };
            match news {
                News::Call(call) if self.wants(call.id) => return Some(named("call", &CallView::from(*call))),
                News::Entry { call, entry } if self.wants(call) => return Some(self.entry(call, entry).await),
                News::Over { call } => {
                    self.showing.forget(call);
                    if self.call == Some(call) {
                        return None;
                    }
                }
                News::Call(_) | News::Entry { .. } => {}
            }
        }
    }

    fn wants(&self, call: CallId) -> bool {
        self.call.is_none_or(|wanted| wanted == call)
    }

    async fn entry(&mut self, call_id: CallId, entry: TimelineEntry) -> Event {
        let delivery = match delivery_of(&entry) {
            // Without it the entry says less; the stream goes on.
            Some(id) => self.service.delivery(id).await.ok().flatten(),
            None => None,
        };
        let entry = self.showing.show(call_id, entry, delivery.as_ref());
        named("entry", &EntryOfCall { call_id, entry })
    }
}

fn named(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).json_data(data).expect("text keys only, and JSON has no line breaks")
}
