//! A timeline as lines for a terminal.

use offhook_client::admin::CallRecord;
use offhook_wire::TimelineItem;

use super::said::{Said, Tone};
use super::time::{date_time, seconds};
use crate::clean::clean;

/// How entries are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    /// Bodies whole.
    pub(super) full: bool,
}

/// What a call was, above its timeline.
pub(super) fn head(call: &CallRecord) -> String {
    let CallRecord { id, page_id, psid, direction, created_at, .. } = call;
    let who = match direction.as_str() {
        "business_initiated" => format!("Page {page_id} calls consumer {psid}"),
        _ => format!("consumer {psid} calls Page {page_id}"),
    };
    format!("{id}\n{who}, {} UTC, {}\n", date_time(*created_at), course(call))
}

/// How far a call has come, or how it ended.
pub(super) fn course(call: &CallRecord) -> String {
    let (Some(status), Some(reason)) = (call.status, call.reason) else { return call.state.clone() };
    let length = match (call.connected_at, call.ended_at) {
        (Some(from), Some(to)) => format!(" after {:.1} s", (to - from) as f64 / 1e3),
        _ => ", never connected".to_owned(),
    };
    let reason = serde_json::json!(reason);
    format!("{status:?}{length}: {}", reason.as_str().unwrap_or_default())
}

impl Text {
    /// All entries, with the time since the first.
    pub(super) fn entries(self, entries: &[TimelineItem]) -> String {
        let Some(first) = entries.first() else { return "Nothing is recorded of this call.\n".to_owned() };
        let said: Vec<_> = entries.iter().map(|entry| Said::of(&entry.event)).collect();
        let width = said.iter().map(|said| said.who.chars().count()).max().unwrap_or(0);
        let lines = entries.iter().zip(&said);
        lines
            .map(|(entry, said)| self.entry(&format!("{:>12} s", seconds(entry.at_us - first.at_us)), width, said))
            .collect()
    }

    /// One entry: `when`, who in so many columns, what; what belongs to it stands below.
    pub(super) fn entry(self, when: &str, width: usize, said: &Said) -> String {
        let (mark, who, what) = (mark(said.tone), clean(&said.who), clean(&said.what));
        let mut text = format!("{when} {mark} {who:width$}  {what}\n");
        let indent = " ".repeat(when.chars().count() + 3);
        let body = said.body.iter().flat_map(|body| body.lines()).filter(|_| self.full);
        let below = said.changes.iter().map(String::as_str).chain(body);
        below.for_each(|line| text.push_str(&format!("{indent}{}\n", clean(line))));
        text
    }
}

fn mark(tone: Tone) -> char {
    match tone {
        Tone::State => '●',
        Tone::Trouble => '!',
        Tone::Plain => ' ',
    }
}
