//! Offers after the first one: tracks come and go, and both parties hear of it. str0m is the peer on both sides.

use offhook_call::TrackLabel;
use offhook_media::{NegotiateError, Side};
use str0m::media::{Direction, MediaKind};

use crate::legs::{Legs, Texts, outline, section_of, track};
use crate::negotiation::fixture;
use crate::stack::Stack;

const CAMERA: TrackLabel = TrackLabel::DefaultVideo;
const MIC: TrackLabel = TrackLabel::DefaultAudio;

/// A call of audio between two peers.
struct Call {
    legs: Legs,
    business: Stack,
    consumer: Stack,
}

impl Call {
    fn connected(business_applies: bool, consumer_applies: bool) -> Self {
        let (business, consumer) = (Stack::new(business_applies), Stack::new(consumer_applies));
        let mut call = Self { legs: Legs::new(), business, consumer };
        call.add(Side::Business, MediaKind::Audio, Direction::SendRecv);
        call.add(Side::Consumer, MediaKind::Audio, Direction::SendRecv);
        call
    }

    fn add(&mut self, side: Side, kind: MediaKind, direction: Direction) -> Texts {
        let Self { legs, business, consumer } = self;
        let (own, far) = if side == Side::Business { (business, consumer) } else { (consumer, business) };
        let texts = own.add(kind, direction, |offer| legs.offer(side, offer));
        texts.far_offer.as_ref().map(|offer| far.take_offer(offer));
        texts
    }

    fn turn(&mut self, side: Side, section: usize, direction: Direction) -> Texts {
        let Self { legs, business, consumer } = self;
        let (own, far) = if side == Side::Business { (business, consumer) } else { (consumer, business) };
        let texts = own.turn(section, direction, |offer| legs.offer(side, offer)).expect("another direction");
        texts.far_offer.as_ref().map(|offer| far.take_offer(offer));
        texts
    }

    /// Direction of the business's section for the consumer's camera, in the offer.
    fn camera_in(&self, offer: &str) -> String {
        let out = &self.legs.spec(Side::Business).video.outgoing[0];
        assert_eq!(out.label, CAMERA);
        let section = section_of(offer, &out.mid);
        assert!(section.contains(&format!("a=ssrc:{} ", out.ssrc)), "declared on or off: {offer}");
        let direction = ["sendonly", "inactive"].into_iter().find(|way| section.contains(&format!("a={way}\r\n")));
        assert_eq!(direction == Some("sendonly"), out.on);
        direction.expect("ours to send").to_owned()
    }
}

#[test]
fn the_consumers_camera_goes_on_and_off_in_place() {
    let mut call = Call::connected(true, true);
    let on = call.add(Side::Consumer, MediaKind::Video, Direction::SendOnly);
    assert_eq!(call.legs.told, [(Side::Consumer, "update"), (Side::Business, "update"), (Side::Consumer, "applied")]);
    assert_eq!(call.camera_in(&on.far_offer.expect("the business must hear of it")), "sendonly");
    assert_eq!(on.offer, None, "the answer says it all");
    let before = call.legs.spec(Side::Business).clone();
    let off = call.turn(Side::Consumer, 1, Direction::Inactive);
    assert_eq!(call.camera_in(&off.far_offer.expect("the business must hear of it")), "inactive");
    let again = call.turn(Side::Consumer, 1, Direction::SendOnly);
    assert_eq!(call.camera_in(&again.far_offer.expect("the business must hear of it")), "sendonly");
    assert_eq!(*call.legs.spec(Side::Business), before, "the same section and streams again");
}

#[test]
fn both_parties_send_video() {
    let mut call = Call::connected(true, true);
    call.add(Side::Consumer, MediaKind::Video, Direction::SendOnly);
    let texts = call.add(Side::Business, MediaKind::Video, Direction::SendOnly);
    let ways = |sdp: &str| {
        outline(sdp).iter().map(|section| section[section.find(' ').unwrap_or(0) + 1..].to_owned()).collect::<Vec<_>>()
    };
    // Its microphone, the consumer's voice and camera, its camera.
    assert_eq!(ways(&texts.answer), ["audio recvonly", "audio sendonly", "video sendonly", "video recvonly"]);
    let consumer = texts.far_offer.expect("the consumer must hear of it");
    assert_eq!(ways(&consumer), ["audio recvonly", "audio sendonly", "video recvonly", "video sendonly"]);
    for side in [Side::Business, Side::Consumer] {
        let video = &call.legs.spec(side).video;
        assert!(video.incoming[0].on && video.outgoing[0].on, "{video:?}");
    }
}

#[test]
fn a_client_that_applies_only_answers_keeps_its_numbering() {
    let mut call = Call::connected(false, true);
    call.add(Side::Consumer, MediaKind::Video, Direction::SendOnly);
    let far_before = call.legs.spec(Side::Business).clone();
    let texts = call.add(Side::Business, MediaKind::Video, Direction::SendRecv);
    let own: Vec<_> = call.business.own.iter().map(ToString::to_string).collect();
    let expected = [format!("{} audio sendrecv", own[0]), format!("{} video recvonly", own[1])];
    assert_eq!(outline(&texts.answer), expected, "the voice is still where it was heard");
    let offer = outline(&texts.offer.expect("the consumer's tracks moved"));
    assert_eq!(offer.len(), 4, "{offer:?}");
    assert!(offer[2].ends_with("audio sendonly") && offer[3].ends_with("video sendonly"), "{offer:?}");
    let far_after = call.legs.spec(Side::Business);
    assert_eq!((far_before.local_ice, far_before.audio.ssrc_a), (far_after.local_ice.clone(), far_after.audio.ssrc_a));
    assert_eq!(far_before.video.outgoing[0].ssrc, far_after.video.outgoing[0].ssrc);
}

/// A browser that added a track of its own under a name that the server's unapplied offer had used.
#[test]
fn ours_move_when_the_client_uses_their_place() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    legs.offer(Side::Consumer, &fixture("chromium-audio"));
    assert_eq!(legs.spec(Side::Business).audio.far_mid.as_deref(), Some("1"));
    let texts = legs.offer(Side::Business, &same_peer("chromium-audio-video"));
    assert_eq!(outline(&texts.answer), ["0 audio sendrecv", "1 video recvonly"]);
    let offer = texts.offer.expect("our audio is elsewhere now");
    assert_eq!(outline(&offer), ["0 audio recvonly", "1 video recvonly", "2 audio sendonly"]);
    assert_eq!(legs.spec(Side::Business).audio.far_mid.as_deref(), Some("2"));
    assert_eq!(legs.told[0], (Side::Business, "update"));
}

/// `addTrack` takes a section of ours over if its sender is still free.
#[test]
fn a_section_may_carry_both_cameras() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    let offer = legs.offer(Side::Consumer, &fixture("chromium-audio-video")).far_offer.expect("an offer");
    assert_eq!(outline(&offer)[1..], ["1 audio sendonly", "2 video sendonly"]);
    let repeated = repeating(&[
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n",
        "m=video 9 UDP/TLS/RTP/SAVPF 109\r\na=mid:2\r\na=sendrecv\r\na=msid:s camera\r\na=rtcp-mux\r\na=rtpmap:109 H264/90000\r\na=fmtp:109 packetization-mode=1;profile-level-id=42e01f\r\na=rtcp-fb:109 nack pli\r\n",
    ]);
    let texts = legs.offer(Side::Business, &repeated);
    assert_eq!(outline(&texts.answer), ["0 audio recvonly", "1 audio sendonly", "2 video sendrecv"]);
    let video = &legs.spec(Side::Business).video;
    assert_eq!((video.incoming[0].mid.as_str(), video.outgoing[0].mid.as_str()), ("2", "2"));
    assert!(outline(&texts.far_offer.expect("a camera")).iter().any(|section| section.ends_with("video sendonly")));
}

#[test]
fn a_stopped_section_stays_stopped() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    legs.offer(Side::Consumer, &fixture("chromium-audio-video"));
    let stopped = repeating(&[
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n",
        "m=video 0 UDP/TLS/RTP/SAVPF 109\r\na=mid:2\r\na=inactive\r\n",
    ])
    .replace("BUNDLE 0 1 2", "BUNDLE 0 1");
    let texts = legs.offer(Side::Business, &stopped);
    assert_eq!(outline(&texts.answer), ["0 audio recvonly", "1 audio sendonly", "-"]);
    assert_eq!(texts.offer, None);
    assert!(!legs.spec(Side::Business).video.outgoing[0].on);
}

#[test]
fn muting_makes_the_far_audio_inactive_and_back() {
    let mut call = Call::connected(true, true);
    let far_mid = call.legs.spec(Side::Business).audio.far_mid.clone().unwrap();
    for (on, way) in [(false, "inactive"), (true, "sendonly")] {
        let offer = call.legs.switch(Side::Consumer, &[track(None, MIC, on)]).expect("its microphone").expect("news");
        assert!(section_of(&offer, &far_mid).contains(&format!("a={way}\r\n")), "{offer}");
        let ssrc = call.legs.spec(Side::Business).audio.ssrc_b;
        assert!(section_of(&offer, &far_mid).contains(&format!("a=ssrc:{ssrc} ")), "stays declared: {offer}");
        assert_eq!(call.legs.spec(Side::Consumer).audio.sends, on);
        assert_eq!(call.legs.told, [(Side::Consumer, "update")]);
        call.business.take_offer(&offer).expect("applied");
        let again = call.legs.switch(Side::Consumer, &[track(None, MIC, on)]).expect("its microphone");
        assert_eq!(again, None, "nothing new");
    }
}

#[test]
fn cameras_are_switched_by_name_or_label_without_sdp() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio-video"));
    legs.offer(Side::Consumer, &fixture("chromium-audio-video"));
    let msid = Some("d51b2a45-77c7-463e-823e-f1bed1e7f13a");
    let mut switch = |msid, on| {
        legs.switch(Side::Business, &[track(msid, CAMERA, on)])
            .map(|offer| offer.map(|offer| outline(&offer)[3].clone()))
    };
    assert_eq!(switch(msid, false), Ok(Some("3 video inactive".to_owned())));
    assert_eq!(switch(None, true), Ok(Some("3 video sendonly".to_owned())));
    assert_eq!(switch(None, true), Ok(None));
    let unknown = switch(Some("nobody"), false).expect_err("not in the SDP");
    assert_eq!(unknown.msid, "nobody");
    assert_eq!(legs.switch(Side::Business, &[track(None, TrackLabel::ScreenVideo, false)]), Ok(None));
    let none = legs.switch(Side::Business, &[track(None, TrackLabel::ScreenVideo, true)]);
    assert_eq!(none.expect_err("no screen").msid, "screen_video");
}

#[test]
fn a_track_that_the_offer_lacks_refuses_it_and_changes_nothing() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    let refused =
        legs.offer_tracks(Side::Business, &same_peer("chromium-audio-video"), &[track(Some("x"), CAMERA, true)]);
    let Err(NegotiateError::UnknownTrack(unknown)) = refused.map(|_| ()) else { panic!("taken") };
    assert_eq!(unknown.msid, "x");
    assert!(legs.spec(Side::Business).video.incoming.is_empty());
}

#[test]
fn a_track_switched_off_in_its_own_offer_is_known_by_its_former_name() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio-video"));
    legs.offer(Side::Consumer, &fixture("chromium-audio"));
    let offer = fixture("chromium-audio-video");
    let (audio, video) = offer.split_at(offer.find("m=video").expect("video"));
    let video: String =
        video.replace("a=sendrecv", "a=inactive").split_inclusive('\n').filter(|line| !line.contains("msid")).collect();
    let tracks = [track(Some("d51b2a45-77c7-463e-823e-f1bed1e7f13a"), CAMERA, false)];
    let texts = legs.offer_tracks(Side::Business, &format!("{audio}{video}"), &tracks).expect("known");
    assert_eq!(outline(&texts.answer)[1], "1 video inactive");
    assert_eq!(outline(&texts.far_offer.expect("the camera went off"))[2], "2 video inactive");
}

#[test]
fn another_peer_connection_begins_anew_and_the_other_party_hears_nothing_of_it() {
    let mut call = Call::connected(true, true);
    let before = call.legs.spec(Side::Consumer).clone();
    call.consumer = Stack::new(true);
    let texts = call.add(Side::Consumer, MediaKind::Audio, Direction::SendRecv);
    assert_eq!(call.legs.told, [(Side::Consumer, "open")]);
    assert_eq!(texts.far_offer, None);
    assert!(texts.offer.is_some(), "the business's voice has its own section again");
    assert_ne!(call.legs.spec(Side::Consumer).local_ice, before.local_ice);
}

#[test]
fn an_ice_restart_keeps_everything_but_our_credentials() {
    let mut call = Call::connected(true, true);
    call.add(Side::Consumer, MediaKind::Video, Direction::SendOnly);
    let before = call.legs.spec(Side::Business).clone();
    let legs = &mut call.legs;
    call.business.restart_ice(|offer| legs.offer(Side::Business, offer));
    let after = call.legs.spec(Side::Business);
    assert_eq!(call.legs.told[0], (Side::Business, "update"));
    assert!(after.local_ice != before.local_ice && after.remote_ice != before.remote_ice);
    assert_eq!((&after.audio.far_mid, &after.video.outgoing), (&before.audio.far_mid, &before.video.outgoing));
}

/// Chromium's ids are random for each peer connection.
#[test]
fn the_same_certificate_in_another_session_is_another_connection() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    let other = fixture("chromium-audio").replace("oNIS", "other").replace("8577528243825550271", "42");
    legs.offer(Side::Business, &other);
    assert_eq!(legs.told, [(Side::Business, "open")]);
}

/// Both parties change at once: neither change undoes the other one.
#[test]
fn changes_prepared_side_by_side_both_stand() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    legs.offer(Side::Consumer, &fixture("chromium-audio"));
    let consumer = legs.prepare(Side::Consumer, &same_peer("chromium-audio-video"));
    let business = legs.prepare(Side::Business, &same_peer("chromium-audio-video"));
    legs.adopt(consumer.change);
    legs.adopt(business.change);
    for side in [Side::Business, Side::Consumer] {
        let video = &legs.spec(side).video;
        assert!(video.incoming[0].on && video.outgoing[0].on, "{video:?}");
    }
}

/// The fixture as the peer connection of `chromium-audio` would offer it.
fn same_peer(name: &str) -> String {
    let (audio, other) = (fixture("chromium-audio"), fixture(name));
    let value = |offer: &str, start: &str| {
        let line = offer.lines().find(|line| line.starts_with(start)).expect("the line");
        line.to_owned()
    };
    ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "o="]
        .iter()
        .fold(other.clone(), |offer, start| offer.replace(&value(&other, start), &value(&audio, start)))
}

/// `chromium-audio` with more sections.
fn repeating(sections: &[&str]) -> String {
    fixture("chromium-audio").replace("BUNDLE 0", "BUNDLE 0 1 2") + &sections.concat()
}
