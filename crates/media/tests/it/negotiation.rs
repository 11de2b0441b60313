//! Offers of real clients are answered as the contract says.

use offhook_call::ConsumerAudio;
use offhook_media::{Candidate, Fingerprint, LegChange, LegSpec, Local, NegotiateError, Refused, Sessions, Side};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeType};
use webrtc_sdp::media_type::{SdpMedia, SdpMediaValue};
use webrtc_sdp::{SdpSession, parse_sdp};

/// Every offer under `fixtures/sdp`, by file name.
pub(crate) fn fixtures() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/sdp");
    let files = std::fs::read_dir(folder).expect("the fixtures are in the repository");
    let mut offers: Vec<_> = files
        .map(|file| {
            let path = file.expect("a readable folder").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a readable file"))
        })
        .collect();
    offers.sort();
    assert!(offers.len() >= 15, "only {} fixtures", offers.len());
    offers
}

pub(crate) fn fixture(name: &str) -> String {
    let (_, offer) = fixtures().into_iter().find(|(found, _)| found == name).expect("a fixture of that name");
    offer
}

pub(crate) fn local() -> Local {
    let address = |text: &str| text.parse().expect("an address");
    Local {
        candidates: vec![
            Candidate::Udp(address("203.0.113.10:41000")),
            Candidate::Udp(address("[2001:db8::10]:41000")),
            Candidate::Tcp(address("203.0.113.10:3478")),
            Candidate::Tcp(address("[2001:db8::10]:3478")),
        ],
        fingerprint: std::array::from_fn(|i| i as u8),
        shard: 2,
        opus_fmtp: "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=10;usedtx=1;useinbandfec=1".to_owned(),
    }
}

/// What a first offer leads to, the other party being one of audio alone.
#[derive(Debug, Clone)]
pub(crate) struct Negotiated {
    pub(crate) answer: String,
    /// The server's own offer, when the other party has come.
    pub(crate) offer: String,
    /// As long as it has not.
    pub(crate) leg: LegSpec,
}

pub(crate) fn negotiate(offer: &str, local: &Local, rng: &mut ChaCha8Rng) -> Result<Negotiated, Refused> {
    let mut sessions = Sessions::default();
    let first = sessions.negotiate(Side::Business, offer, &[], ConsumerAudio::Both, local, rng).map_err(refused)?;
    let told = sessions.adopt(first.change);
    let [(Side::Business, LegChange::Open(leg))] = told.as_slice() else { panic!("{told:?}") };
    let other = sessions
        .negotiate(Side::Consumer, &fixture("chromium-audio"), &[], ConsumerAudio::Both, local, rng)
        .map_err(refused)?;
    let offer = other.far_offer.expect("there is somebody to hear");
    Ok(Negotiated { answer: first.answer, offer, leg: leg.clone() })
}

fn refused(error: NegotiateError) -> Refused {
    match error {
        NegotiateError::Offer(refused) => refused,
        NegotiateError::UnknownTrack(track) => panic!("{track}"),
    }
}

pub(crate) fn answered(offer: &str) -> Negotiated {
    negotiate(offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).unwrap_or_else(|refused| panic!("{refused}\n{offer}"))
}

#[test]
fn the_offer_of_every_client_is_answered_section_by_section() {
    for (name, offer) in fixtures() {
        let (offered, answer) = (parse_sdp(&offer, false).expect("a fixture"), parsed(&answered(&offer).answer));
        assert_eq!(answer.origin.session_id, offered.origin.session_id, "{name}");
        assert_eq!(answer.origin.session_version, offered.origin.session_version + 1, "{name}");
        assert_eq!(answer.media.len(), offered.media.len(), "{name}");
        for (answered, offered) in answer.media.iter().zip(&offered.media) {
            assert_eq!(answered.get_type(), offered.get_type(), "{name}");
            assert_eq!(mid(answered), mid(offered), "{name}");
            assert_eq!(answered.get_proto(), offered.get_proto(), "{name}");
            let is_media = matches!(offered.get_type(), SdpMediaValue::Audio | SdpMediaValue::Video);
            assert_eq!(answered.get_port() != 0, is_media, "{name}: data channels are rejected");
        }
        let media = answer.media.iter().filter(|media| media.get_port() != 0);
        assert_eq!(bundle(&answer), media.map(mid).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_leg_is_what_the_answer_says() {
    for (name, offer) in fixtures() {
        let Negotiated { answer, leg, .. } = answered(&offer);
        let offered = parse_sdp(&offer, false).expect("a fixture");
        let answer = parsed(&answer);
        let audio = &answer.media[0];
        assert_eq!(leg.audio.mid, mid(audio), "{name}");
        assert_eq!((leg.audio.sends, leg.audio.receives), (true, true), "{name}");
        let Some(SdpAttribute::Rtpmap(opus)) = audio.get_attribute(SdpAttributeType::Rtpmap) else { panic!("{name}") };
        assert_eq!(leg.audio.opus, opus.payload_type, "{name}");
        assert!(
            matches!(audio.get_attribute(SdpAttributeType::IceUfrag), Some(SdpAttribute::IceUfrag(u)) if *u == leg.local_ice.ufrag)
        );
        assert!(
            matches!(audio.get_attribute(SdpAttributeType::IcePwd), Some(SdpAttribute::IcePwd(p)) if *p == leg.local_ice.pwd)
        );
        assert!(
            matches!(audio.get_attribute(SdpAttributeType::Ssrc), Some(SdpAttribute::Ssrc(s)) if s.id == leg.audio.ssrc_a)
        );
        let theirs = attribute(&offered, SdpAttributeType::IceUfrag);
        assert_eq!(theirs, format!("ice-ufrag:{}", leg.remote_ice.ufrag), "{name}");
        assert!(!leg.fingerprints.is_empty(), "{name}");
        assert_ne!(leg.audio.ssrc_a, leg.audio.ssrc_b, "{name}");
    }
}

#[test]
fn payload_types_and_extension_ids_are_the_offerers() {
    let spec = |name: &str| {
        let audio = answered(&fixture(name)).leg.audio;
        let event = audio.telephone_event.map(|event| (event.payload_type, event.clock_rate));
        (audio.opus, event, audio.mid_extension, audio.level_extension)
    };
    assert_eq!(spec("chromium-audio"), (111, Some((110, 48_000)), Some(4), Some(1)));
    assert_eq!(spec("firefox-audio"), (109, Some((101, 8_000)), Some(3), Some(1)));
    assert_eq!(spec("aiortc-audio"), (96, None, Some(1), Some(2)));
    assert_eq!(spec("werift-audio"), (96, None, None, None));
    assert_eq!(spec("gstreamer-audio"), (96, None, None, None));
    assert_eq!(spec("roamhq-wrtc-audio"), (111, Some((110, 48_000)), Some(4), Some(1)));
    assert_eq!(spec("libdatachannel-audio"), (111, None, None, None));
}

#[test]
fn every_fingerprint_that_can_be_trusted_is_kept() {
    let kinds: Vec<_> = answered(&fixture("aiortc-audio")).leg.fingerprints;
    assert!(
        matches!(
            kinds.as_slice(),
            [Fingerprint::Sha256(_), Fingerprint::Sha384(_), Fingerprint::Sha512([0, 0x38, ..])]
        ),
        "{kinds:?}"
    );
    let session_level = answered(&fixture("firefox-audio")).leg.fingerprints;
    assert!(matches!(session_level.as_slice(), [Fingerprint::Sha256([0xC8, 0xAB, ..])]), "{session_level:?}");
}

#[test]
fn the_track_of_the_peer_is_echoed_wherever_it_was_named() {
    let track = |name: &str| {
        let answer = answered(&fixture(name)).answer;
        answer.lines().find_map(|line| line.strip_prefix("a=msid:- ").map(str::to_owned))
    };
    assert_eq!(track("chromium-audio").as_deref(), Some("5d621f6c-ea30-4bde-a2b2-00b788625436"));
    assert_eq!(track("firefox-audio").as_deref(), Some("{ee816eb8-4812-43fd-a705-ade67509ffeb}"));
    assert_eq!(track("gstreamer-audio").as_deref(), Some("webrtctransceiver0"));
    assert_eq!(track("werift-audio"), None);
}

#[test]
fn the_later_offer_adds_one_section_and_moves_none() {
    for (name, offer) in fixtures() {
        let Negotiated { answer, offer: renegotiation, leg } = answered(&offer);
        let (answer, renegotiation) = (parsed(&answer), parsed(&renegotiation));
        let mids: Vec<_> = answer.media.iter().map(mid).collect();
        assert!(!mids.contains(leg.audio.far_mid.as_ref().unwrap()), "{name}");
        let renegotiated: Vec<_> = renegotiation.media.iter().map(mid).collect();
        assert_eq!(
            renegotiated,
            [mids.as_slice(), std::slice::from_ref(leg.audio.far_mid.as_ref().unwrap())].concat(),
            "{name}"
        );
        assert_eq!(
            bundle(&renegotiation),
            [bundle(&answer), leg.audio.far_mid.iter().cloned().collect()].concat(),
            "{name}"
        );
        for (before, after) in answer.media.iter().zip(&renegotiation.media) {
            assert_eq!(before.get_port(), after.get_port(), "{name}");
        }
        for kind in [SdpAttributeType::IceUfrag, SdpAttributeType::IcePwd, SdpAttributeType::Fingerprint] {
            let own = renegotiation.media[0].get_attribute(kind.clone()).map(ToString::to_string);
            let far = renegotiation.media.last().and_then(|far| far.get_attribute(kind)).map(ToString::to_string);
            assert_eq!(own, far, "{name}");
        }
    }
}

#[test]
fn directions_are_mirrored() {
    let sections = |direction: &str| {
        let offer = fixture("chromium-audio").replace("a=sendrecv", &format!("a={direction}"));
        let Negotiated { answer, offer, leg } = answered(&offer);
        let directions: Vec<_> = [answer, offer].iter().flat_map(|sdp| parsed(sdp).media).map(|m| way(&m)).collect();
        (directions.join(" "), leg.audio.sends, leg.audio.receives)
    };
    assert_eq!(sections("sendrecv"), ("sendrecv recvonly sendonly".to_owned(), true, true));
    assert_eq!(sections("sendonly"), ("recvonly recvonly sendonly".to_owned(), true, false));
    assert_eq!(sections("recvonly"), ("sendonly inactive sendonly".to_owned(), false, true));
    assert_eq!(sections("inactive"), ("inactive inactive sendonly".to_owned(), false, false));
}

#[test]
fn a_stream_that_the_peer_does_not_ask_for_is_not_declared() {
    let declared = |direction: &str| {
        let offer = fixture("chromium-audio").replace("a=sendrecv", &format!("a={direction}"));
        parsed(&answered(&offer).answer).media[0].get_attribute(SdpAttributeType::Ssrc).is_some()
    };
    assert!(declared("sendrecv") && declared("recvonly"));
    assert!(!declared("sendonly") && !declared("inactive"));
}

#[test]
fn header_extensions_that_cannot_be_used_are_left_out() {
    let ids = |from: &str, to: &str| {
        let audio = answered(&fixture("firefox-audio").replace(from, to)).leg.audio;
        (audio.mid_extension, audio.level_extension)
    };
    assert_eq!(ids("", ""), (Some(3), Some(1)));
    assert_eq!(ids("extmap:3 ", "extmap:3/recvonly "), (None, Some(1)));
    assert_eq!(ids("extmap:3 ", "extmap:3/sendrecv "), (Some(3), Some(1)));
    assert_eq!(ids("extmap:1 ", "extmap:15 "), (Some(3), None));
    assert_eq!(ids("extmap:3 ", "extmap:7 "), (None, Some(1)), "an id given twice");
    let long_name = "a-mid-of-17-bytes";
    let offer = fixture("firefox-audio").replace("BUNDLE 0", &format!("BUNDLE {long_name}"));
    let audio = answered(&offer.replace("a=mid:0", &format!("a=mid:{long_name}"))).leg.audio;
    assert_eq!(audio.mid_extension, None, "too long for one-byte headers");
}

#[test]
fn our_names_do_not_collide_with_the_peers() {
    let offer = fixture("chromium-audio").replace("BUNDLE 0", "BUNDLE 1").replace("a=mid:0", "a=mid:1");
    let ssrc_a = answered(&offer).leg.audio.ssrc_a;
    let same_ssrc = offer.replace("3513804735", &ssrc_a.to_string());
    let audio = answered(&same_ssrc).leg.audio;
    assert_eq!(audio.far_mid.as_deref(), Some("2"));
    assert!(audio.ssrc_a != ssrc_a && audio.ssrc_b != ssrc_a);
}

#[test]
fn candidates_stand_in_for_each_address_and_ipv6_is_preferred() {
    let second = Candidate::Udp("198.51.100.7:41001".parse().expect("an address"));
    let mut local = local();
    local.candidates.push(second);
    let offer = fixture("chromium-audio");
    let answer = negotiate(&offer, &local, &mut ChaCha8Rng::seed_from_u64(1)).expect("an answer").answer;
    let priorities: Vec<_> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("a=candidate:"))
        .map(|line| line.split(' ').nth(3).expect("a priority").to_owned())
        .collect();
    // Meta's numbers, and the second address of a kind right below the first.
    assert_eq!(priorities, ["2122260224", "2122262784", "1518280448", "1518283008", "2122259968"]);
}

#[test]
fn without_ipv4_the_default_address_is_ipv6() {
    let local = Local { candidates: vec![local().candidates[1]], ..local() };
    let offer = fixture("chromium-audio");
    let answer = negotiate(&offer, &local, &mut ChaCha8Rng::seed_from_u64(1)).expect("an answer").answer;
    assert!(answer.contains("c=IN IP6 2001:db8::10\r\n"), "{answer}");
}

#[test]
fn secrets_differ_from_call_to_call() {
    let offer = fixture("chromium-audio");
    let draw = |seed| negotiate(&offer, &local(), &mut ChaCha8Rng::seed_from_u64(seed)).expect("an answer").leg;
    let (one, other) = (draw(1), draw(2));
    assert_ne!(one.local_ice, other.local_ice);
    assert_ne!(one.audio.ssrc_a, other.audio.ssrc_a);
    assert_ne!(one.audio.ssrc_b, other.audio.ssrc_b);
}

/// Read by the parser of Firefox, without a warning.
pub(crate) fn parsed(sdp: &str) -> SdpSession {
    assert!(sdp.ends_with("\r\n"));
    parse_sdp(sdp, true).unwrap_or_else(|error| panic!("{error}\n{sdp}"))
}

fn attribute(sdp: &SdpSession, kind: SdpAttributeType) -> String {
    let first = sdp.media[0].get_attribute(kind.clone()).or_else(|| sdp.get_attribute(kind));
    first.expect("the attribute").to_string()
}

pub(crate) fn mid(media: &SdpMedia) -> String {
    let Some(SdpAttribute::Mid(mid)) = media.get_attribute(SdpAttributeType::Mid) else { panic!("no mid") };
    mid.clone()
}

pub(crate) fn way(media: &SdpMedia) -> String {
    let directions = [
        SdpAttributeType::Sendrecv,
        SdpAttributeType::Sendonly,
        SdpAttributeType::Recvonly,
        SdpAttributeType::Inactive,
    ];
    directions.into_iter().find_map(|kind| media.get_attribute(kind)).expect("a direction").to_string()
}

pub(crate) fn bundle(sdp: &SdpSession) -> Vec<String> {
    let Some(SdpAttribute::Group(group)) = sdp.get_attribute(SdpAttributeType::Group) else { panic!("no group") };
    group.tags.clone()
}
