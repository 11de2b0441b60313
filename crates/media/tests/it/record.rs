//! What happens to a leg, for the record of its call.

use std::time::Duration;

use offhook_call::{LegEvent, LegSample, PathStatistics, TrackLabel};
use offhook_media::{EngineEvent, Side, Transport};

use crate::video_feedback::filming;
use crate::wire::Weather;
use crate::world::{BUSINESS, CALL, CONSUMER, SERVER, World, address};

impl World {
    /// What was noted of a side.
    pub(crate) fn noted(&self, side: Side) -> Vec<LegEvent> {
        let noted = self.events.iter().filter_map(|(told_at, event)| match event {
            EngineEvent::Noted { side: of, at, event, .. } if *of == side => {
                assert!(at <= told_at, "it happened before it is told");
                Some(event.clone())
            }
            _ => None,
        });
        noted.collect()
    }
}

fn path(remote: std::net::SocketAddr) -> PathStatistics {
    PathStatistics { local: SERVER, remote, transport: Transport::Udp }
}

#[test]
fn a_leg_is_noted_from_its_first_check_to_its_goodbye() {
    let mut world = World::talking(401, Weather::FAIR);
    for (side, address) in [(Side::Business, BUSINESS), (Side::Consumer, CONSUMER)] {
        let [checked, selected, begun, secured, packet] = &world.noted(side)[..] else {
            panic!("{:?}", world.noted(side));
        };
        assert_eq!((checked, selected), (&LegEvent::Checked(path(address)), &LegEvent::Selected(path(address))));
        assert_eq!(begun, &LegEvent::DtlsBegun);
        let LegEvent::DtlsConnected(dtls) = secured else { panic!("{secured:?}") };
        let leg = world.statistics().into_iter().find(|leg| leg.side == side).expect("it is open");
        assert_eq!(Some(dtls), leg.dtls.as_ref());
        assert_eq!(packet, &LegEvent::FirstPacket { track: TrackLabel::DefaultAudio });
    }
    world.business.rtc.close().expect("it can be closed");
    let now = world.now;
    for datagram in world.business.handle_time(now) {
        world.wire.send(now, datagram);
    }
    world.run(Duration::from_millis(200));
    assert_eq!(world.noted(Side::Business)[5..], [LegEvent::DtlsClosed]);
}

#[test]
fn another_path_is_noted_once() {
    let mut world = World::talking(402, Weather::FAIR);
    let moved = address([198, 51, 100, 77], 10_002);
    world.consumer.outside = moved;
    world.run(Duration::from_secs(10));
    let expected = [LegEvent::Checked(path(moved)), LegEvent::Selected(path(moved))];
    assert_eq!(world.noted(Side::Consumer)[5..], expected);
    assert_eq!(world.noted(Side::Business).len(), 5);
}

#[test]
fn each_track_has_its_first_packet() {
    let world = filming(403);
    let noted = world.noted(Side::Business);
    for track in [TrackLabel::DefaultVideo, TrackLabel::ScreenVideo] {
        assert_eq!(noted.iter().filter(|event| **event == LegEvent::FirstPacket { track }).count(), 1);
    }
}

#[test]
fn samples_say_what_statistics_do() {
    let mut world = World::talking(404, Weather::FAIR);
    world.run(Duration::from_secs(12));
    let (samples, rest) = world.engine.samples(0);
    assert_eq!((samples.len(), rest), (2, None));
    for ((call, sample), leg) in samples.into_iter().zip(world.statistics()) {
        let last = |spread: Option<offhook_call::Spread>| spread.map(|spread| spread.last_us);
        let expected = LegSample {
            side: leg.side,
            number: leg.number,
            packets_in: leg.packets_in,
            bytes_in: leg.bytes_in,
            packets_out: leg.packets_out,
            bytes_out: leg.bytes_out,
            lost_in: leg.lost_in,
            lost_out: leg.lost_out,
            reported_out: leg.reported_out,
            jitter_in_us: last(leg.jitter_in),
            jitter_out_us: last(leg.jitter_out),
            round_trip_us: last(leg.round_trip),
        };
        assert_eq!((call, sample), (CALL, expected));
        assert!(sample.packets_in > 500 && sample.round_trip_us.is_some(), "{sample:?}");
    }
    assert_eq!(world.engine.samples(1), (Vec::new(), None));
}
