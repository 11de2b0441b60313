//! One leg's SDP session: what its peer has offered, and what the server added.

use offhook_call::ConsumerAudio;
use rand::Rng;

use super::content::{Content, SectionOffer};
use super::offer::{FarAudioPlace, Numbers, Offer};
use super::ours::{Ours, draw_ice};
use super::section::{FarAudio, Line, OwnAudio, Role, Section, VideoSection};
use super::view::Told;
use crate::{Fingerprint, IceCredentials, TelephoneEvent};

/// A peer connection as both sides have described it so far.
///
/// The order of sections and the names in them are the peer's. Sections of ours stand behind those of its last offer;
/// once it has applied an offer of the server and offers again, it repeats them in their places, where they are
/// recognised by place and MID. A peer that never applies the server's offers knows nothing of them, and may use their
/// places and names for its own: then ours move.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) ours: Ours,
    /// Where the peer gets the other party's audio.
    audio: ConsumerAudio,
    pub(super) peer: Peer,
    /// In the order of the `m=` lines.
    pub(super) sections: Vec<Section>,
    /// How many of the sections the peer's last offer had.
    pub(super) offered: usize,
    /// What the peer was told last of the sections that its answers depend on.
    pub(super) told: Vec<Told>,
    next_mid: usize,
}

/// What the peer's last offer says of it as a whole.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) session_id: u64,
    pub(super) session_version: u64,
    pub(super) ice: IceCredentials,
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) numbers: Numbers,
    /// The MID that the BUNDLE group begins with: its section carries the transport.
    pub(super) tag: Option<String>,
    /// Of the audio section, for that of the other party's audio too.
    pub(super) protocol: String,
    pub(super) audio_mid: String,
    pub(super) opus: u8,
    pub(super) telephone_event: Option<TelephoneEvent>,
    pub(super) mid_extension: Option<u8>,
    pub(super) level_extension: Option<u8>,
}

/// How an offer relates to the session before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continuation {
    SameConnection,
    /// The same connection looks for other paths (RFC 8839 section 4.4.1.1.1).
    IceRestart,
    /// A new peer connection.
    Other,
}

impl Session {
    /// A peer's first offer.
    pub(super) fn begin(offer: Offer<'_>, audio: ConsumerAudio, shard: u16, rng: &mut impl Rng) -> Self {
        let mut session = Self {
            ours: Ours::draw(&offer.ssrcs, shard, rng),
            audio,
            offered: offer.sections.len(),
            next_mid: 0,
            told: Vec::new(),
            sections: offer.sections.iter().map(|section| Section::new(section, &offer, None)).collect(),
            peer: Peer::new(offer),
        };
        session.append_far_audio(None);
        session
    }

    /// The same peer offers again. What is ours stays.
    pub(super) fn go_on(&self, offer: Offer<'_>, shard: u16, rng: &mut impl Rng) -> Self {
        let mut ours = self.ours.clone();
        if self.continuation(&offer) == Continuation::IceRestart {
            ours.ice = draw_ice(shard, rng);
        }
        let place = |(index, section): (usize, &SectionOffer<'_>)| {
            let before = self.sections.get(index).filter(|before| before.is_repeated_by(section));
            Section::new(section, &offer, before)
        };
        let sections: Vec<_> = offer.sections.iter().enumerate().map(place).collect();
        let mut session = Self {
            ours,
            audio: self.audio,
            offered: sections.len(),
            next_mid: self.next_mid,
            told: Vec::new(),
            sections,
            peer: Peer::new(offer),
        };
        session.append_missing(self);
        session
    }

    pub(super) fn continuation(&self, offer: &Offer<'_>) -> Continuation {
        let same_certificate = self.peer.fingerprints == offer.audio.fingerprints;
        if same_certificate && self.peer.ice == offer.audio.ice {
            Continuation::SameConnection
        } else if same_certificate && self.peer.session_id == offer.session_id {
            Continuation::IceRestart
        } else {
            Continuation::Other
        }
    }

    /// Where the peer repeats our audio section, if it has applied it.
    pub(super) fn far_audio_place(&self) -> Option<FarAudioPlace<'_>> {
        self.sections.iter().enumerate().find_map(|(index, section)| match (&section.role, &section.mid) {
            (Role::FarAudio(_), Some(mid)) => Some(FarAudioPlace { index, mid }),
            _ => None,
        })
    }

    pub(super) fn own_audio(&self) -> &OwnAudio {
        let mut roles = self.sections.iter().map(|section| &section.role);
        roles
            .find_map(|role| if let Role::OwnAudio(audio) = role { Some(audio) } else { None })
            .expect("an offer without audio is refused")
    }

    /// `None` if the peer gets the other party's audio in its own section only.
    pub(super) fn far_audio(&self) -> Option<FarAudio> {
        let mut roles = self.sections.iter().map(|section| &section.role);
        roles.find_map(|role| if let Role::FarAudio(audio) = role { Some(*audio) } else { None })
    }

    /// The MID of the server's audio section.
    pub(super) fn far_audio_mid(&self) -> Option<&str> {
        self.far_audio_place().map(|place| place.mid)
    }

    /// Whether the peer hears the other party in its own section: until it has applied the server's offer, or for good.
    pub(super) fn hears_in_own_section(&self) -> bool {
        let may = match self.audio {
            ConsumerAudio::Both => self.far_audio() == Some(FarAudio::Announced),
            ConsumerAudio::OwnSection => false,
            ConsumerAudio::SameSection => true,
        };
        may && self.own_audio().direction.receives
    }

    pub(super) fn videos(&self) -> impl Iterator<Item = (&Section, &VideoSection)> {
        self.sections.iter().filter_map(|section| match &section.role {
            Role::Video(video) => Some((section, video)),
            Role::OwnAudio(_) | Role::FarAudio(_) | Role::Carrier | Role::Rejected => None,
        })
    }

    pub(super) fn videos_mut(&mut self) -> impl Iterator<Item = &mut VideoSection> {
        self.sections.iter_mut().filter_map(|section| match &mut section.role {
            Role::Video(video) => Some(video),
            Role::OwnAudio(_) | Role::FarAudio(_) | Role::Carrier | Role::Rejected => None,
        })
    }

    /// A section of ours for the server's next offer; `mid` if it has a name that is still free.
    pub(super) fn append(&mut self, role: Role, line: Line, mid: Option<String>) {
        let mid = mid.filter(|mid| self.is_free(mid)).unwrap_or_else(|| self.unused_mid());
        self.sections.push(Section { mid: Some(mid), line, role });
    }

    fn append_far_audio(&mut self, mid: Option<String>) {
        match self.audio {
            ConsumerAudio::Both | ConsumerAudio::OwnSection => {
                self.append(Role::FarAudio(FarAudio::Announced), self.peer.audio_line(), mid);
            }
            ConsumerAudio::SameSection => {}
        }
    }

    /// What the peer's offer lacks of our sections.
    fn append_missing(&mut self, before: &Self) {
        if !self.sections.iter().any(|section| matches!(section.role, Role::FarAudio(_))) {
            let mut sections = before.sections.iter();
            let former = sections.find(|section| matches!(section.role, Role::FarAudio(FarAudio::Announced)));
            let mid = former.and_then(|section| section.mid.clone());
            self.append_far_audio(mid);
        }
        for (section, video) in before.videos() {
            let Some(label) = video.far else { continue };
            if self.videos().all(|(_, video)| video.far != Some(label)) {
                let mid = section.mid.clone().filter(|_| video.offer.is_none() && !video.declined);
                self.append(Role::Video(VideoSection::for_far(label)), section.line.clone(), mid);
            }
        }
    }

    fn is_free(&self, mid: &str) -> bool {
        self.sections.iter().all(|section| section.mid.as_deref() != Some(mid))
    }

    /// Meta's way: the next number, unless the peer's names are numbers out of order.
    fn unused_mid(&mut self) -> String {
        let number = (self.sections.len().max(self.next_mid)..)
            .find(|number| self.is_free(&number.to_string()))
            .expect("there are more numbers than sections");
        self.next_mid = number + 1;
        number.to_string()
    }
}

impl Peer {
    fn new(offer: Offer<'_>) -> Self {
        let audio_section = offer.sections.iter().find(|section| matches!(section.content, Content::Audio));
        let protocol = audio_section.expect("the audio is one of the sections").fields.protocol.to_owned();
        let audio = offer.audio;
        Self {
            session_id: offer.session_id,
            session_version: offer.session_version,
            ice: audio.ice,
            fingerprints: audio.fingerprints,
            numbers: offer.numbers,
            tag: audio.bundle.tag().map(str::to_owned),
            protocol,
            audio_mid: audio.mid,
            opus: audio.opus,
            telephone_event: audio.telephone_event,
            mid_extension: audio.mid_extension,
            level_extension: audio.level_extension,
        }
    }

    fn audio_line(&self) -> Line {
        Line {
            media: "audio".to_owned(),
            protocol: self.protocol.clone(),
            first_format: self.opus.to_string(),
            first_rtpmap: None,
            first_fmtp: None,
        }
    }
}
