//! `/{page-id}/messenger_call_settings` (Meta's call settings page; contract section 2).

use offhook_call::{CallHours, CallSettings, ClockTime, Day, OpenDay, RingTarget, SettingsChange};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::{Compat, Fields, GraphError, Parameters};

/// The change that a `POST` asks for. Every field may be left out.
pub fn parse_settings_change(parameters: &Parameters) -> Result<SettingsChange, GraphError> {
    Ok(SettingsChange {
        audio_enabled: parameters.flag("audio_enabled")?,
        video_enabled: parameters.flag("video_enabled")?,
        icon_enabled: parameters.flag("icon_enabled")?,
        hours: parameters.object("call_hours")?.map(|hours| call_hours(&hours)).transpose()?,
        ring_target: parameters.object("call_routing")?.map(|routing| ring_target(&routing)).transpose()?,
    })
}

fn call_hours(hours: &Parameters) -> Result<CallHours, GraphError> {
    let timezone_id = hours.required_text("timezone_id")?;
    let days = hours.objects(WEEKLY_HOURS)?.ok_or_else(|| GraphError::missing(WEEKLY_HOURS))?;
    let days = days.iter().map(open_day).collect::<Result<Vec<_>, _>>()?;
    CallHours::new(&timezone_id, days).map_err(|refused| GraphError::settings(format!("call_hours: {refused}.")))
}

fn open_day(entry: &Parameters) -> Result<OpenDay, GraphError> {
    let name = entry.required_text("day_of_week")?;
    let day = Day::ALL.into_iter().find(|day| day.name().eq_ignore_ascii_case(&name)).ok_or_else(|| {
        let days = Day::ALL.map(Day::name).join(", ");
        GraphError::settings(format!("day_of_week: `{name}` is no day; there are {days}."))
    })?;
    Ok(OpenDay { day, open: clock_time(entry, "open_time")?, close: clock_time(entry, "close_time")? })
}

fn clock_time(entry: &Parameters, name: &'static str) -> Result<ClockTime, GraphError> {
    let text = entry.required_text(name)?;
    text.parse().map_err(|invalid| GraphError::settings(format!("{name}: `{text}` is no time: {invalid}.")))
}

fn ring_target(routing: &Parameters) -> Result<RingTarget, GraphError> {
    match routing.word(RING_TARGET)?.as_deref() {
        Some("meta") => Ok(RingTarget::Meta),
        Some("partners") => Ok(RingTarget::Partners),
        Some(other) => Err(GraphError::settings(format!("ring_target: `{other}` is neither META nor PARTNERS."))),
        None => Err(GraphError::missing(RING_TARGET)),
    }
}

const WEEKLY_HOURS: &str = "weekly_operating_hours";
const RING_TARGET: &str = "ring_target";

/// Which settings a `GET` wants, and in which shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsQuery {
    fields: Fields,
    /// `summary=true`, as Meta's Python SDK sends it.
    summary: bool,
}

/// The parameters that [`SettingsQuery`] reads.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; nothing holds it")]
pub struct SettingsParams {
    /// The wanted settings with commas between them; all unless told.
    #[param(nullable = false)]
    fields: Option<String>,
    /// `true`: the answer as an edge, `{"data": […]}`.
    #[param(nullable = false)]
    summary: Option<String>,
}

/// The answer to a `GET`, bare or as an edge.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum SettingsBody {
    Bare(SettingsAnswer),
    Edge(crate::Data<SettingsAnswer>),
}

impl SettingsQuery {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        Ok(Self { fields: Fields::parse(parameters, SettingsAnswer::FIELDS)?, summary: parameters.is_on("summary") })
    }

    /// The answer as the query and the app want it.
    pub fn render(&self, answer: &SettingsAnswer, compat: &Compat) -> Value {
        compat.edge_shape.shaped(self.fields.select(json!(answer)), self.summary)
    }
}

/// A Page's call settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettingsAnswer {
    #[schema(required = false)]
    pub audio_enabled: bool,
    #[schema(required = false)]
    pub video_enabled: bool,
    #[schema(required = false)]
    pub icon_enabled: bool,
    /// Absent: never set, so the Page takes calls at all hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub call_hours: Option<WeeklyHours>,
    #[schema(required = false)]
    pub call_routing: CallRouting,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallRouting {
    pub ring_target: RingTargetName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RingTargetName {
    Meta,
    Partners,
}

/// Calling hours as Graph writes them; days that are not listed are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeeklyHours {
    /// A name of the IANA time zone database.
    pub timezone_id: String,
    pub weekly_operating_hours: Vec<OperatingHours>,
}

/// One day's hours; times are `hhmm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OperatingHours {
    /// `MONDAY` to `SUNDAY`.
    pub day_of_week: String,
    #[schema(pattern = "^([01][0-9]|2[0-3])[0-5][0-9]$|^2400$")]
    pub open_time: String,
    #[schema(pattern = "^([01][0-9]|2[0-3])[0-5][0-9]$|^2400$")]
    pub close_time: String,
}

/// The answer to a `POST`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettingsChanged {
    pub success: bool,
    /// `success`.
    pub result: String,
}

impl SettingsChanged {
    pub fn yes() -> Self {
        Self { success: true, result: "success".to_owned() }
    }
}

impl SettingsAnswer {
    const FIELDS: &[&str] = &["audio_enabled", "video_enabled", "icon_enabled", "call_hours", "call_routing"];

    /// `ring_target`: the one in force.
    pub fn new(settings: &CallSettings, ring_target: RingTarget) -> Self {
        let CallSettings { audio_enabled, video_enabled, icon_enabled, ref hours, ring_target: _ } = *settings;
        let call_hours = hours.as_ref().map(WeeklyHours::from);
        let call_routing = CallRouting { ring_target: ring_target.into() };
        Self { audio_enabled, video_enabled, icon_enabled, call_hours, call_routing }
    }
}

impl From<RingTarget> for RingTargetName {
    fn from(target: RingTarget) -> Self {
        match target {
            RingTarget::Meta => Self::Meta,
            RingTarget::Partners => Self::Partners,
        }
    }
}

impl From<&CallHours> for WeeklyHours {
    fn from(hours: &CallHours) -> Self {
        let day = |OpenDay { day, open, close }| OperatingHours {
            day_of_week: day.to_string(),
            open_time: open.to_string(),
            close_time: close.to_string(),
        };
        Self { timezone_id: hours.timezone_id().to_owned(), weekly_operating_hours: hours.days().map(day).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(value: Value) -> Parameters {
        let Value::Object(map) = value else { panic!("tests pass objects") };
        map.into()
    }

    fn parse(body: Value) -> Result<SettingsChange, GraphError> {
        parse_settings_change(&parameters(body))
    }

    fn monday() -> Value {
        json!({ "day_of_week": "MONDAY", "open_time": "0800", "close_time": "1700" })
    }

    #[test]
    fn a_change_reads_the_same_from_json_and_from_a_form() {
        let hours = json!({ "timezone_id": "Africa/Nairobi", "weekly_operating_hours": [monday()] });
        let routing = json!({ "ring_target": "partners" });
        let typed =
            json!({ "audio_enabled": true, "icon_enabled": false, "call_hours": hours, "call_routing": routing });
        let form = json!({ "audio_enabled": "true", "icon_enabled": "0", "call_hours": hours.to_string(),
                           "call_routing": routing.to_string() });
        let change = parse(typed).unwrap();
        assert_eq!(parse(form).unwrap(), change);
        assert_eq!((change.audio_enabled, change.video_enabled, change.icon_enabled), (Some(true), None, Some(false)));
        assert_eq!(change.ring_target, Some(RingTarget::Partners));
        assert_eq!(json!(WeeklyHours::from(&change.hours.unwrap())), hours);
        assert_eq!(parse(json!({})).unwrap(), SettingsChange::default());
    }

    #[test]
    fn what_is_out_of_rule_is_refused_and_what_is_missing_is_named() {
        let hours = |days: Value| json!({ "call_hours": { "timezone_id": "UTC", "weekly_operating_hours": days } });
        let with = |name: &str, value: &str| {
            let mut day = monday();
            day[name] = value.into();
            hours(json!([day]))
        };
        let out_of_rule = [
            (with("day_of_week", "FUNDAY"), "day_of_week: `FUNDAY` is no day"),
            (with("open_time", "8:00"), "open_time: `8:00` is no time"),
            (with("close_time", "0700"), "MONDAY closes at 0700 before it opens at 0800"),
            (hours(json!([monday(), monday()])), "MONDAY is given twice"),
            (json!({ "call_routing": { "ring_target": "EVERYBODY" } }), "neither META nor PARTNERS"),
            (
                json!({ "call_hours": { "timezone_id": "GMT+3", "weekly_operating_hours": [] } }),
                "`GMT+3` is no time zone",
            ),
        ];
        for (body, expected) in out_of_rule {
            let refused = parse(body).unwrap_err();
            assert_eq!(refused.name(), "settings_refused");
            assert!(refused.detail().contains(expected), "{refused:?}");
        }
        let wrong = [
            (json!({ "audio_enabled": "yes" }), "audio_enabled"),
            (json!({ "call_hours": [1] }), "call_hours"),
            (json!({ "call_hours": { "timezone_id": "UTC" } }), "weekly_operating_hours"),
            (hours(json!([1])), "weekly_operating_hours"),
            (hours(json!([{ "day_of_week": "MONDAY", "open_time": "0800" }])), "close_time"),
            (json!({ "call_routing": {} }), "ring_target"),
        ];
        for (body, blamed) in wrong {
            assert_eq!(parse(body).unwrap_err().blame(), Some(blamed));
        }
    }

    #[test]
    fn the_answer_is_bare_or_an_edge_with_the_fields_asked_for() {
        let answer = SettingsAnswer::new(&CallSettings::default(), RingTarget::Meta);
        let ask = |query: Value| SettingsQuery::parse(&parameters(query)).unwrap().render(&answer, &Compat::default());
        let routing = json!({ "call_routing": { "ring_target": "META" } });
        assert_eq!(ask(json!({ "fields": "call_routing,call_hours" })), routing);
        assert_eq!(ask(json!({ "fields": "call_routing", "summary": "true" })), json!({ "data": [routing] }));
        let all = json!({ "audio_enabled": true, "video_enabled": true, "icon_enabled": true,
                          "call_routing": { "ring_target": "META" } });
        assert_eq!(ask(json!({})), all);
        let unknown = SettingsQuery::parse(&parameters(json!({ "fields": "colour" }))).unwrap_err();
        assert_eq!(unknown.blame(), Some("fields"));
    }
}
