//! Which of a party's tracks is what, and which are on.

use offhook_call::{Track, TrackLabel};

use super::section::Role;
use super::session::Session;

/// `tracks` names a track that the party's SDP does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no track {msid} in the party's SDP")]
pub struct UnknownTrack {
    /// As `tracks` has it, or the label where it has none.
    pub msid: String,
}

/// Labels what an offer brought, and switches what `tracks` says.
///
/// Tracks without an entry keep what they were; new ones are on, and get the first label that is free: camera, then
/// screen.
pub(super) fn label(session: &mut Session, tracks: &[Track]) -> Result<(), UnknownTrack> {
    let (named, unnamed): (Vec<_>, Vec<_>) = tracks.iter().partition(|track| track.msid.is_some());
    for track in named {
        switch_one(session, track)?;
    }
    label_the_rest(session);
    unnamed.into_iter().try_for_each(|track| switch_one(session, track))
}

/// Switches tracks of a session that goes on as it is.
pub(super) fn switch(session: &mut Session, tracks: &[Track]) -> Result<(), UnknownTrack> {
    tracks.iter().try_for_each(|track| switch_one(session, track))
}

/// Of a party that has no session.
pub(super) fn none(tracks: &[Track]) -> Result<(), UnknownTrack> {
    tracks.first().map_or(Ok(()), |track| Err(UnknownTrack::new(track)))
}

impl UnknownTrack {
    fn new(track: &Track) -> Self {
        Self { msid: track.msid.clone().unwrap_or_else(|| name(track.label).to_owned()) }
    }
}

fn switch_one(session: &mut Session, track: &Track) -> Result<(), UnknownTrack> {
    let is_known = match track.label {
        TrackLabel::DefaultAudio => switch_audio(session, track),
        TrackLabel::DefaultVideo | TrackLabel::ScreenVideo => switch_video(session, track),
        // Its section is rejected, so there is nothing to switch.
        TrackLabel::ScreenAudio => true,
    };
    // To switch off what there is not is no mistake, unless it is named.
    let is_nothing = track.msid.is_none() && !track.on;
    if is_known || is_nothing {
        return Ok(());
    }
    Err(UnknownTrack::new(track))
}

fn switch_audio(session: &mut Session, track: &Track) -> bool {
    let mut roles = session.sections.iter_mut().map(|section| &mut section.role);
    let audio = roles.find_map(|role| if let Role::OwnAudio(audio) = role { Some(audio) } else { None });
    let Some(audio) = audio.filter(|audio| is_meant(track.msid.as_deref(), audio.track.as_deref())) else {
        return false;
    };
    audio.on = track.on;
    true
}

fn switch_video(session: &mut Session, track: &Track) -> bool {
    let found = match track.msid.as_deref() {
        Some(msid) => session.videos().position(|(_, video)| video.track.as_deref() == Some(msid)),
        None => session.videos().position(|(_, video)| video.label == Some(track.label)),
    };
    let nameless = || {
        let mut videos = session.videos();
        videos.position(|(_, video)| video.peer_sends() && video.track.is_none() && video.label != other(track.label))
    };
    let Some(position) = found.or_else(|| track.msid.as_ref().and_then(|_| nameless())) else { return false };
    for (index, video) in session.videos_mut().enumerate() {
        if index == position {
            video.label = Some(track.label);
            video.on = track.on;
        } else if video.label == Some(track.label) {
            video.label = None;
        }
    }
    true
}

/// Sections that send and have no label get one, as long as there are any.
pub(super) fn label_the_rest(session: &mut Session) {
    for label in [TrackLabel::DefaultVideo, TrackLabel::ScreenVideo] {
        if session.videos().any(|(_, video)| video.label == Some(label) && video.peer_sends()) {
            continue;
        }
        let next = session.videos().position(|(_, video)| video.label.is_none() && video.peer_sends());
        let Some(next) = next else { return };
        for (index, video) in session.videos_mut().enumerate() {
            if index == next {
                video.label = Some(label);
            } else if video.label == Some(label) {
                video.label = None;
            }
        }
    }
}

/// A track whose SDP does not name it can only be meant by its label.
fn is_meant(msid: Option<&str>, track: Option<&str>) -> bool {
    msid.is_none() || track.is_none() || msid == track
}

fn other(label: TrackLabel) -> Option<TrackLabel> {
    match label {
        TrackLabel::DefaultVideo => Some(TrackLabel::ScreenVideo),
        TrackLabel::ScreenVideo => Some(TrackLabel::DefaultVideo),
        TrackLabel::DefaultAudio | TrackLabel::ScreenAudio => None,
    }
}

fn name(label: TrackLabel) -> &'static str {
    match label {
        TrackLabel::DefaultAudio => "default_audio",
        TrackLabel::DefaultVideo => "default_video",
        TrackLabel::ScreenAudio => "screen_audio",
        TrackLabel::ScreenVideo => "screen_video",
    }
}
