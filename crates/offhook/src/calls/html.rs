//! A timeline as one page that needs nothing else: no script, no request, and what others wrote is text and nothing more.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use offhook_client::admin::CallRecord;
use offhook_wire::TimelineItem;

use super::chart;
use super::said::{Said, Tone};
use super::text::course;
use super::time::{date_time, seconds, time_of_day};

/// The page.
pub(super) fn page(call: &CallRecord, entries: &[TimelineItem]) -> String {
    let title = format!("Call {}", call.id);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Call " code { (call.id) } }
                (facts(call))
                (chart::charts(entries))
                (table(entries))
            }
        }
    };
    page.into_string()
}

fn facts(call: &CallRecord) -> Markup {
    let (from, to) = match call.direction.as_str() {
        "business_initiated" => (format!("Page {}", call.page_id), format!("consumer {}", call.psid)),
        _ => (format!("consumer {}", call.psid), format!("Page {}", call.page_id)),
    };
    html! {
        dl {
            dt { "From" } dd { (from) }
            dt { "To" } dd { (to) }
            @if let Some(app) = call.app_id { dt { "App" } dd { (app) } }
            dt { "Began" } dd { (date_time(call.created_at)) " UTC" }
            dt { "Came to" } dd { (course(call)) }
        }
    }
}

fn table(entries: &[TimelineItem]) -> Markup {
    let began = entries.first().map_or(0, |first| first.at_us);
    html! {
        div.scrolls {
            table {
                thead { tr { th { "Seconds" } th { "Who" } th { "What" } } }
                tbody {
                    @for entry in entries { (row(entry, began)) }
                }
            }
        }
        @if entries.is_empty() { p { "Nothing is recorded of this call." } }
    }
}

fn row(entry: &TimelineItem, began: i64) -> Markup {
    let said = Said::of(&entry.event);
    let class = match said.tone {
        Tone::State => "state",
        Tone::Trouble => "trouble",
        Tone::Plain => "",
    };
    html! {
        tr class=(class) {
            td.when title={ (time_of_day(entry.at_us)) " UTC" } { (seconds(entry.at_us - began)) }
            td.who { (said.who) }
            td {
                @if let Some(body) = &said.body {
                    details { summary { (said.what) } pre { (body) } }
                } @else {
                    (said.what)
                }
                @if !said.changes.is_empty() {
                    pre.changes { @for line in &said.changes { (changed(line)) "\n" } }
                }
            }
        }
    }
}

fn changed(line: &str) -> Markup {
    match line.chars().next() {
        Some('+') => html! { ins { (line) } },
        Some('-') => html! { del { (line) } },
        Some(_) | None => html! { (line) },
    }
}

const STYLE: &str = include_str!("page.css");

#[cfg(test)]
mod tests {
    use offhook_wire::TimelineEvent;
    use serde_json::json;

    use super::*;

    fn call() -> CallRecord {
        serde_json::from_value(json!({
            "id": "c_1", "page_id": "1044", "psid": "77", "app_id": "31", "direction": "business_initiated",
            "created_at": 1_790_000_000_000_i64, "state": "ended", "ended_at": 1_790_000_009_500_i64,
            "connected_at": null, "status": "Completed", "reason": "no_answer",
        }))
        .unwrap()
    }

    #[test]
    fn what_others_wrote_stays_text() {
        let hostile = "</pre></title><script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover=\"x";
        let events = [
            TimelineEvent::Fault { fault: hostile.into(), detail: hostile.into() },
            TimelineEvent::Request {
                app_id: offhook_call::AppId(31),
                method: hostile.into(),
                path: hostile.into(),
                action: Some(hostile.into()),
                trace: hostile.into(),
                body: json!({ hostile: hostile }),
            },
            TimelineEvent::Sdp {
                side: hostile.into(),
                author: hostile.into(),
                role: hostile.into(),
                text: hostile.into(),
                changes: Some(vec![format!("+{hostile}"), format!(" {hostile}"), hostile.into()]),
            },
            TimelineEvent::DeviceSaid {
                device: "phone".to_owned().try_into().unwrap(),
                message: json!({ "type": hostile, "error": hostile }),
            },
            TimelineEvent::AgentSaid {
                agent_id: offhook_call::AgentId(1),
                device: "tab".to_owned().try_into().unwrap(),
                message: json!({ "type": hostile, "error": hostile }),
            },
            TimelineEvent::Webhook {
                delivery_id: 1,
                app_id: None,
                attempt: 1,
                status: None,
                took_ms: 1.0,
                body: json!(hostile),
                response: Some(hostile.into()),
                fault: Some(hostile.into()),
            },
            TimelineEvent::LegLost { side: hostile.into(), why: hostile.into() },
        ];
        let entries: Vec<_> = events.into_iter().map(|event| TimelineItem { at_us: 0, event }).collect();
        let page = page(&call(), &entries);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("\" onmouseover=\""), "{page}");
        assert!(page.matches("&lt;script&gt;").count() >= 14, "it is shown");
        assert!(page.contains("Completed, never connected: no_answer"));
    }
}
