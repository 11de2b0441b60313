//! Reports stay true when what feeds a stream changes: each sender is told about its own packets alone, and a receiver
//! about one stream that goes on.

use std::time::{Duration, SystemTime};

use offhook_media::Side;
use str0m::rtp::rtcp::{ReceptionReport, Rtcp, SenderInfo};

use crate::party::Party;
use crate::wire::Weather;
use crate::world::{World, address};

const SECOND: std::net::SocketAddr = address([198, 51, 100, 3], 10_003);

#[test]
fn sender_reports_count_the_stream_that_the_receiver_gets() {
    let mut world = World::talking(71, Weather::FAIR);
    world.run(Duration::from_secs(5));
    world.update(Side::Consumer, |leg| leg.audio.sends = false);
    world.run(Duration::from_secs(3));
    world.update(Side::Consumer, |leg| leg.audio.sends = true);
    world.run(Duration::from_secs(3));
    assert_counts(&mut world);
    let ssrc = world.consumer.ssrc() ^ 0xFFFF;
    let mid = world.consumer.mid;
    world.consumer.rtc.direct_api().reset_stream_tx(mid, None, ssrc.into(), None).expect("another SSRC");
    world.run(Duration::from_secs(3));
    assert_counts(&mut world);
    replace_consumer(&mut world);
    world.run(Duration::from_secs(5));
    assert_counts(&mut world);
    let counts: Vec<u32> = sender_infos(&world.business).map(|info| info.sender_packet_count).collect();
    assert!(counts.len() > 10 && counts.is_sorted(), "{counts:?}");
    let octets: Vec<u32> = sender_infos(&world.business).map(|info| info.sender_octet_count).collect();
    assert!(octets.is_sorted(), "{octets:?}");
}

#[test]
fn a_new_device_is_not_blamed_for_what_the_former_one_lost() {
    let mut world = World::talking(72, Weather { loss: 0.1, ..Weather::FAIR });
    world.run(Duration::from_secs(10));
    assert!(blocks(&world.consumer).last().expect("reports came").packets_lost > 50);
    world.wire.weather = Weather::FAIR;
    world.run(Duration::from_secs(3));
    let former = sender_infos(&world.business).last().expect("reports came").ntp_time;
    replace_consumer(&mut world);
    world.run(Duration::from_secs(5));
    let ssrc = world.consumer.ssrc();
    let said = u64::from(world.consumer.said);
    let blocks: Vec<_> = blocks(&world.consumer).collect();
    assert!(blocks.len() > 3);
    for block in &blocks {
        assert_eq!(*block.ssrc, ssrc);
        assert!((block.packets_lost as i32) < 3, "{block:?}");
        assert!((65_000..65_000 + said).contains(&u64::from(block.max_seq)), "{block:?}");
        assert!(block.last_sr_time == 0 || is_later(block.last_sr_time, former), "a report of the former: {block:?}");
        assert!(block.last_sr_time != 0 || block.last_sr_delay == 0, "no delay since nothing: {block:?}");
    }
    assert!(blocks.iter().any(|block| block.last_sr_time != 0), "round trips are measured again");
}

#[test]
fn a_voice_that_is_muted_is_reported_on_as_before() {
    let mut world = World::talking(73, Weather::FAIR);
    world.run(Duration::from_secs(3));
    world.update(Side::Consumer, |leg| leg.audio.sends = false);
    world.run(Duration::from_secs(2));
    world.consumer.reports.clear();
    world.run(Duration::from_secs(5));
    let blocks: Vec<_> = blocks(&world.consumer).collect();
    assert!(blocks.len() > 3, "round trips go on");
    assert!(blocks.iter().all(|block| block.last_sr_time != 0 && block.packets_lost == 0), "{blocks:?}");
}

/// Another device of the consumer takes over, and talks.
fn replace_consumer(world: &mut World) {
    world.replace(Side::Consumer, SECOND);
    world.run_until(Duration::from_secs(15), |world| world.consumer.rtc.is_connected());
    world.talk(Side::Consumer);
}

/// The newest sender report agrees with what the business got.
fn assert_counts(world: &mut World) {
    let info = *sender_infos(&world.business).last().expect("reports came");
    assert_eq!(*info.ssrc, world.leg(Side::Business).audio.ssrc_a);
    let heard = world.business.heard.len() as u32;
    assert!(heard - info.sender_packet_count <= 60, "{info:?} and {heard} heard");
    let octets: usize =
        world.business.heard[..info.sender_packet_count as usize].iter().map(|packet| packet.payload.len()).sum();
    assert_eq!(info.sender_octet_count as usize, octets);
}

fn sender_infos(party: &Party) -> impl Iterator<Item = &SenderInfo> {
    party.reports.iter().filter_map(|report| match report {
        Rtcp::SenderReport(report) => Some(&report.sender_info),
        _ => None,
    })
}

fn blocks(party: &Party) -> impl Iterator<Item = &ReceptionReport> {
    let blocks = party.reports.iter().filter_map(|report| match report {
        Rtcp::SenderReport(report) => Some(&report.reports),
        Rtcp::ReceiverReport(report) => Some(&report.reports),
        _ => None,
    });
    blocks.flat_map(|blocks| blocks.iter())
}

/// `last_report` is the middle of the NTP time of a sender report (RFC 3550 section 6.4.1).
fn is_later(last_report: u32, than: SystemTime) -> bool {
    let since_1900 = than.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970") + SINCE_1900;
    let middle =
        ((since_1900.as_secs() as u32) << 16) | (u64::from(since_1900.subsec_nanos()) * 65_536 / 1_000_000_000) as u32;
    last_report.wrapping_sub(middle) as i32 > 1
}

/// From 1900 to 1970.
const SINCE_1900: Duration = Duration::from_secs(2_208_988_800);
