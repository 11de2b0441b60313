//! A party comes back with a new offer in the middle of a call: its leg is replaced, the call goes on.

use std::time::Duration;

use offhook_media::Side;

use crate::wire::Weather;
use crate::world::{CALL, CONSUMER, SERVER, World, address};

#[test]
fn the_other_party_hears_one_stream_through_the_change() {
    let mut world = World::talking(61, Weather::FAIR);
    world.run(Duration::from_secs(1));
    let before = world.business.heard.len();
    let replaced_at = world.now;
    world.replace(Side::Consumer, address([198, 51, 100, 3], 10_003));
    world.run(Duration::from_secs(3));
    world.talk(Side::Consumer);
    world.run(Duration::from_secs(2));

    let heard = &world.business.heard;
    assert!(heard.len() > before + 90, "{} after {before}", heard.len());
    assert!(heard.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1), "one sequence");
    let (last, next) = (&heard[before], &heard[before + 1]);
    let paused = (next.at - last.at).as_millis() as u32 * 48;
    let stepped = next.timestamp.wrapping_sub(last.timestamp);
    assert!(stepped.abs_diff(paused) < 48 * 25, "the stream's time went on: {stepped} in {paused}");

    let again = world.consumer.heard.iter().filter(|packet| packet.at > replaced_at).count();
    assert!(again > 90, "the new device hears: {again}");
}

#[test]
fn a_new_ssrc_of_the_same_party_continues_the_stream() {
    let mut world = World::talking(64, Weather::FAIR);
    let (mid, ssrc) = (world.consumer.mid, world.consumer.ssrc() ^ 0xFFFF);
    for ssrc in [ssrc, ssrc ^ 0xFF, ssrc ^ 0xF0F0] {
        let before = world.business.heard.len();
        world.consumer.rtc.direct_api().reset_stream_tx(mid, None, ssrc.into(), None).expect("another SSRC");
        world.run(Duration::from_secs(2));
        let heard = world.business.heard.len() - before;
        assert!(heard >= 95, "{heard} {:?}", world.stats(Side::Consumer));
    }
    let heard = &world.business.heard;
    assert!(heard.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1), "one sequence");
    let steps = heard.windows(2).map(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp));
    assert!(steps.into_iter().all(|step| (900..1_900).contains(&step)), "one clock");
    assert_eq!(world.stats(Side::Consumer).unwanted, 0);
}

#[test]
fn the_former_device_is_a_stranger() {
    let mut world = World::talking(62, Weather::FAIR);
    let mut former = world.replace(Side::Consumer, address([198, 51, 100, 3], 10_003));
    world.run(Duration::from_secs(2));
    let now = world.now;
    former.next_frame = Some(now);
    let sent = former.handle_time(now);
    assert!(sent.iter().any(|datagram| datagram.src == CONSUMER && datagram.dst == SERVER));
    for datagram in sent {
        assert!(world.inject(&datagram).is_empty());
    }
}

#[test]
fn a_closed_call_answers_nobody() {
    let mut world = World::talking(63, Weather::FAIR);
    world.engine.close(world.now, CALL, &mut world.out);
    // The peers do not hear of it, so they go on.
    world.take_sent();
    assert_eq!(world.engine.stats(CALL, Side::Consumer), None);
    let closed_at = world.now;
    world.run(Duration::from_secs(20));
    assert!(world.to_server.iter().any(|(at, datagram)| *at > closed_at && datagram.is_stun()));
    assert!(world.from_server.iter().all(|(at, _)| *at <= closed_at));
    let totals = world.engine.totals();
    assert_eq!((totals.live_bridges, totals.live_legs), (0, 0));
    assert!(totals.legs.packets_in > 90, "what it counted is not forgotten");
}
