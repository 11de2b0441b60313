//! The device mutes its voice and switches its camera while it talks.

use offhook_call::{CallId, TrackLabel};
use offhook_wire::consumer::{DeviceMessage, Track, TrackStatus};

use super::{Activity, Device};
use crate::phone::{Camera, PhoneError, VIDEO_TRACK};

impl Device {
    pub(super) async fn updated(&mut self, updated: CallId, answer: &str) -> Result<(), PhoneError> {
        match &mut self.activity {
            Activity::Talking { call, phone, updating, .. } if *call == updated => {
                *updating = false;
                phone.apply_answer(answer).await
            }
            Activity::Idle
            | Activity::Calling { .. }
            | Activity::Ringing { .. }
            | Activity::Offered { .. }
            | Activity::Talking { .. } => Ok(()),
        }
    }

    pub(super) fn switch_voice(&self, status: TrackStatus) -> Option<DeviceMessage> {
        let Activity::Talking { call, .. } = self.activity else { return None };
        let track = Track { msid: None, label: TrackLabel::DefaultAudio, status };
        let tracks = vec![track].try_into().expect("one track is not too many");
        Some(DeviceMessage::Update { call, sdp: None, tracks })
    }

    pub(super) async fn switch_video(&mut self, camera: Option<Camera>) -> Result<Option<DeviceMessage>, PhoneError> {
        let Activity::Talking { call, phone, updating, .. } = &mut self.activity else { return Ok(None) };
        let status = if camera.is_some() { TrackStatus::Enabled } else { TrackStatus::Disabled };
        let Some(sdp) = phone.offer_video(camera).await? else { return Ok(None) };
        *updating = true;
        let track = Track { msid: Some(VIDEO_TRACK.to_owned()), label: TrackLabel::DefaultVideo, status };
        let tracks = vec![track].try_into().expect("one track is not too many");
        Ok(Some(DeviceMessage::Update { call: *call, sdp: Some(sdp), tracks }))
    }
}
