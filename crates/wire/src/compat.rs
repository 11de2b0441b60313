//! Compat switches: where Meta's pages contradict each other, an app chooses the reading that it was written for
//! (contract, sections 2, 3, 4, 5 and 6). What no app chose is the default.

use std::fmt;

use offhook_call::ConsumerAudio;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// An app's choices. As JSON an object with one word per switch; a missing switch has its default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Compat {
    pub sdp_shape: SdpShape,
    pub edge_shape: EdgeShape,
    pub permission_names: PermissionNames,
    pub status_case: StatusCase,
    pub connect_parties: ConnectParties,
    pub empty_duration: EmptyDuration,
    /// Whether a permission that follows from a call is told as an approval.
    pub implicit_permission_webhook: Toggle,
    pub version_conflict: VersionConflict,
    /// Where the business gets the consumer's audio.
    #[schema(value_type = String, pattern = "^(both|own_section|same_section)$")]
    pub consumer_audio: ConsumerAudio,
    /// Whether a terminate webhook bears Offhook's own `offhook: {"reason"}`.
    pub extensions: Toggle,
}

/// How an answer bears SDP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SdpShape {
    /// `{"sdp_type", "sdp"}`.
    #[default]
    Object,
    /// The SDP alone, as the samples of Meta's accept page show it.
    String,
}

/// How an edge with one entry answers a GET.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EdgeShape {
    /// `{"data": […]}` if the query has `summary=true`, else bare.
    #[default]
    Auto,
    /// The object itself.
    Bare,
    /// `{"data": [object]}`.
    Data,
}

/// The names in the answer to a permission check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermissionNames {
    /// `can_perform`, `max_allowed`.
    #[default]
    Current,
    /// `can_perform_action`, `max_allowed_per_user`, as an earlier copy of Meta's page has them.
    Older,
}

/// The letters of a permission's status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusCase {
    /// `HAS_PERMISSION`.
    #[default]
    Upper,
    /// `has_permission`.
    Lower,
}

/// Who is `from` and who is `to` in a `connect` webhook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectParties {
    /// The caller and the callee.
    #[default]
    CallerCallee,
    /// The consumer and the Page, whoever calls.
    PsidPage,
}

/// What stands for `duration` in the terminate webhook of a call that never connected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmptyDuration {
    /// No such field.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// `""`.
    EmptyString,
    /// `0`.
    Zero,
}

/// The answer to a `media_update` whose `from_version` is not the current one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionConflict {
    /// The error `version_conflict`.
    #[default]
    Error,
    /// 200 with a session that has no SDP, as Meta's video page also has it.
    EmptySession,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Toggle {
    #[default]
    Off,
    On,
}

/// A change of an app's switches: a JSON merge patch (RFC 7396) of [`Compat`]. `null` puts a switch back to its default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct CompatPatch(Value);

/// A patch names a switch or a word that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompatRefused(String);

impl Compat {
    /// The switches as a store keeps them: the merged patches of an app, which were checked when they came.
    pub fn of_stored(switches: &Value) -> Self {
        Self::deserialize(switches).unwrap_or_default()
    }
}

impl EdgeShape {
    /// `object` as the edge's answer. `summary`: the query has `summary=true`.
    pub fn shaped(self, object: Value, summary: bool) -> Value {
        let as_edge = match self {
            Self::Auto => summary,
            Self::Bare => false,
            Self::Data => true,
        };
        if as_edge { json!({ "data": [object] }) } else { object }
    }
}

impl CompatPatch {
    /// The merge patch, which leaves every [`Compat`] whole.
    pub fn into_json(self) -> Value {
        self.0
    }
}

impl TryFrom<Map<String, Value>> for CompatPatch {
    type Error = CompatRefused;

    fn try_from(patch: Map<String, Value>) -> Result<Self, CompatRefused> {
        let Value::Object(known) = json!(Compat::default()) else { unreachable!("a struct is an object in JSON") };
        for (name, word) in &patch {
            if !known.contains_key(name) {
                let names: Vec<_> = known.keys().map(String::as_str).collect();
                let names = names.join(", ");
                return Err(CompatRefused(format!("There is no compat switch `{name}`; there are: {names}.")));
            }
            if !word.is_null() {
                let one = json!({ name: word });
                Compat::deserialize(one).map_err(|why| CompatRefused(format!("Compat switch `{name}`: {why}.")))?;
            }
        }
        Ok(Self(patch.into()))
    }
}

impl fmt::Display for CompatRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CompatRefused {}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(value: Value) -> Result<CompatPatch, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_patch_names_switches_and_words_that_exist() {
        let good = json!({ "sdp_shape": "string", "empty_duration": "empty_string", "extensions": null });
        assert_eq!(patch(good.clone()).unwrap().into_json(), good);
        let refused = [
            (json!({ "sdp_shapes": "string" }), ["`sdp_shapes`", "edge_shape"]),
            (json!({ "sdp_shapes": null }), ["`sdp_shapes`", "edge_shape"]),
            (json!({ "sdp_shape": "strings" }), ["`sdp_shape`", "`object`"]),
            (json!({ "extensions": true }), ["`extensions`", "boolean"]),
            (json!(["sdp_shape"]), ["map", "sequence"]),
        ];
        for (given, named) in refused {
            let error = patch(given.clone()).unwrap_err();
            assert!(named.iter().all(|name| error.contains(name)), "{given} gave {error:?}");
        }
    }

    #[test]
    fn what_an_app_did_not_choose_is_the_default() {
        assert_eq!(Compat::of_stored(&json!({})), Compat::default());
        let chosen = Compat { empty_duration: EmptyDuration::Zero, ..Compat::default() };
        assert_eq!(Compat::of_stored(&json!({ "empty_duration": "zero" })), chosen);
        assert_eq!(Compat::of_stored(&json!(chosen)), chosen);
    }
}
