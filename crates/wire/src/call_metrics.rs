//! `POST /{page-id}/call_metrics`: what the business's side measured of a call (Meta's call metrics page).
//!
//! Meta's table and its own sample name the same figures differently: `…_ms` and `…_sec`, `jitter` and `jitter_sec`,
//! `HANGUP_CALL`, `Hangup_Call` and `HangupCall`. All are read; one form is kept.

use offhook_call::{CallId, Time};
use serde::Serialize;
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

use crate::calls::check_platform;
use crate::{GraphError, Parameters, Platform, schema};

/// A report about one call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallMetrics {
    pub call: CallId,
    pub report: MetricsReport,
}

/// What a report says, in one form: times in milliseconds since the epoch, durations as `…_ms`, the reason in
/// `UPPER_SNAKE`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricsReport {
    pub end_call_reason: &'static str,
    pub end_call_subreason: Option<String>,
    pub call_ended_time: Time,
    pub first_audio_packet_received_time: Time,
    pub first_video_packet_received_time: Option<Time>,
    pub audio_stats: Map<String, Value>,
    pub video_stats: Option<Map<String, Value>>,
}

/// The body that [`CallMetrics`] reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the JSON; nothing holds it")]
pub struct CallMetricsBody {
    #[schema(nullable = false)]
    platform: Option<Platform>,
    #[schema(value_type = schema::CallId)]
    call_id: String,
    /// Compared without regard to case and `_`.
    #[schema(example = "HANGUP_CALL")]
    end_call_reason: String,
    #[schema(nullable = false, max_length = 256)]
    end_call_subreason: Option<String>,
    /// Seconds or milliseconds since the Unix epoch, or an ISO 8601 time.
    #[schema(value_type = i64, minimum = 1)]
    call_ended_time: Time,
    #[schema(value_type = i64, minimum = 1)]
    first_audio_packet_received_time: Time,
    #[schema(value_type = Option<i64>, minimum = 1, nullable = false)]
    first_video_packet_received_time: Option<Time>,
    /// Figures by name: `jitter`, `packets_lost`, `packets_received`, `round_trip_time_ms` and others.
    #[schema(value_type = Object)]
    audio_stats: Map<String, Value>,
    #[schema(value_type = Option<Object>, nullable = false)]
    video_stats: Option<Map<String, Value>>,
}

impl CallMetrics {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        check_platform(parameters)?;
        let call = parameters.required_text("call_id")?.parse().map_err(|_| GraphError::InvalidCallId)?;
        let report = MetricsReport {
            end_call_reason: reason(parameters)?,
            end_call_subreason: subreason(parameters)?,
            call_ended_time: required_time(parameters, "call_ended_time")?,
            first_audio_packet_received_time: required_time(parameters, "first_audio_packet_received_time")?,
            first_video_packet_received_time: time(parameters, "first_video_packet_received_time")?,
            audio_stats: stats(parameters, "audio_stats")?.ok_or_else(|| GraphError::missing("audio_stats"))?,
            video_stats: stats(parameters, "video_stats")?,
        };
        Ok(Self { call, report })
    }
}

fn reason(parameters: &Parameters) -> Result<&'static str, GraphError> {
    const NAME: &str = "end_call_reason";
    let given = parameters.required_text(NAME)?;
    let bare = |text: &str| text.replace('_', "").to_ascii_uppercase();
    let known = END_REASONS.iter().find(|known| bare(known) == bare(&given));
    known.copied().ok_or_else(|| {
        GraphError::parameter(NAME, format!("There is no such reason; there are: {}.", END_REASONS.join(", ")))
    })
}

fn subreason(parameters: &Parameters) -> Result<Option<String>, GraphError> {
    const NAME: &str = "end_call_subreason";
    match parameters.text(NAME)? {
        Some(text) if text.len() > TEXT_BYTES_MAX => Err(too_long(NAME)),
        text => Ok(text),
    }
}

fn required_time(parameters: &Parameters, name: &'static str) -> Result<Time, GraphError> {
    time(parameters, name)?.ok_or_else(|| GraphError::missing(name))
}

/// Seconds or milliseconds since the epoch, or an ISO 8601 date and time.
fn time(parameters: &Parameters, name: &'static str) -> Result<Option<Time>, GraphError> {
    let Some(value) = parameters.value(name) else { return Ok(None) };
    let read = match value {
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::Number(number) => number.as_f64().and_then(since_epoch),
        Value::String(text) => {
            let instant = || text.parse::<jiff::Timestamp>().ok().map(|instant| Time(instant.as_millisecond()));
            text.parse().ok().and_then(since_epoch).or_else(instant)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let wrong = || GraphError::parameter(name, format!("Parameter `{name}` must be a Unix time or an ISO 8601 time."));
    read.map(Some).ok_or_else(wrong)
}

/// What is too large to be seconds is milliseconds.
fn since_epoch(given: f64) -> Option<Time> {
    let millis = if given < FIRST_MILLIS { given * 1000.0 } else { given };
    (0.0..LAST_MILLIS).contains(&millis).then_some(Time(millis.round() as i64))
}

/// An object of figures, or a text that holds one as JSON.
fn stats(parameters: &Parameters, name: &'static str) -> Result<Option<Map<String, Value>>, GraphError> {
    let Some(given) = parameters.object(name)? else { return Ok(None) };
    let mut figures = Map::new();
    for (key, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let (key, value) = figure(name, key, value)?;
        figures.insert(key, value);
    }
    if figures.len() > FIGURES_MAX {
        return Err(GraphError::parameter(name, format!("`{name}` must not have more than {FIGURES_MAX} figures.")));
    }
    Ok(Some(figures))
}

/// A figure in the one form that is kept: durations in milliseconds. Texts that are no number stay as they are, because
/// nobody documents what `video_stats` may hold.
fn figure(name: &'static str, key: &str, value: &Value) -> Result<(String, Value), GraphError> {
    let wrong = || GraphError::parameter(name, format!("`{name}.{key}` must be a number or a short text."));
    if key.len() > TEXT_BYTES_MAX {
        return Err(too_long(name));
    }
    let seconds = if key == "jitter" { Some(key) } else { key.strip_suffix("_sec") };
    let number = match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.parse::<Number>().ok(),
        Value::Bool(_) => None,
        Value::Null | Value::Array(_) | Value::Object(_) => return Err(wrong()),
    };
    match (seconds, number, value) {
        (Some(stem), Some(number), _) => {
            let millis = number.as_f64().and_then(|seconds| Number::from_f64(seconds * 1000.0)).ok_or_else(wrong)?;
            Ok((format!("{stem}_ms"), millis.into()))
        }
        (Some(_), None, _) => Err(wrong()),
        (None, Some(number), _) => Ok((key.to_owned(), number.into())),
        (None, None, Value::String(text)) if text.len() > TEXT_BYTES_MAX => Err(wrong()),
        (None, None, other) => Ok((key.to_owned(), other.clone())),
    }
}

fn too_long(name: &'static str) -> GraphError {
    GraphError::parameter(name, format!("Texts in `{name}` must not be longer than {TEXT_BYTES_MAX} bytes."))
}

/// In Meta's machine-readable specification.
const END_REASONS: [&str; 22] = [
    "CALLER_NOT_VISIBLE",
    "CALL_END_ACCEPT_AFTER_HANG_UP",
    "CAMERA_PERMISSION_DENIED",
    "CLIENT_ERROR",
    "CLIENT_INTERRUPTED",
    "CONNECTION_DROPPED",
    "HANGUP_CALL",
    "IGNORE_CALL",
    "INACTIVE_TIMEOUT",
    "INCOMING_TIMEOUT",
    "IN_ANOTHER_CALL",
    "MAX_ALLOWED_PARTICIPANTS_REACHED",
    "MICROPHONE_PERMISSION_DENIED",
    "NO_ANSWER_TIMEOUT",
    "NO_PERMISSION",
    "REMOVED_BY_PARTICIPANT",
    "RING_MUTED",
    "SIGNALING_MESSAGE_FAILED",
    "UNEXPECTED_END_OF_CALL",
    "UNKNOWN",
    "VERSION_UNSUPPORTED",
    "WEBRTC_ERROR",
];

/// Longest text and longest name of a figure.
const TEXT_BYTES_MAX: usize = 256;

/// Figures in one of the two objects.
const FIGURES_MAX: usize = 64;

/// As seconds the year 5138, as milliseconds 1973: nobody means either.
const FIRST_MILLIS: f64 = 1e11;

/// The year 5138.
const LAST_MILLIS: f64 = 1e14;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body() -> Value {
        json!({
            "platform": "messenger", "call_id": CallId([7; 32]), "end_call_reason": "Hangup_Call",
            "call_ended_time": 1_790_000_132, "first_audio_packet_received_time": "1790000012",
            "audio_stats": { "packets_lost": 3 },
        })
    }

    fn with(name: &str, value: Value) -> Result<MetricsReport, GraphError> {
        let mut body = body();
        body[name] = value;
        let Value::Object(map) = body else { panic!("it is an object") };
        CallMetrics::parse(&map.into()).map(|metrics| metrics.report)
    }

    #[test]
    fn reasons_are_read_in_every_spelling_of_metas_pages() {
        for spelling in ["Hangup_Call", "HANGUP_CALL", "HangupCall", "hangup_call"] {
            assert_eq!(with("end_call_reason", spelling.into()).unwrap().end_call_reason, "HANGUP_CALL");
        }
        assert_eq!(with("end_call_reason", "WebRTC_Error".into()).unwrap().end_call_reason, "WEBRTC_ERROR");
        assert_eq!(with("end_call_reason", "bored".into()).unwrap_err().blame(), Some("end_call_reason"));
    }

    #[test]
    fn times_are_read_as_seconds_milliseconds_and_iso_8601() {
        let forms = [
            json!(1_790_000_012),
            json!("1790000012"),
            json!(1_790_000_012_000_i64),
            json!("2026-09-21T14:13:32Z"),
            json!("2026-09-21T14:13:32+0000"),
        ];
        for form in forms {
            let report = with("first_audio_packet_received_time", form.clone()).unwrap();
            assert_eq!(report.first_audio_packet_received_time, Time(1_790_000_012_000), "{form}");
        }
        for wrong in [json!("soon"), json!(-1), json!(1e300), json!([]), json!(true)] {
            assert_eq!(with("call_ended_time", wrong).unwrap_err().blame(), Some("call_ended_time"));
        }
    }

    #[test]
    fn both_families_of_names_become_milliseconds() {
        let kept = json!({ "jitter_ms": 4.0, "round_trip_time_ms": 80.0, "packets_received": 6000, "codec": "VP8" });
        let given = [
            json!({ "jitter": 0.004, "round_trip_time_ms": 80.0, "packets_received": 6000, "codec": "VP8" }),
            json!({ "jitter_sec": 0.004, "round_trip_time_sec": 0.08, "packets_received": "6000", "codec": "VP8" }),
        ];
        for stats in given {
            let text = json!(stats.to_string());
            for form in [stats, text] {
                let report = with("audio_stats", form.clone()).unwrap();
                assert_eq!(Value::from(report.audio_stats), kept, "{form}");
            }
        }
    }

    #[test]
    fn what_is_no_figure_is_named() {
        let many: Map<_, _> = (0..=FIGURES_MAX).map(|number| (number.to_string(), json!(1))).collect();
        let wrong = [json!({ "a": {} }), json!({ "jitter": "high" }), json!([1]), json!("x"), many.into()];
        for stats in wrong {
            assert_eq!(with("video_stats", stats.clone()).unwrap_err().blame(), Some("video_stats"), "{stats}");
        }
        for name in ["call_ended_time", "first_audio_packet_received_time", "audio_stats", "end_call_reason"] {
            assert_eq!(with(name, Value::Null).unwrap_err().blame(), Some(name));
        }
    }
}
