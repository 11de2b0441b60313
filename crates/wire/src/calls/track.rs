//! `tracks` of a `media_update`.

use offhook_call::{Track, TrackLabel};
use serde_json::Value;

use crate::{GraphError, Parameters};

/// The tracks of a request, as JSON or as a text that holds it; labels and status in any case.
pub(super) fn parse(parameters: &Parameters) -> Result<Vec<Track>, GraphError> {
    let items = parameters.array(NAME)?.unwrap_or_default();
    if items.len() > TRACKS_MAX {
        return Err(refused(format!("`tracks` must not have more than {TRACKS_MAX} entries.")));
    }
    items.into_iter().map(track).collect()
}

fn track(item: Value) -> Result<Track, GraphError> {
    let Value::Object(map) = item else {
        return Err(refused("Each entry of `tracks` must be an object with `msid`, `label` and `status`.".to_owned()));
    };
    let text = |name: &str| match map.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.as_str()),
        Some(_) | None => {
            Err(refused(format!("Each entry of `tracks` must have `{name}`, a string that is not empty.")))
        }
    };
    Ok(Track { msid: Some(text("msid")?.to_owned()), label: label(text("label")?)?, on: is_on(text("status")?)? })
}

fn label(text: &str) -> Result<TrackLabel, GraphError> {
    match text.to_ascii_lowercase().as_str() {
        "default_audio" => Ok(TrackLabel::DefaultAudio),
        "default_video" => Ok(TrackLabel::DefaultVideo),
        "screen_audio" => Ok(TrackLabel::ScreenAudio),
        "screen_video" => Ok(TrackLabel::ScreenVideo),
        _ => Err(refused(format!(
            "The label `{text}` of a track must be default_audio, default_video, screen_audio or screen_video."
        ))),
    }
}

fn is_on(text: &str) -> Result<bool, GraphError> {
    match text.to_ascii_lowercase().as_str() {
        "enabled" => Ok(true),
        "disabled" => Ok(false),
        _ => Err(refused(format!("The status `{text}` of a track must be enabled or disabled."))),
    }
}

fn refused(detail: String) -> GraphError {
    GraphError::parameter(NAME, detail)
}

const NAME: &str = "tracks";

/// Tracks in one request (Meta's reference of the edge).
pub(crate) const TRACKS_MAX: usize = 4;
