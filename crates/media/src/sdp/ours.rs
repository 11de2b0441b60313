//! What the server makes up for one leg. Nothing in it tells who the other party is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use offhook_call::TrackLabel;
use rand::{Rng, RngExt as _};

use crate::{IceCredentials, ufrag};

/// Drawn once for a peer connection, and kept as long as it lasts.
#[derive(Debug, Clone)]
pub(super) struct Ours {
    pub(super) ice: IceCredentials,
    /// `<user>:<rand>`, the canonical name of all streams: they carry one party (RFC 3550 section 6.5.1).
    pub(super) cname: String,
    pub(super) ssrc_a: u32,
    pub(super) ssrc_b: u32,
    camera: VideoSsrcs,
    screen: VideoSsrcs,
}

/// The SSRCs of a video track, and of its repair (RFC 4588).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VideoSsrcs {
    pub(super) media: u32,
    /// Declared even where repair is not negotiated: a browser takes it up with the media stream or never.
    pub(super) rtx: u32,
}

impl Ours {
    /// `theirs`: SSRCs of the peer, which ours must differ from (RFC 3550 section 8.2).
    pub(super) fn draw(theirs: &[u32], shard: u16, rng: &mut impl Rng) -> Self {
        let mut used = theirs.to_vec();
        let ssrc_a = unused_ssrc(rng, &mut used);
        Self {
            ice: draw_ice(shard, rng),
            cname: format!("{}:{:08x}", rng.random_range(USER_IDS), rng.random::<u32>()),
            ssrc_a,
            ssrc_b: unused_ssrc(rng, &mut used),
            camera: VideoSsrcs::draw(rng, &mut used),
            screen: VideoSsrcs::draw(rng, &mut used),
        }
    }

    /// The SSRCs of the other party's track.
    pub(super) fn video(&self, label: TrackLabel) -> VideoSsrcs {
        match label {
            TrackLabel::ScreenVideo => self.screen,
            TrackLabel::DefaultVideo | TrackLabel::DefaultAudio | TrackLabel::ScreenAudio => self.camera,
        }
    }

    /// The media stream that the track belongs to: a party's voice and camera are one, its screen is another.
    pub(super) fn stream(&self, label: TrackLabel) -> String {
        let name = match label {
            TrackLabel::DefaultAudio | TrackLabel::DefaultVideo => "DEFAULT",
            TrackLabel::ScreenAudio | TrackLabel::ScreenVideo => "SCREEN",
        };
        format!("{}:{name}", self.cname)
    }
}

impl VideoSsrcs {
    fn draw(rng: &mut impl Rng, used: &mut Vec<u32>) -> Self {
        Self { media: unused_ssrc(rng, used), rtx: unused_ssrc(rng, used) }
    }
}

/// Credentials in Meta's form; the password has 24 characters.
pub(super) fn draw_ice(shard: u16, rng: &mut impl Rng) -> IceCredentials {
    IceCredentials { ufrag: ufrag::draw(shard, rng), pwd: STANDARD.encode(rng.random::<[u8; 18]>()) }
}

fn unused_ssrc(rng: &mut impl Rng, used: &mut Vec<u32>) -> u32 {
    let start: u32 = rng.random();
    let mut from_start = (0..=u32::MAX).map(|step| start.wrapping_add(step));
    let ssrc =
        from_start.find(|ssrc| *ssrc != 0 && !used.contains(ssrc)).expect("an offer of 64 KiB cannot name every SSRC");
    used.push(ssrc);
    ssrc
}

/// Numbers that look like the user ids in Meta's stream names, and are random.
const USER_IDS: std::ops::RangeInclusive<u64> = 1_000_000_000_000_000..=9_999_999_999_999_999;
