use serde::Serialize;
use serde_json::Value;

/// One try of a webhook, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// Milliseconds since the Unix epoch.
    pub(super) at: i64,
    pub(super) app_id: String,
    /// `webhook-id`, or the delivery's number.
    pub(super) delivery: String,
    pub(super) call_id: Option<String>,
    /// Field and event.
    pub(super) event: String,
    #[serde(rename = "try")]
    pub(super) number: Option<u32>,
    pub(super) status: Option<u16>,
    pub(super) took_ms: u64,
    /// What became of the delivery, if known: `pending`, `delivered` or `dead`.
    pub(super) state: Option<String>,
    /// Why there was no answer.
    pub(super) why: Option<String>,
}

impl Line {
    pub(super) fn show(&self, json: bool) {
        let as_json = || serde_json::to_string(self).expect("a line is texts and numbers");
        anstream::println!("{}", if json { as_json() } else { self.text() });
    }

    fn text(&self) -> String {
        let Self { app_id, event, took_ms, .. } = self;
        let about = self.call_id.as_deref().unwrap_or(&self.delivery);
        let number = self.number.map(|number| format!("  try {number}")).unwrap_or_default();
        let answer = match (self.status, &self.why) {
            (Some(status), _) => status.to_string(),
            (None, Some(why)) => format!("no answer ({why})"),
            (None, None) => "no answer".to_owned(),
        };
        let state = self.state.as_deref().map(|state| format!("  {state}")).unwrap_or_default();
        format!("{}  app {app_id}  {event}  {about}{number}  {answer} in {took_ms} ms{state}", clock(self.at))
    }
}

/// The time of day in UTC, to the millisecond.
fn clock(at: i64) -> String {
    let day = at.rem_euclid(86_400_000);
    let (seconds, millis) = (day / 1000, day % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// What an envelope tells: its field, and of a call the event and its status.
pub(crate) fn event(body: &str) -> String {
    let Ok(envelope) = serde_json::from_str::<Value>(body) else { return "?".to_owned() };
    let entry = &envelope["entry"][0];
    let call = &entry["calls"][0];
    if let Some(event) = call["event"].as_str() {
        let status = [&call["call_status"], &call["status"]].into_iter().find_map(Value::as_str);
        return ["calls", event].into_iter().chain(status).collect::<Vec<_>>().join(" ");
    }
    let message = &entry["messaging"][0];
    let named = |(field, value): (&str, &Value)| (!value.is_null()).then(|| field.to_owned());
    [
        ("messages", &message["message"]),
        ("messaging_postbacks", &message["postback"]),
        ("call_permission_reply", &entry["call_permission_reply"]),
        ("call_settings_update", &entry["call_settings"]),
    ]
    .into_iter()
    .find_map(named)
    .unwrap_or_else(|| "?".to_owned())
}

/// The call that an envelope is about.
pub(super) fn call_id(body: &str) -> Option<String> {
    let envelope: Value = serde_json::from_str(body).ok()?;
    envelope["entry"][0]["calls"][0]["id"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_from_left_to_right() {
        let body = r#"{"entry":[{"calls":[{"id":"c_1","event":"call_status","call_status":"ringing"}]}]}"#;
        let line = Line {
            at: 1_790_000_000_123,
            app_id: "31".to_owned(),
            delivery: "9".to_owned(),
            call_id: call_id(body),
            event: event(body),
            number: Some(2),
            status: Some(200),
            took_ms: 12,
            state: Some("delivered".to_owned()),
            why: None,
        };
        assert_eq!(line.text(), "14:13:20.123  app 31  calls call_status ringing  c_1  try 2  200 in 12 ms  delivered");
        let silent = Line { status: None, state: None, number: None, why: Some("refused".to_owned()), ..line };
        assert_eq!(silent.text(), "14:13:20.123  app 31  calls call_status ringing  c_1  no answer (refused) in 12 ms");
    }

    #[test]
    fn what_is_about_no_call_is_named_by_its_field() {
        assert_eq!(event(r#"{"entry":[{"messaging":[{"message":{"mid":"m"}}]}]}"#), "messages");
        assert_eq!(event(r#"{"entry":[{"call_settings":{}}]}"#), "call_settings_update");
        assert_eq!((event("no JSON"), call_id("no JSON")), ("?".to_owned(), None));
    }
}
