//! Whatever two parties do one after another, the sessions agree with them and with each other.

use std::collections::HashMap;

use offhook_call::TrackLabel;
use offhook_media::{LegSpec, Side, VideoOut};
use proptest::prelude::*;
use str0m::media::{Direction, MediaKind};
use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeType};

use crate::legs::{Legs, Texts, outline, section_of, track};
use crate::negotiation::{mid, parsed};
use crate::stack::Stack;

#[derive(Debug, Clone)]
enum Step {
    Add(Side, Direction),
    Turn(Side, usize, Direction),
    Switch(Side, TrackLabel, bool),
    /// The party comes back with a new peer connection.
    Replace(Side),
    RestartIce(Side),
    /// The client takes up the server's offers from now on, or no longer.
    Apply(Side, bool),
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn any_sequence(steps in prop::collection::vec(step(), 1..14), applies in any::<(bool, bool)>()) {
        let mut world = World::new(applies);
        for step in steps {
            world.step(&step);
            world.check(&step);
        }
    }
}

/// Chance found it: the section that carried the track said nothing of its format's parameters any more, so that the same
/// payload type was another format.
#[test]
fn a_payload_type_keeps_its_format_when_the_track_under_it_goes() {
    let mut world = World::new((false, false));
    for step in [
        Step::Add(Side::Consumer, Direction::SendRecv),
        Step::Apply(Side::Business, true),
        Step::Replace(Side::Consumer),
        Step::Add(Side::Business, Direction::SendRecv),
    ] {
        world.step(&step);
        world.check(&step);
    }
}

struct World {
    legs: Legs,
    stacks: [Stack; 2],
    /// The server's last word to each party.
    last: [String; 2],
    offered: [usize; 2],
}

impl World {
    fn new((business, consumer): (bool, bool)) -> Self {
        let mut world = Self {
            legs: Legs::new(),
            stacks: [Stack::new(business), Stack::new(consumer)],
            last: [String::new(), String::new()],
            offered: [0, 0],
        };
        world.add(Side::Business, MediaKind::Audio, Direction::SendRecv);
        world.add(Side::Consumer, MediaKind::Audio, Direction::SendRecv);
        world
    }

    fn add(&mut self, side: Side, kind: MediaKind, direction: Direction) {
        let Self { legs, stacks, offered, .. } = self;
        let offered = &mut offered[side as usize];
        let texts = stacks[side as usize].add(kind, direction, |offer| exchange(legs, side, offer, offered));
        self.hear(side, texts);
    }

    fn step(&mut self, step: &Step) {
        let before = self.legs.specs.clone();
        match *step {
            Step::Add(side, direction) => self.add(side, MediaKind::Video, direction),
            Step::Turn(side, section, direction) => {
                let Self { legs, stacks, offered, .. } = self;
                let (stack, offered) = (&mut stacks[side as usize], &mut offered[side as usize]);
                let section = section % stack.own.len();
                let texts = stack.turn(section, direction, |offer| exchange(legs, side, offer, offered));
                if let Some(texts) = texts {
                    self.hear(side, texts);
                }
            }
            Step::Switch(side, label, on) => {
                // A track that is not there is refused.
                if let Ok(far_offer) = self.legs.switch(side, &[track(None, label, on)]) {
                    self.tell(side.other(), far_offer);
                }
            }
            Step::Replace(side) => {
                let applies = self.stacks[side as usize].applies_offers;
                self.stacks[side as usize] = Stack::new(applies);
                self.add(side, MediaKind::Audio, Direction::SendRecv);
                prop_assert_replaced(&before[side as usize], self.legs.spec(side));
                return;
            }
            Step::RestartIce(side) => {
                let Self { legs, stacks, offered, .. } = self;
                let offered = &mut offered[side as usize];
                let texts = stacks[side as usize].restart_ice(|offer| exchange(legs, side, offer, offered));
                self.hear(side, texts);
            }
            Step::Apply(side, applies) => self.stacks[side as usize].applies_offers = applies,
        }
        for (before, after) in before.iter().zip(&self.legs.specs) {
            assert_kept(before.as_ref().expect("open"), after.as_ref().expect("open"));
        }
    }

    fn hear(&mut self, side: Side, texts: Texts) {
        self.last[side as usize] = texts.offer.unwrap_or(texts.answer);
        self.tell(side.other(), texts.far_offer);
    }

    fn tell(&mut self, side: Side, offer: Option<String>) {
        if let Some(offer) = offer {
            assert!(outline(&offer).len() >= self.offered[side as usize], "no section goes");
            self.stacks[side as usize].take_offer(&offer);
            self.last[side as usize] = offer;
        }
    }

    /// What each party was told last is what the engine does.
    fn check(&self, step: &Step) {
        for side in [Side::Business, Side::Consumer] {
            let (spec, last) = (self.legs.spec(side), &self.last[side as usize]);
            assert_numbers_agree(last);
            // An answer need not speak of a section that was only ever announced, and carries nothing now.
            let is_told = |out: &&VideoOut| out.on || last.contains(&format!("a=mid:{}\r\n", out.mid));
            for out in spec.video.outgoing.iter().filter(is_told) {
                let section = section_of(last, &out.mid);
                let sends = section.contains("a=sendonly\r\n") || section.contains("a=sendrecv\r\n");
                assert_eq!(sends, out.on, "{step:?} {side:?}\n{last}");
                assert!(!sends || section.contains(&format!("a=ssrc:{} cname:", out.ssrc)), "{section}");
                let track = self.legs.spec(side.other()).video.incoming.iter().find(|track| track.label == out.label);
                assert_eq!(track.is_some_and(|track| track.on), out.on, "{step:?} {side:?}");
            }
            for incoming in spec.video.incoming.iter().filter(|incoming| incoming.on) {
                let sends = self.legs.spec(side.other()).video.outgoing.iter().any(|out| out.label == incoming.label);
                assert!(sends, "{step:?} {side:?}: nobody sees the track");
                let section = section_of(last, &incoming.mid);
                assert!(section.contains("a=recvonly\r\n") || section.contains("a=sendrecv\r\n"), "{last}");
            }
        }
    }
}

fn exchange(legs: &mut Legs, side: Side, offer: &str, offered: &mut usize) -> Texts {
    let texts = legs.offer(side, offer);
    let mids = |sdp: &str| sdp.lines().filter(|line| line.starts_with("a=mid:")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(mids(&texts.answer), mids(offer), "every section has its answer in its place");
    if let Some(own) = &texts.offer {
        assert_eq!(mids(own)[..mids(offer).len()], mids(offer), "ours stand behind the offerer's");
    }
    *offered = mids(offer).len();
    texts
}

/// Within one text, a payload type is one codec and an extension id one URI (RFC 9143), and no MID comes twice.
fn assert_numbers_agree(text: &str) {
    let sdp = parsed(text);
    let mut meanings = HashMap::new();
    let mut mids = Vec::new();
    for media in &sdp.media {
        mids.push(mid(media));
        for attribute in media.get_attributes() {
            let (key, meaning) = match attribute {
                SdpAttribute::Rtpmap(map) => (("pt", u16::from(map.payload_type)), map.codec_name.clone()),
                SdpAttribute::Extmap(map) => (("extension", map.id), map.url.clone()),
                _ => continue,
            };
            let known = meanings.entry(key).or_insert_with(|| meaning.clone());
            assert_eq!(*known, meaning, "{key:?}\n{text}");
        }
        assert!(media.get_attribute(SdpAttributeType::Mid).is_some());
    }
    let count = mids.len();
    mids.sort();
    mids.dedup();
    assert_eq!(mids.len(), count, "{text}");
}

/// In one peer connection, our names and streams stay.
fn assert_kept(before: &LegSpec, after: &LegSpec) {
    let streams = |spec: &LegSpec| (spec.audio.ssrc_a, spec.audio.ssrc_b, spec.audio.cname.clone());
    assert_eq!(streams(before), streams(after));
    for out in &before.video.outgoing {
        let kept = after.video.outgoing.iter().find(|kept| kept.label == out.label);
        assert_eq!(kept.map(|kept| kept.ssrc), Some(out.ssrc));
    }
    if before.remote_ice == after.remote_ice {
        assert_eq!(before.local_ice, after.local_ice);
    }
}

fn prop_assert_replaced(before: &Option<LegSpec>, after: &LegSpec) {
    let before = before.as_ref().expect("open");
    assert_ne!(before.local_ice, after.local_ice);
    assert_ne!(before.audio.ssrc_b, after.audio.ssrc_b);
}

fn step() -> impl Strategy<Value = Step> {
    let side = || prop::sample::select(vec![Side::Business, Side::Consumer]);
    let direction = || {
        prop::sample::select(vec![Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive])
    };
    let label =
        || prop::sample::select(vec![TrackLabel::DefaultAudio, TrackLabel::DefaultVideo, TrackLabel::ScreenVideo]);
    prop_oneof![
        4 => (side(), direction()).prop_map(|(side, direction)| Step::Add(side, direction)),
        6 => (side(), 0..4_usize, direction()).prop_map(|(side, at, direction)| Step::Turn(side, at, direction)),
        3 => (side(), label(), any::<bool>()).prop_map(|(side, label, on)| Step::Switch(side, label, on)),
        1 => side().prop_map(Step::Replace),
        1 => side().prop_map(Step::RestartIce),
        1 => (side(), any::<bool>()).prop_map(|(side, applies)| Step::Apply(side, applies)),
    ]
}
