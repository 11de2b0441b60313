//! A call's negotiation: offers of real clients, changed, from both sides, with tracks switched in between.

use arbitrary::Arbitrary;
use offhook_call::{ConsumerAudio, Side, Track, TrackLabel};
use offhook_media::{Answered, LegChange, Sessions, Switched};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::sdp::{judge, judge_leg, local};

#[derive(Debug, Arbitrary)]
pub enum Step<'a> {
    Offer { is_business: bool, client: u8, edits: Vec<Edit<'a>>, is_adopted: bool },
    Switch { is_business: bool, label: u8, on: bool },
}

/// A change of one line.
#[derive(Debug, Arbitrary)]
pub enum Edit<'a> {
    Remove(u8),
    Repeat {
        from: u8,
        to: u8,
    },
    Replace {
        line: u8,
        with: &'a str,
    },
    Swap(u8, u8),
    /// Every line of another client's offer from there on.
    Graft {
        client: u8,
        line: u8,
    },
}

/// Plays the steps. Whatever is said, the server's texts are SDP, and the legs are such that only their peers connect.
pub fn negotiate(steps: &[Step<'_>]) {
    let (mut sessions, mut rng) = (Sessions::default(), ChaCha8Rng::seed_from_u64(1));
    for step in steps.iter().take(STEPS_MAX) {
        let change = match step {
            Step::Offer { is_business, client, edits, is_adopted } => {
                let offer = edited(*client, edits);
                let answered =
                    sessions.negotiate(side(*is_business), &offer, &[], ConsumerAudio::Both, &local(), &mut rng);
                let Ok(Answered { answer, offer, far_offer, change }) = answered else { continue };
                [Some(answer), offer, far_offer].iter().flatten().for_each(|text| judge(text));
                if !is_adopted {
                    continue;
                }
                change
            }
            Step::Switch { is_business, label, on } => {
                let track = Track { msid: None, label: LABELS[usize::from(*label) % LABELS.len()], on: *on };
                let switched = sessions.switch(side(*is_business), &[track], &local());
                let Ok(Switched { far_offer, change }) = switched else { continue };
                far_offer.iter().for_each(|text| judge(text));
                change
            }
        };
        for (_, change) in sessions.adopt(change) {
            match change {
                LegChange::Open(leg) | LegChange::Update(leg) => judge_leg(&leg),
                LegChange::OfferApplied => {}
            }
        }
    }
}

fn edited(client: u8, edits: &[Edit<'_>]) -> String {
    let mut lines: Vec<&str> = offer_of(client).lines().collect();
    for edit in edits.iter().take(EDITS_MAX) {
        let at = |line: &u8| usize::from(*line) % lines.len().max(1);
        match edit {
            _ if lines.is_empty() => {}
            Edit::Remove(line) => drop(lines.remove(at(line))),
            Edit::Repeat { from, to } => {
                let (from, to) = (lines[at(from)], at(to));
                lines.insert(to, from);
            }
            Edit::Replace { line, with } => {
                let line = at(line);
                lines[line] = with;
            }
            Edit::Swap(one, other) => {
                let (one, other) = (at(one), at(other));
                lines.swap(one, other);
            }
            Edit::Graft { client, line } => {
                let line = at(line);
                lines.truncate(line);
                lines.extend(offer_of(*client).lines().skip(line));
            }
        }
    }
    lines.iter().flat_map(|line| [line, "\r\n"]).collect()
}

fn offer_of(client: u8) -> &'static str {
    OFFERS[usize::from(client) % OFFERS.len()]
}

fn side(is_business: bool) -> Side {
    if is_business { Side::Business } else { Side::Consumer }
}

const OFFERS: [&str; 9] = [
    include_str!("../../fixtures/sdp/chromium-audio.sdp"),
    include_str!("../../fixtures/sdp/chromium-audio-video.sdp"),
    include_str!("../../fixtures/sdp/chromium-simulcast-data.sdp"),
    include_str!("../../fixtures/sdp/firefox-audio-video.sdp"),
    include_str!("../../fixtures/sdp/aiortc-audio-video.sdp"),
    include_str!("../../fixtures/sdp/gstreamer-audio-video.sdp"),
    include_str!("../../fixtures/sdp/werift-audio-video.sdp"),
    include_str!("../../fixtures/sdp/roamhq-wrtc-audio-video.sdp"),
    include_str!("../../fixtures/sdp/libdatachannel-audio-video.sdp"),
];
const LABELS: [TrackLabel; 4] =
    [TrackLabel::DefaultAudio, TrackLabel::DefaultVideo, TrackLabel::ScreenAudio, TrackLabel::ScreenVideo];
const STEPS_MAX: usize = 12;
const EDITS_MAX: usize = 8;
