//! An independent WebRTC stack takes the server's SDP: str0m as the peer.

use std::time::Instant;

use offhook_media::TelephoneEvent;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use str0m::Rtc;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::{Direction, MediaKind};

use crate::negotiation::{Negotiated, answered, fixtures, local, negotiate};

#[test]
fn str0m_takes_the_answer_and_then_the_servers_offer() {
    for direction in [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly] {
        for kinds in
            [&[MediaKind::Audio][..], &[MediaKind::Audio, MediaKind::Video], &[MediaKind::Video, MediaKind::Audio]]
        {
            let mut peer = Rtc::new(Instant::now());
            let mut change = peer.sdp_api();
            for kind in kinds {
                change.add_media(*kind, direction, None, None, None);
            }
            let (offer, pending) = change.apply().expect("media was added");
            let Negotiated { answer, offer, leg } = offer_to_server(&offer);

            let answer = SdpAnswer::from_sdp_string(&answer).expect("str0m reads the answer");
            peer.sdp_api().accept_answer(pending, answer).expect("str0m takes the answer");
            let offer = SdpOffer::from_sdp_string(&offer).expect("str0m reads the offer");
            let answer = peer.sdp_api().accept_offer(offer).expect("str0m takes the offer").to_sdp_string();

            let expected = if leg.audio.sends { "sendonly" } else { "inactive" };
            assert_eq!(way(&answer, &leg.audio.mid), (expected, true), "{answer}");
            assert_eq!(way(&answer, leg.audio.far_mid.as_ref().unwrap()), ("recvonly", true), "{answer}");
            assert!(!leg.audio.receives || direction != Direction::SendOnly);
        }
    }
}

#[test]
fn str0m_gets_its_own_numbers_back() {
    let mut peer = Rtc::new(Instant::now());
    let mut change = peer.sdp_api();
    let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    let (offer, _) = change.apply().expect("media was added");
    let leg = offer_to_server(&offer).leg;
    assert_eq!(leg.audio.mid, mid.to_string());
    assert_eq!((leg.audio.opus, leg.audio.telephone_event), (111, None::<TelephoneEvent>));
    assert!(leg.audio.mid_extension.is_some() && leg.audio.level_extension.is_some());
}

#[test]
fn str0m_reads_what_other_clients_get() {
    for (name, offer) in fixtures() {
        let Negotiated { answer, offer, .. } = answered(&offer);
        SdpAnswer::from_sdp_string(&answer).unwrap_or_else(|error| panic!("{name}: {error}\n{answer}"));
        let offer = SdpOffer::from_sdp_string(&offer).unwrap_or_else(|error| panic!("{name}: {error}\n{offer}"));
        // A party that has heard of no call yet can follow the server's offer by itself.
        let answer = Rtc::new(Instant::now()).sdp_api().accept_offer(offer).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(answer.to_sdp_string().contains("a=setup:active"), "{name}");
    }
}

fn offer_to_server(offer: &SdpOffer) -> Negotiated {
    negotiate(&offer.to_sdp_string(), &local(), &mut ChaCha8Rng::seed_from_u64(7)).expect("str0m's offer is good")
}

/// Direction of the section with this MID, and whether str0m connects to the server's DTLS.
fn way<'a>(sdp: &'a str, mid: &str) -> (&'a str, bool) {
    let section = sdp.split("m=").find(|section| section.contains(&format!("a=mid:{mid}\r\n"))).expect("the section");
    let direction = ["sendrecv", "sendonly", "recvonly", "inactive"]
        .into_iter()
        .find(|way| section.contains(&format!("a={way}\r\n")))
        .expect("a direction");
    (direction, section.contains("a=setup:active"))
}
