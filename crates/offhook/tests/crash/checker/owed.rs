//! G2: who is owed a webhook got it. G3: of a call's end there is one webhook per app. Of G1: it says what the record says.

use std::collections::{HashMap, HashSet};

use offhook_call::{AppId, CallId, EndReason, Status};
use offhook_client::webhook::{CallEventKind, Event, IncomingKind};

use super::{Violation, violation};
use crate::history::{Arrival, Deed, History, Operation, Outcome, Record, Thread};
use crate::traffic::mark_of;

pub(super) fn check(history: &History) -> Vec<Violation> {
    let told = Told::of(history);
    let calls = history.found.calls.values().flat_map(|call| told.judge_call(history, call));
    let deeds = history.done().flat_map(|operation| told.judge_deed(history, operation));
    calls.chain(deeds).chain(told.judge_replies(history)).collect()
}

/// Terminate webhooks beyond the first of an app and call.
pub(crate) fn duplicates(history: &History) -> usize {
    Told::of(history).ends.values().map(|ends| ends.ids.len().saturating_sub(1)).sum()
}

/// What was acknowledged by whom; of what can come only once, the ids under which it came.
#[derive(Default)]
struct Told {
    begun: HashSet<(AppId, CallId)>,
    picked_up: HashSet<(AppId, CallId)>,
    ends: HashMap<(AppId, CallId), Ends>,
    texts: HashSet<(AppId, String)>,
    marks: HashSet<(AppId, String)>,
    replies: HashMap<(AppId, Thread, bool), HashSet<String>>,
}

#[derive(Default)]
struct Ends {
    ids: HashSet<String>,
    statuses: Vec<Option<Status>>,
}

impl Told {
    fn of(history: &History) -> Self {
        let mut told = Self::default();
        for arrival in history.arrivals.iter().filter(|arrival| arrival.acknowledged) {
            arrival.events.iter().flatten().for_each(|event| told.note(arrival, event));
        }
        told
    }

    fn note(&mut self, arrival: &Arrival, event: &Event) {
        let app = arrival.app;
        match event {
            Event::Call(event) => {
                let Ok(call) = event.call.as_str().parse() else { return };
                self.note_call(arrival, call, &event.kind);
            }
            Event::PermissionReply(reply) => {
                let Some(page) = reply.page else { return };
                let thread = Thread { page, psid: Some(reply.consumer) };
                self.replies.entry((app, thread, reply.approved)).or_default().insert(arrival.id.clone());
            }
            Event::Settings(update) => {
                self.marks.extend(mark_of(&update.settings).map(|mark| (app, mark)));
            }
            Event::Incoming(incoming) => {
                if let IncomingKind::Message { text: Some(text), .. } = &incoming.kind {
                    self.texts.insert((app, text.clone()));
                }
            }
            Event::Other(_) => {}
        }
    }

    fn note_call(&mut self, arrival: &Arrival, call: CallId, kind: &CallEventKind) {
        let key = (arrival.app, call);
        match kind {
            CallEventKind::Calling { .. } | CallEventKind::Dialing { .. } => {
                self.begun.insert(key);
            }
            CallEventKind::Accepted { .. } => {
                self.picked_up.insert(key);
            }
            CallEventKind::Terminate(end) => {
                let ends = self.ends.entry(key).or_default();
                ends.ids.insert(arrival.id.clone());
                ends.statuses.push(end.status);
            }
            CallEventKind::Ringing { .. } | CallEventKind::MediaUpdate { .. } | CallEventKind::Other(_) => {}
        }
    }

    fn judge_call(&self, history: &History, call: &Record) -> Vec<Violation> {
        let mut violations = Vec::new();
        for app in owed(history, call) {
            let key = (app, call.id);
            let ends = self.ends.get(&key).map_or(0, |ends| ends.ids.len());
            if !self.begun.contains(&key) {
                violations.push(violation(2, format!("{app} was not told that {} began", call.id)));
            }
            if ends == 0 && call.reason.is_some() {
                violations.push(violation(2, format!("{app} was not told that {} ended", call.id)));
            }
            if ends > 1 {
                violations.push(violation(3, format!("{app} was told {ends} times that {} ended", call.id)));
            }
            if self.ends.get(&key).is_some_and(|ends| ends.statuses.iter().any(|status| *status != call.status)) {
                violations.push(violation(1, format!("{app} was told another end of {call:?}")));
            }
        }
        violations
    }

    fn judge_deed(&self, history: &History, operation: &Operation) -> Vec<Violation> {
        let page = operation.thread.page;
        let missed: Vec<AppId> = if let Deed::PickUp { call } = &operation.deed {
            let owner = history.found.calls.get(call).and_then(|call| call.app_id);
            owner.into_iter().filter(|app| !self.picked_up.contains(&(*app, *call))).collect()
        } else if let Deed::Say { text } = &operation.deed {
            let told = |app: &AppId| self.texts.contains(&(*app, text.clone()));
            history.told_of(page, "messages").filter(|app| !told(app)).collect()
        } else if let Deed::Set { mark } = &operation.deed {
            let told = |app: &AppId| self.marks.contains(&(*app, mark.clone()));
            history.told_of(page, "call_settings_update").filter(|app| !told(app)).collect()
        } else {
            Vec::new()
        };
        missed.into_iter().map(|app| violation(2, format!("{app} was not told of {operation:?}"))).collect()
    }

    /// Replies bear no name, so they are counted.
    fn judge_replies(&self, history: &History) -> Vec<Violation> {
        let mut given: HashMap<(Thread, bool), usize> = HashMap::new();
        for operation in history.operations.iter().filter(|operation| operation.outcome == Outcome::Done) {
            if let Deed::Reply { approve, .. } = operation.deed {
                *given.entry((operation.thread, approve)).or_default() += 1;
            }
        }
        let short = given.iter().flat_map(|((thread, approve), count)| {
            let apps = history.told_of(thread.page, "call_permission_reply");
            let told = |app: &AppId| self.replies.get(&(*app, *thread, *approve)).map_or(0, HashSet::len);
            apps.filter(move |app| told(app) < *count)
                .map(move |app| violation(2, format!("{app} was told of fewer than {count} replies in {thread:?}")))
        });
        short.collect()
    }
}

/// Who is told of a call: its owner, or for a consumer's call all that ring.
fn owed(history: &History, call: &Record) -> Vec<AppId> {
    if call.reason == Some(EndReason::OutsideCallHours) || history.is_of_desk(call) {
        return Vec::new();
    }
    if call.is_of_business() {
        return call.app_id.into_iter().collect();
    }
    history.told_of(call.page_id, "calls").collect()
}
