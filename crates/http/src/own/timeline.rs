//! `/calls/{call}/timeline`: everything about a call, in order.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use offhook_call::{Author, CallId, Happening, Side, TimelineEntry};
use offhook_service::{CallTimeline, DeliveryId, DeliveryState, PastAttempt};
use offhook_wire::{TimelineEvent, TimelineItem, TimelineShown};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::extract::At;
use super::refusal::Refusal;
use crate::HttpState;

/// Shows everything that happened to a call, in order.
#[utoipa::path(
    get,
    path = "/calls/{call}/timeline",
    operation_id = "timeline",
    responses((status = 200, body = TimelineShown)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn timeline(
    State(state): State<HttpState>,
    At(call): At<CallId>,
) -> Result<Json<TimelineShown>, Refusal> {
    let found = state.service.timeline(call).await?.ok_or(Refusal::NotFound { what: "call" })?;
    let CallTimeline { call, entries, webhooks } = found;
    let mut showing = Showing::default();
    let show = |entry: TimelineEntry| {
        let delivery = delivery_of(&entry).and_then(|id| webhooks.get(&id));
        showing.show(call.id, entry, delivery)
    };
    Ok(Json(TimelineShown { call_id: call.id, entries: entries.into_iter().map(show).collect() }))
}

/// The delivery that an entry is about.
pub(super) fn delivery_of(entry: &TimelineEntry) -> Option<DeliveryId> {
    if let Happening::Webhook { delivery, .. } = entry.what { Some(DeliveryId(delivery)) } else { None }
}

/// Shows entries of calls, each call's in order: it knows the SDP before.
#[derive(Default)]
pub(super) struct Showing(HashMap<CallId, Vec<(Side, Author, String)>>);

impl Showing {
    /// `delivery`: that of a webhook, if it is there.
    pub(super) fn show(
        &mut self,
        call: CallId,
        entry: TimelineEntry,
        delivery: Option<&(DeliveryState, Vec<PastAttempt>)>,
    ) -> TimelineItem {
        let TimelineEntry { at_us, what } = entry;
        let changed = self.changed(call, &what);
        let mut event = TimelineEvent::of(what);
        match &mut event {
            TimelineEvent::Sdp { changes, .. } => *changes = changed,
            TimelineEvent::Webhook { app_id, attempt, body, response, fault, .. } => {
                if let Some((delivery, attempts)) = delivery {
                    *app_id = Some(delivery.app);
                    *body = serde_json::from_str(&delivery.body).unwrap_or(Value::Null);
                    let tried = attempts.iter().find(|tried| tried.number == *attempt);
                    *response = tried.map(|tried| tried.response.clone());
                    *fault = tried.and_then(|tried| tried.fault.clone());
                }
            }
            TimelineEvent::Request { .. }
            | TimelineEvent::Answer { .. }
            | TimelineEvent::State { .. }
            | TimelineEvent::DeviceSaid { .. }
            | TimelineEvent::DeviceTold { .. }
            | TimelineEvent::AgentSaid { .. }
            | TimelineEvent::AgentTold { .. }
            | TimelineEvent::IceChecked { .. }
            | TimelineEvent::IceSelected { .. }
            | TimelineEvent::DtlsBegun { .. }
            | TimelineEvent::DtlsConnected { .. }
            | TimelineEvent::DtlsClosed { .. }
            | TimelineEvent::FirstPacket { .. }
            | TimelineEvent::Key { .. }
            | TimelineEvent::LegLost { .. }
            | TimelineEvent::Report { .. }
            | TimelineEvent::Fault { .. }
            | TimelineEvent::ClockTurned { .. }
            | TimelineEvent::LeftOut { .. } => {}
        }
        TimelineItem { at_us, event }
    }

    /// Nothing more comes of the call.
    pub(super) fn forget(&mut self, call: CallId) {
        self.0.remove(&call);
    }

    /// How an SDP differs from the one before of the same side and author.
    fn changed(&mut self, call: CallId, what: &Happening) -> Option<Vec<String>> {
        let Happening::Sdp { side, author, text, .. } = what else { return None };
        let known = self.0.entry(call).or_default();
        match known.iter_mut().find(|(of, by, _)| of == side && by == author) {
            Some((.., before)) => Some(differences(&std::mem::replace(before, text.clone()), text)),
            None => {
                known.push((*side, *author, text.clone()));
                None
            }
        }
    }
}

/// The lines that differ, each group with a line around it.
fn differences(before: &str, after: &str) -> Vec<String> {
    let lines = TextDiff::from_lines(before, after);
    let groups = lines.grouped_ops(LINES_AROUND);
    let changes = groups.iter().flatten().flat_map(|group| lines.iter_changes(group));
    let line = changes.map(|change| {
        let sign = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        format!("{sign}{}", change.value().trim_end())
    });
    line.collect()
}

const LINES_AROUND: usize = 1;
