//! A party's cameras and screens, and what it sees of the other party's.

use std::time::{Duration, Instant};

use offhook_media::{H264Profile, VideoCodec, VideoFormat};
use str0m::RtcConfig;
use str0m::format::{Codec, FormatParams};
use str0m::media::{Frequency, KeyframeRequestKind, MediaKind, Mid};
use str0m::rtp::{Extension, ExtensionValues, RtpWrite, VideoOrientation};

use crate::party::{Heard, Party};

/// What a party's stack calls formats and extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) formats: [(VideoCodec, u8, u8); 4],
    pub(crate) audio_level: u8,
    pub(crate) mid: u8,
    pub(crate) transport_wide_cc: u8,
    pub(crate) abs_send_time: u8,
    pub(crate) orientation: u8,
}

/// A track that the party sends.
pub(crate) struct Camera {
    pub(crate) mid: Mid,
    pub(crate) payload_type: u8,
    pub(crate) next_frame: Option<Instant>,
    /// Packets sent.
    pub(crate) sent: u32,
    sequence: u64,
    began: Instant,
}

impl Numbers {
    pub(crate) const BUSINESS: Self = Self {
        formats: [(VP8, 96, 97), (VP9, 98, 99), (H264, 102, 103), (AV1, 45, 46)],
        audio_level: 1,
        mid: 4,
        transport_wide_cc: 3,
        abs_send_time: 2,
        orientation: 13,
    };
    pub(crate) const CONSUMER: Self = Self {
        formats: [(VP8, 120, 121), (VP9, 124, 125), (H264, 126, 127), (AV1, 35, 36)],
        audio_level: 8,
        mid: 9,
        transport_wide_cc: 5,
        abs_send_time: 6,
        orientation: 7,
    };

    pub(crate) fn formats(&self) -> Vec<VideoFormat> {
        let format = |(codec, payload_type, rtx)| VideoFormat { codec, payload_type, rtx: Some(rtx) };
        self.formats.into_iter().map(format).collect()
    }

    pub(crate) fn payload_type(&self, codec: VideoCodec) -> u8 {
        let format = self.formats.iter().find(|(of, ..)| *of == codec).expect("one of the four");
        format.1
    }

    pub(crate) fn configure(&self, config: RtcConfig) -> RtcConfig {
        let mut config = config
            .set_rtcp_report_interval_video(Duration::from_secs(1))
            .clear_extension_map()
            .set_extension(self.audio_level, Extension::AudioLevel)
            .set_extension(self.abs_send_time, Extension::AbsoluteSendTime)
            .set_extension(self.transport_wide_cc, Extension::TransportSequenceNumber)
            .set_extension(self.mid, Extension::RtpMid)
            .set_extension(self.orientation, Extension::VideoOrientation);
        for (codec, payload_type, rtx) in self.formats {
            let (codec, params) = in_str0m(codec);
            let codecs = config.codec_config();
            codecs.add_config(payload_type.into(), Some(rtx.into()), codec, Frequency::NINETY_KHZ, None, params);
        }
        config
    }
}

impl Camera {
    pub(crate) fn last_sequence(&self) -> u64 {
        self.sequence - 1
    }
}

impl Party {
    /// Begins to send a track.
    pub(crate) fn film(&mut self, now: Instant, mid: &str, (ssrc, rtx): (u32, u32), payload_type: u8) {
        let mid: Mid = mid.into();
        let mut api = self.rtc.direct_api();
        if self.cameras.iter().all(|camera| camera.mid != mid) {
            api.declare_media(mid, MediaKind::Video);
            let (sequence, next_frame) = (FIRST_SEQUENCE, Some(now));
            self.cameras.push(Camera { mid, payload_type, next_frame, sent: 0, sequence, began: now });
        }
        let stream = api.declare_stream_tx(ssrc.into(), Some(rtx.into()), mid, None);
        stream.set_rtx_cache(1_000, Duration::from_secs(3), None);
    }

    /// Begins to send in a section that SDP has made.
    pub(crate) fn film_as_negotiated(&mut self, now: Instant, mid: Mid, payload_type: u8) {
        let (sequence, next_frame) = (FIRST_SEQUENCE, Some(now));
        self.cameras.push(Camera { mid, payload_type, next_frame, sent: 0, sequence, began: now });
    }

    /// The track goes on under another SSRC, and without rollovers as every new stream.
    pub(crate) fn change_ssrc(&mut self, mid: &str, ssrc: u32) {
        let mid: Mid = mid.into();
        let mut api = self.rtc.direct_api();
        api.reset_stream_tx(mid, None, ssrc.into(), Some((ssrc + 1).into())).expect("another SSRC");
        self.cameras.iter_mut().for_each(|camera| camera.sequence &= 0xFFFF);
    }

    /// Expects a track of the other party.
    pub(crate) fn watch(&mut self, mid: &str, ssrc: u32, rtx: Option<u32>) {
        let mut api = self.rtc.direct_api();
        if api.stream_rx(&ssrc.into()).is_none() {
            api.declare_media(mid.into(), MediaKind::Video);
            api.expect_stream_rx(ssrc.into(), rtx.map(Into::into), mid.into(), None);
            api.enable_twcc_feedback();
        }
    }

    pub(crate) fn ask_for_key_frame(&mut self, mid: &str, kind: KeyframeRequestKind) {
        let mut api = self.rtc.direct_api();
        api.stream_rx_by_mid(mid.into(), None).expect("it watches").request_keyframe(kind);
    }

    pub(crate) fn camera(&mut self, mid: &str) -> &mut Camera {
        let mid: Mid = mid.into();
        self.cameras.iter_mut().find(|camera| camera.mid == mid).expect("it films")
    }

    /// When each packet of the section was seen and which one of the other party's it is, in its stream's order.
    pub(crate) fn seen(&self, mid: &str) -> Vec<(Instant, u32)> {
        let mid: Mid = mid.into();
        let mut seen: Vec<&Heard> = self.heard.iter().filter(|packet| packet.mid == mid).collect();
        seen.sort_by_key(|packet| packet.sequence);
        seen.into_iter().map(|packet| (packet.at, number(packet))).collect()
    }

    pub(crate) fn next_film(&self) -> Option<Instant> {
        self.cameras.iter().filter_map(|camera| camera.next_frame).min()
    }

    pub(crate) fn expose(&mut self, now: Instant) {
        for camera in self.cameras.iter_mut().filter(|camera| camera.next_frame.is_some_and(|at| at <= now)) {
            camera.next_frame = Some(now + FRAME_INTERVAL);
            let ticks = (now - camera.began).as_micros() as u32 / 100 * 9;
            let mut api = self.rtc.direct_api();
            let Some(stream) = api.stream_tx_by_mid(camera.mid, None) else { continue };
            stream.set_unpaced(true);
            for part in 0..PACKETS {
                let mut payload = vec![b'v'; PACKET_LEN];
                payload[..4].copy_from_slice(&camera.sent.to_be_bytes());
                let orientation = Some(VideoOrientation::Deg90);
                let values = ExtensionValues { video_orientation: orientation, ..Default::default() };
                let time = FIRST_TIMESTAMP.wrapping_add(ticks);
                let packet = RtpWrite::new(camera.payload_type.into(), camera.sequence.into(), time, now, payload);
                stream.write_rtp(packet.marker(part + 1 == PACKETS).nackable(true).ext_vals(values));
                camera.sent += 1;
                camera.sequence += 1;
            }
        }
    }
}

/// Which of the other party's packets this is.
pub(crate) fn number(packet: &Heard) -> u32 {
    packet.payload.first_chunk().map_or(u32::MAX, |number| u32::from_be_bytes(*number))
}

fn in_str0m(codec: VideoCodec) -> (Codec, FormatParams) {
    let params = FormatParams::default();
    match codec {
        VideoCodec::Vp8 => (Codec::Vp8, params),
        VideoCodec::Vp9 { profile } => (Codec::Vp9, FormatParams { profile_id: Some(profile.into()), ..params }),
        VideoCodec::H264 { .. } => {
            let (mode, level) = (Some(1), Some(0x42_e01f));
            (Codec::H264, FormatParams { packetization_mode: mode, profile_level_id: level, ..params })
        }
        VideoCodec::H265 { .. } => (Codec::H265, params),
        VideoCodec::Av1 { profile } => (Codec::Av1, FormatParams { profile: Some(profile), ..params }),
    }
}

pub(crate) const VP8: VideoCodec = VideoCodec::Vp8;
pub(crate) const VP9: VideoCodec = VideoCodec::Vp9 { profile: 0 };
pub(crate) const H264: VideoCodec =
    VideoCodec::H264 { profile: H264Profile::ConstrainedBaseline, packetization_mode: 1 };
pub(crate) const AV1: VideoCodec = VideoCodec::Av1 { profile: 0 };
/// Of one frame.
pub(crate) const PACKETS: u32 = 4;
pub(crate) const FRAME_INTERVAL: Duration = Duration::from_millis(40);
const PACKET_LEN: usize = 600;
const FIRST_SEQUENCE: u64 = 65_500;
const FIRST_TIMESTAMP: u32 = u32::MAX - 90_000;
