//! The whole texts that Chromium's offer gets.

use crate::negotiation::{answered, fixture};

#[test]
fn the_whole_answer() {
    assert_eq!(answered(&fixture("chromium-audio")).answer, CHROMIUM_ANSWER.replace('\n', "\r\n"));
}

#[test]
fn the_whole_renegotiation_offer() {
    assert_eq!(answered(&fixture("chromium-audio")).offer, CHROMIUM_RENEGOTIATION.replace('\n', "\r\n"));
}

const CHROMIUM_ANSWER: &str = "\
v=0
o=- 8577528243825550271 3 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=msid-semantic: WMS
a=ice-lite
m=audio 41000 UDP/TLS/RTP/SAVPF 111 110
c=IN IP4 203.0.113.10
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260224 203.0.113.10 41000 typ host generation 1
a=candidate:2 1 udp 2122262784 2001:db8::10 41000 typ host generation 1
a=candidate:3 1 tcp 1518280448 203.0.113.10 3478 typ host tcptype passive generation 1
a=candidate:4 1 tcp 1518283008 2001:db8::10 3478 typ host tcptype passive generation 1
a=ice-ufrag:6mvYZQNC3OVTWDYX/3
a=ice-pwd:4I5CExsIsHGy414j5aEL4r8d
a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F
a=setup:passive
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:- 5d621f6c-ea30-4bde-a2b2-00b788625436
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=10;usedtx=1;useinbandfec=1
a=rtpmap:110 telephone-event/48000
a=fmtp:110 0-15
a=ssrc:2359561649 cname:1330169128142776:fdb44c31
";

const CHROMIUM_RENEGOTIATION: &str = "\
v=0
o=- 8577528243825550271 3 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic: WMS 1330169128142776:fdb44c31:DEFAULT
a=ice-lite
m=audio 41000 UDP/TLS/RTP/SAVPF 111 110
c=IN IP4 203.0.113.10
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260224 203.0.113.10 41000 typ host generation 1
a=candidate:2 1 udp 2122262784 2001:db8::10 41000 typ host generation 1
a=candidate:3 1 tcp 1518280448 203.0.113.10 3478 typ host tcptype passive generation 1
a=candidate:4 1 tcp 1518283008 2001:db8::10 3478 typ host tcptype passive generation 1
a=ice-ufrag:6mvYZQNC3OVTWDYX/3
a=ice-pwd:4I5CExsIsHGy414j5aEL4r8d
a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F
a=setup:passive
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=recvonly
a=msid:- 5d621f6c-ea30-4bde-a2b2-00b788625436
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=10;usedtx=1;useinbandfec=1
a=rtpmap:110 telephone-event/48000
a=fmtp:110 0-15
m=audio 41000 UDP/TLS/RTP/SAVPF 111 110
c=IN IP4 203.0.113.10
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260224 203.0.113.10 41000 typ host generation 1
a=candidate:2 1 udp 2122262784 2001:db8::10 41000 typ host generation 1
a=candidate:3 1 tcp 1518280448 203.0.113.10 3478 typ host tcptype passive generation 1
a=candidate:4 1 tcp 1518283008 2001:db8::10 3478 typ host tcptype passive generation 1
a=ice-ufrag:6mvYZQNC3OVTWDYX/3
a=ice-pwd:4I5CExsIsHGy414j5aEL4r8d
a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F
a=setup:passive
a=mid:1
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:1330169128142776:fdb44c31:DEFAULT 3055628811
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=10;usedtx=1;useinbandfec=1
a=rtpmap:110 telephone-event/48000
a=fmtp:110 0-15
a=ssrc:3055628811 cname:1330169128142776:fdb44c31
";
