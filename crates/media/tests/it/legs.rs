//! Two parties' SDP sessions as the tests drive them.

use offhook_call::{ConsumerAudio, Track, TrackLabel};
use offhook_media::{Answered, LegChange, LegSpec, NegotiateError, Sessions, Side, Switched, UnknownTrack};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use webrtc_sdp::media_type::SdpMedia;

use crate::negotiation::{bundle, local, mid, parsed, way};

/// A call whose changes are all adopted at once.
pub(crate) struct Legs {
    sessions: Sessions,
    rng: ChaCha8Rng,
    /// The last that the engine was told, business first.
    pub(crate) specs: [Option<LegSpec>; 2],
    /// What the engine was told since the last offer or switch.
    pub(crate) told: Vec<(Side, &'static str)>,
}

/// What an offer led to, without the change.
pub(crate) struct Texts {
    pub(crate) answer: String,
    pub(crate) offer: Option<String>,
    pub(crate) far_offer: Option<String>,
}

impl Legs {
    pub(crate) fn new() -> Self {
        Self { sessions: Sessions::default(), rng: ChaCha8Rng::seed_from_u64(1), specs: [None, None], told: Vec::new() }
    }

    pub(crate) fn offer(&mut self, side: Side, offer: &str) -> Texts {
        self.offer_tracks(side, offer, &[]).unwrap_or_else(|error| panic!("{error}\n{offer}"))
    }

    pub(crate) fn offer_tracks(&mut self, side: Side, offer: &str, tracks: &[Track]) -> Result<Texts, NegotiateError> {
        let Answered { answer, offer, far_offer, change } =
            self.sessions.negotiate(side, offer, tracks, ConsumerAudio::Both, &local(), &mut self.rng)?;
        self.adopt(change);
        Ok(Texts { answer, offer, far_offer })
    }

    pub(crate) fn switch(&mut self, side: Side, tracks: &[Track]) -> Result<Option<String>, UnknownTrack> {
        let Switched { far_offer, change } = self.sessions.switch(side, tracks, &local())?;
        self.adopt(change);
        Ok(far_offer)
    }

    pub(crate) fn spec(&self, side: Side) -> &LegSpec {
        self.specs[side as usize].as_ref().expect("the side has offered")
    }

    /// Prepares without adopting.
    pub(crate) fn prepare(&mut self, side: Side, offer: &str) -> Answered {
        self.sessions.negotiate(side, offer, &[], ConsumerAudio::Both, &local(), &mut self.rng).expect("a good offer")
    }

    pub(crate) fn adopt(&mut self, change: offhook_media::Change) {
        self.told.clear();
        for (side, change) in self.sessions.adopt(change) {
            let (what, spec) = match change {
                LegChange::Open(spec) => ("open", Some(spec)),
                LegChange::Update(spec) => ("update", Some(spec)),
                LegChange::OfferApplied => ("applied", None),
            };
            self.told.push((side, what));
            if spec.is_some() {
                self.specs[side as usize] = spec;
            }
        }
    }
}

/// `mid:kind:direction:first codec` of each section that is not rejected; `-` for those that are.
pub(crate) fn outline(sdp: &str) -> Vec<String> {
    let sdp = parsed(sdp);
    let open: Vec<_> = sdp.media.iter().filter(|media| media.get_port() != 0).map(mid).collect();
    let mut bundled = bundle(&sdp);
    bundled.sort_by_key(|bundled| open.iter().position(|mid| mid == bundled));
    assert_eq!(bundled, open, "what is not rejected is bundled");
    sdp.media.iter().map(section).collect()
}

fn section(media: &SdpMedia) -> String {
    if media.get_port() == 0 {
        return "-".to_owned();
    }
    format!("{} {} {}", mid(media), media.get_type(), way(media))
}

/// The codecs of the section with this MID, with their payload types, in order.
pub(crate) fn codecs(sdp: &str, mid: &str) -> Vec<String> {
    let section = section_of(sdp, mid);
    let maps = section.lines().filter_map(|line| line.strip_prefix("a=rtpmap:"));
    maps.map(|map| map.replace("/90000", "")).collect()
}

/// The text of the section with this MID.
pub(crate) fn section_of<'s>(sdp: &'s str, mid: &str) -> &'s str {
    let is_meant = |section: &&str| section.contains(&format!("a=mid:{mid}\r\n"));
    sdp.split("\r\nm=").find(is_meant).unwrap_or_else(|| panic!("no section {mid} in\n{sdp}"))
}

pub(crate) fn track(msid: Option<&str>, label: TrackLabel, on: bool) -> Track {
    Track { msid: msid.map(str::to_owned), label, on }
}
