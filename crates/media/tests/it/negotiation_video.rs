//! Video sections: what is answered, what is offered, and what both legs can.

use offhook_call::TrackLabel;
use offhook_media::{Side, VideoCodec, VideoFormat};

use crate::legs::{Legs, codecs, outline, section_of, track};
use crate::negotiation::{fixture, parsed};

const CAMERA: TrackLabel = TrackLabel::DefaultVideo;
const SCREEN: TrackLabel = TrackLabel::ScreenVideo;

#[test]
fn video_is_received_in_the_offerers_formats_and_numbers() {
    let mut legs = Legs::new();
    let texts = legs.offer(Side::Business, &fixture("chromium-audio-video"));
    assert_eq!(outline(&texts.answer), ["0 audio sendrecv", "1 video recvonly"]);
    assert_eq!((texts.offer, texts.far_offer), (None, None), "nobody is there to be heard");
    let formats = codecs(&texts.answer, "1");
    assert_eq!(formats[..4], ["96 VP8", "97 rtx", "102 H264", "103 rtx"]);
    for left_out in ["red", "ulpfec", "flexfec"] {
        assert!(!texts.answer.contains(left_out), "{left_out}");
    }
    let section = section_of(&texts.answer, "1");
    for line in [
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=extmap:13 urn:3gpp:video-orientation",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=msid:- d51b2a45-77c7-463e-823e-f1bed1e7f13a",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 transport-cc",
        "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f",
        "a=fmtp:103 apt=102",
        "a=setup:passive",
    ] {
        assert!(section.contains(&format!("{line}\r\n")), "{line}\n{section}");
    }
    assert!(!section.contains("rtp-stream-id") && !section.contains("toffset"), "{section}");
    let camera = &legs.spec(Side::Business).video.incoming[0];
    assert_eq!((camera.label, camera.mid.as_str(), camera.on), (CAMERA, "1", true));
    assert_eq!(camera.formats[0], VideoFormat { codec: VideoCodec::Vp8, payload_type: 96, rtx: Some(97) });
    assert_eq!((camera.ssrcs.len(), camera.rtx_ssrcs.len()), (1, 1));
}

#[test]
fn picking_up_narrows_to_what_both_can_in_the_offerers_order() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio-video"));
    // aiortc: VP8, H264 Baseline and Constrained Baseline in mode 1, each with RTX.
    let device = legs.offer(Side::Consumer, &fixture("aiortc-audio-video"));
    let business = device.far_offer.expect("the consumer is there now");
    assert_eq!(outline(&business), ["0 audio recvonly", "1 video recvonly", "2 audio sendonly", "3 video sendonly"]);
    let common = ["96 VP8", "97 rtx", "102 H264", "103 rtx", "108 H264", "109 rtx"];
    assert_eq!(codecs(&business, "1"), common);
    assert_eq!(codecs(&business, "3"), common, "in the numbers of the business's own offer");
    assert_eq!(codecs(&device.answer, "1"), ["97 VP8", "98 rtx", "99 H264", "100 rtx", "101 H264", "102 rtx"]);
    let offer = device.offer.expect("the business is there");
    assert_eq!(outline(&offer), ["0 audio recvonly", "1 video recvonly", "2 audio sendonly", "3 video sendonly"]);
    // aiortc knows no transport-wide congestion control, so nobody is offered it any more.
    assert!(!business.contains("transport-wide-cc") && !business.contains("transport-cc"), "{business}");
    assert!(
        section_of(&business, "3").contains("a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time")
    );
    let (sent, received) = (&legs.spec(Side::Consumer).video, &legs.spec(Side::Business).video);
    assert_eq!(sent.incoming[0].label, received.outgoing[0].label);
    let kinds = |formats: &[VideoFormat]| formats.iter().map(|format| format.codec).collect::<Vec<_>>();
    assert_eq!(kinds(&sent.incoming[0].formats), kinds(&received.outgoing[0].formats));
    assert!(received.outgoing[0].on && received.extensions.transport_wide_cc.is_none());
    assert!(received.extensions.abs_send_time.is_some() && sent.extensions.abs_send_time.is_some());
}

#[test]
fn the_declared_streams_are_those_that_the_leg_sends() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio-video"));
    let offer = legs.offer(Side::Consumer, &fixture("firefox-audio-video")).far_offer.expect("an offer");
    let out = &legs.spec(Side::Business).video.outgoing[0];
    let (ssrc, rtx) = (out.ssrc, out.rtx_ssrc.expect("both have RTX"));
    let section = section_of(&offer, &out.mid);
    let cname = &legs.spec(Side::Business).audio.cname;
    assert!(section.contains(&format!("a=ssrc-group:FID {ssrc} {rtx}\r\n")), "{section}");
    assert!(section.contains(&format!("a=ssrc:{ssrc} cname:{cname}\r\na=ssrc:{rtx} cname:{cname}\r\n")));
    assert!(section.contains(&format!("a=msid:{cname}:DEFAULT {ssrc}\r\n")));
}

/// A browser takes up the streams of a section once: one that is declared later is not received.
#[test]
fn the_repair_stream_is_declared_before_anything_is_repaired() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio-video"));
    let without = fixture("chromium-audio-video").replace("rtx/90000", "red/90000");
    let before = legs.offer(Side::Consumer, &without).far_offer.expect("an offer");
    assert_eq!(legs.spec(Side::Business).video.outgoing[0].formats[0].rtx, None);
    let after = legs.offer(Side::Consumer, &fixture("chromium-audio-video")).far_offer.expect("another offer");
    assert!(legs.spec(Side::Business).video.outgoing[0].formats[0].rtx.is_some());
    let declared = |offer: &str| {
        let ssrcs = offer.lines().filter(|line| line.starts_with("a=ssrc-group:FID"));
        ssrcs.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(declared(&before).len(), 1);
    assert_eq!(declared(&before), declared(&after));
}

/// Meta's consumers send H264 to businesses that never spoke of video.
#[test]
fn a_party_that_never_offered_video_gets_h264_or_else_vp8() {
    for (consumer, codec) in [("chromium-audio-video", "H264"), ("firefox-audio-video", "VP8")] {
        let mut legs = Legs::new();
        legs.offer(Side::Business, &fixture("chromium-audio"));
        let device = legs.offer(Side::Consumer, &fixture(consumer));
        let business = device.far_offer.expect("the consumer is there now");
        assert_eq!(outline(&business), ["0 audio recvonly", "1 audio sendonly", "2 video sendonly"]);
        assert_eq!(codecs(&business, "2"), [format!("109 {codec}"), "96 rtx".to_owned()]);
        let own = codecs(&device.answer, "1");
        assert!(own.len() == 2 && own[0].ends_with(codec) && own[1].ends_with("rtx"), "{own:?}");
        assert_eq!(business.contains("profile-level-id=42e01f"), codec == "H264");
        let section = section_of(&business, "2");
        assert!(section.contains("a=rtcp-fb:109 goog-remb\r\n") && section.contains("a=rtcp-fb:109 transport-cc\r\n"));
        assert!(section.contains("transport-wide-cc-extensions-01"), "{section}");
        assert_eq!(legs.spec(Side::Business).video.outgoing[0].formats[0].rtx, Some(96));
    }
}

#[test]
fn fresh_numbers_are_not_the_peers() {
    let taken =
        fixture("chromium-audio").replace("SAVPF 111", "SAVPF 111 109 96").replace("a=extmap:3 ", "a=extmap:9 ");
    let mut legs = Legs::new();
    legs.offer(Side::Business, &taken);
    let offer = legs.offer(Side::Consumer, &fixture("chromium-audio-video")).far_offer.expect("an offer");
    assert_eq!(codecs(&offer, "2"), ["97 H264", "98 rtx"]);
    assert!(section_of(&offer, "2").contains("a=extmap:9 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide"));
    let unknown = taken.lines().filter(|line| !line.contains("transport-wide")).collect::<Vec<_>>().join("\r\n");
    let mut legs = Legs::new();
    legs.offer(Side::Business, &unknown);
    let offer = legs.offer(Side::Consumer, &fixture("chromium-audio-video")).far_offer.expect("an offer");
    let id = legs.spec(Side::Business).video.extensions.transport_wide_cc.expect("a free id");
    assert!(offer.contains(&format!("a=extmap:{id} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide")));
    assert!(!unknown.contains(&format!("a=extmap:{id} ")));
}

#[test]
fn without_a_common_codec_video_is_inactive_and_the_call_goes_on() {
    let mut legs = Legs::new();
    legs.offer(Side::Business, &only(&fixture("chromium-audio-video"), "AV1"));
    let device = legs.offer(Side::Consumer, &only(&fixture("chromium-audio-video"), "VP9"));
    assert_eq!(outline(&device.answer), ["0 audio sendrecv", "1 video inactive"]);
    let business = device.far_offer.expect("audio");
    assert_eq!(outline(&business), ["0 audio recvonly", "1 video inactive", "2 audio sendonly"]);
    assert!(!legs.spec(Side::Consumer).video.incoming[0].on);
}

#[test]
fn profiles_must_match_and_levels_need_not() {
    let common = |business: &str, consumer: &str| {
        let offer =
            |fmtp: &str| only(&fixture("chromium-audio-video"), "H264").replace("profile-level-id=42e01f", fmtp);
        let mut legs = Legs::new();
        legs.offer(Side::Business, &offer(business));
        let answer = legs.offer(Side::Consumer, &offer(consumer)).answer;
        codecs(&answer, "1").iter().filter(|codec| codec.ends_with("H264")).count()
    };
    let all = common("profile-level-id=42e01f", "profile-level-id=42e01f");
    assert_eq!(common("profile-level-id=42e01f", "profile-level-id=42e034"), all, "another level");
    assert_eq!(common("profile-level-id=42e01f", "profile-level-id=f4001f"), all - 2, "another profile");
    assert_eq!(common("profile-level-id=42e01f", "profile-level-id=xyz"), all - 2, "no profile");
}

/// Found by fuzzing: an answer must be one that its reader takes.
#[test]
fn parameters_that_make_no_sense_are_not_repeated() {
    let offer = fixture("chromium-audio-video");
    for (good, bad) in
        [("level-asymmetry-allowed=1", "level-asymmetry-allowed=2"), ("packetization-mode=1", "packetization-mode=7")]
    {
        assert!(offer.contains(good));
        let texts = Legs::new().offer(Side::Business, &offer.replace(good, bad));
        assert!(!texts.answer.contains(bad), "{}", texts.answer);
        parsed(&texts.answer);
    }
}

#[test]
fn a_device_that_only_declares_codecs_gets_video_in_them() {
    let declares = fixture("chromium-audio-video");
    let (audio, video) = declares.split_at(declares.find("m=video").expect("video"));
    let declares = format!("{audio}{}", video.replace("a=sendrecv", "a=recvonly").replace("a=msid:", "a=x-msid:"));
    let mut legs = Legs::new();
    legs.offer(Side::Business, &only(&fixture("chromium-audio-video"), "VP9"));
    let device = legs.offer(Side::Consumer, &declares);
    assert_eq!(outline(&device.answer), ["0 audio sendrecv", "1 video inactive"]);
    let offer = device.offer.expect("the business is there");
    assert_eq!(outline(&offer), ["0 audio recvonly", "1 video inactive", "2 audio sendonly", "3 video sendonly"]);
    assert_eq!(codecs(&offer, "3")[..2], ["98 VP9", "99 rtx"]);
    let business = device.far_offer.expect("audio");
    assert_eq!(outline(&business), ["0 audio recvonly", "1 video recvonly", "2 audio sendonly"], "no video to hear of");
}

#[test]
fn camera_and_screen_are_told_apart() {
    let second = |offer: &str, from: &str| {
        let video = &offer[offer.find("m=video").expect("video")..];
        let second = video.replace("a=mid:1", "a=mid:2").replace(from, "screen-track");
        format!("{offer}{second}").replace("BUNDLE 0 1", "BUNDLE 0 1 2")
    };
    let camera = "d51b2a45-77c7-463e-823e-f1bed1e7f13a";
    let both = second(&fixture("chromium-audio-video"), camera);
    let mut legs = Legs::new();
    legs.offer(Side::Business, &fixture("chromium-audio"));
    legs.offer(Side::Consumer, &both);
    let labels = |legs: &Legs| {
        let incoming = &legs.spec(Side::Consumer).video.incoming;
        incoming.iter().map(|video| (video.label, video.mid.clone())).collect::<Vec<_>>()
    };
    assert_eq!(labels(&legs), [(CAMERA, "1".to_owned()), (SCREEN, "2".to_owned())]);
    let tracks = [track(Some("screen-track"), CAMERA, true), track(Some(camera), SCREEN, false)];
    let texts = legs.offer_tracks(Side::Consumer, &both, &tracks).expect("known tracks");
    assert_eq!(labels(&legs), [(SCREEN, "1".to_owned()), (CAMERA, "2".to_owned())]);
    let offer = texts.far_offer.expect("the screen went off");
    let outgoing = &legs.spec(Side::Business).video.outgoing;
    let (camera, screen) = (&outgoing[0], &outgoing[1]);
    assert_eq!((camera.label, camera.on, screen.label, screen.on), (CAMERA, true, SCREEN, false));
    assert!(section_of(&offer, &camera.mid).contains(":DEFAULT "));
    assert!(section_of(&offer, &screen.mid).contains("a=inactive\r\n"));
    let video = &both[both.rfind("m=video").expect("video")..];
    let third = format!("{both}{}", video.replace("a=mid:2", "a=mid:3")).replace("BUNDLE 0 1 2", "BUNDLE 0 1 2 3");
    assert_eq!(outline(&Legs::new().offer(Side::Consumer, &third).answer)[3], "3 video inactive");
}

#[test]
fn real_offers_meet_in_every_pair() {
    let offers = crate::negotiation::fixtures();
    for (business, offer) in &offers {
        for (consumer, other) in &offers {
            let mut legs = Legs::new();
            legs.offer(Side::Business, offer);
            let texts = legs.offer(Side::Consumer, other);
            for sdp in [Some(texts.answer), texts.offer, texts.far_offer].into_iter().flatten() {
                assert!(outline(&sdp).iter().any(|section| section.contains("audio")), "{business} {consumer}");
            }
        }
    }
}

#[test]
fn h265_is_carried_between_two_that_know_it() {
    let offer = fixture("chromium-audio-video")
        .replace("AV1/90000", "H265/90000")
        .replace("level-idx=5;profile=0;tier=0", "level-id=180;profile-id=1;tier-flag=0;tx-mode=SRST");
    let mut legs = Legs::new();
    legs.offer(Side::Business, &offer);
    let texts = legs.offer(Side::Consumer, &offer);
    let business = texts.far_offer.expect("the consumer is there now");
    assert!(codecs(&business, "3").contains(&"45 H265".to_owned()), "{business}");
    assert!(section_of(&business, "3").contains("a=fmtp:45 level-id=180;profile-id=1;tier-flag=0\r\n"), "{business}");
    let other_tier = offer.replace("tier-flag=0", "tier-flag=1");
    assert!(!legs.offer(Side::Consumer, &other_tier).answer.contains("H265"));
}

/// The offer with one video codec only.
fn only(offer: &str, codec: &str) -> String {
    let others = ["VP8", "VP9", "H264", "AV1"].into_iter().filter(|other| *other != codec);
    others.fold(offer.to_owned(), |offer, other| offer.replace(&format!(" {other}/90000"), " theora/90000"))
}
