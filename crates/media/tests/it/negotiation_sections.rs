//! Offers of several sections, and what stands where.

use webrtc_sdp::attribute_type::SdpAttributeType;
use webrtc_sdp::media_type::SdpMedia;

use crate::negotiation::{Negotiated, answered, bundle, fixture, mid, parsed, way};

#[test]
fn what_holds_for_the_session_holds_for_a_section_without_its_own() {
    let offer = fixture("chromium-audio");
    let moved: Vec<_> = ["a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=setup", "a=extmap:", "a=sendrecv"]
        .iter()
        .flat_map(|name| offer.lines().filter(move |line| line.starts_with(name)))
        .collect();
    let rest: Vec<_> = offer.lines().filter(|line| !moved.contains(line)).collect();
    let (session, section) = rest.split_at(7);
    assert!(section[0].starts_with("m=audio"));
    let session_level = [session, moved.as_slice(), section].concat().join("\r\n").replace("a=sendrecv", "a=sendonly");
    let (as_section, as_session) = (answered(&offer).leg, answered(&session_level).leg);
    assert_eq!(as_session.remote_ice, as_section.remote_ice);
    assert_eq!(as_session.fingerprints, as_section.fingerprints);
    assert_eq!(as_session.audio.mid_extension, Some(4));
    assert!(!as_session.audio.receives);
}

/// Chromium with `max-bundle` refuses an answer that rejects the first section of the group.
#[test]
fn a_section_that_carries_the_transport_stays_open_without_media() {
    let offer = without_codecs(&video_first());
    let Negotiated { answer, offer: renegotiation, leg } = answered(&offer);
    assert_eq!((leg.audio.mid.as_str(), leg.audio.far_mid.as_deref()), ("0", Some("2")));
    let (answer, renegotiation) = (parsed(&answer), parsed(&renegotiation));
    assert_eq!(bundle(&answer), ["1", "0"]);
    assert_eq!(bundle(&renegotiation), ["1", "0", "2"]);
    for sdp in [answer, renegotiation] {
        let video = &sdp.media[0];
        assert_eq!((mid(video).as_str(), way(video).as_str(), video.get_port()), ("1", "inactive", 41_000));
        assert!(video.get_attribute(SdpAttributeType::IceUfrag).is_some());
        assert!(video.get_attribute(SdpAttributeType::RtcpMux).is_some());
    }
}

#[test]
fn the_transport_is_that_of_the_section_that_carries_it() {
    let offer = video_first();
    let (video, audio) = offer.split_at(offer.find("m=audio").expect("an audio section"));
    let transport = ["a=candidate", "a=ice-", "a=fingerprint", "a=setup"];
    let audio: String =
        audio
            .split_inclusive('\n')
            .filter(|line| transport.iter().all(|start| !line.starts_with(start)))
            .map(|line| {
                if line.starts_with("m=audio") { "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=bundle-only\r\n" } else { line }
            })
            .collect();
    let (bundle_only, both) = (answered(&format!("{video}{audio}")).leg, answered(&offer).leg);
    assert_eq!(bundle_only.remote_ice, both.remote_ice);
    assert_eq!(bundle_only.fingerprints, both.fingerprints);
    let other_video = video.replace("a=ice-ufrag:", "a=ice-ufrag:other");
    let changed = answered(&offer.replace(video, &other_video)).leg.remote_ice.ufrag;
    assert_eq!(changed, format!("other{}", both.remote_ice.ufrag));
}

#[test]
fn a_section_without_a_direction_does_not_take_that_of_another() {
    let offer = video_first();
    let (video, audio) = offer.split_at(offer.find("m=audio").expect("an audio section"));
    let (video, audio) = (video.replace("a=sendrecv", "a=inactive"), audio.replace("a=sendrecv\r\n", ""));
    let audio = answered(&format!("{video}{audio}")).leg.audio;
    assert!(audio.sends && audio.receives);
}

#[test]
fn the_first_audio_section_that_can_be_used_carries_the_call() {
    let offer = fixture("chromium-audio").replace("BUNDLE 0", "BUNDLE 1 0");
    let start = offer.find("m=audio").expect("audio");
    let second = offer[start..].replace("a=mid:0", "a=mid:1").replace("a=sendrecv", "a=recvonly");
    let first = offer.replace("opus/48000/2", "speex/16000");
    let Negotiated { answer, leg, .. } = answered(&format!("{first}{second}"));
    assert_eq!(leg.audio.mid, "1");
    let ports: Vec<_> = parsed(&answer).media.iter().map(SdpMedia::get_port).collect();
    assert_eq!(ports, [0, 41_000]);
}

/// No video codec that can be carried.
fn without_codecs(offer: &str) -> String {
    ["VP8", "VP9", "H264", "AV1"].iter().fold(offer.to_owned(), |offer, codec| offer.replace(codec, "theora"))
}

/// Chromium's offer of audio and video with the video section in front.
fn video_first() -> String {
    let offer = fixture("chromium-audio-video").replace("BUNDLE 0 1", "BUNDLE 1 0");
    let (audio, video) = (offer.find("m=audio").expect("audio"), offer.find("m=video").expect("video"));
    [&offer[..audio], &offer[video..], &offer[audio..video]].concat()
}
