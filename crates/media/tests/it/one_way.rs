//! A fault of a sandbox: media stops one way.

use std::time::Duration;

use offhook_media::Side;

use crate::wire::Weather;
use crate::world::World;

/// A second of voice in packets.
const SECOND: usize = 50;

#[test]
fn what_a_party_sends_goes_no_further_once_its_time_is_over_and_the_other_way_goes_on() {
    let mut world = World::talking(91, Weather::FAIR);
    world.cut_after(Side::Business, Duration::from_secs(3));
    world.run(Duration::from_secs(5));
    let heard = |world: &mut World, side| world.party(side).heard.len();
    let (by_consumer, by_business) = (heard(&mut world, Side::Consumer), heard(&mut world, Side::Business));
    assert!(by_consumer.abs_diff(3 * SECOND) <= 5, "{by_consumer} packets went through in 3 seconds");
    assert!(by_business > 5 * SECOND, "{by_business} packets in 6 seconds");
    world.run(Duration::from_secs(60));
    assert_eq!(heard(&mut world, Side::Consumer), by_consumer);
    assert!(heard(&mut world, Side::Business) > 60 * SECOND, "nobody is lost by it");
}

#[test]
fn a_leg_that_is_not_connected_yet_is_cut_from_its_first_packet_on() {
    let mut world = World::new(92, Weather::FAIR);
    world.cut_after(Side::Consumer, Duration::ZERO);
    let mut world = world.settled();
    world.run(Duration::from_secs(2));
    let heard = world.party(Side::Business).heard.len();
    assert!(heard <= 1, "{heard}");
    assert!(world.party(Side::Consumer).heard.len() > 2 * SECOND);
}
