//! The other party's audio in two sections (contract section 6, "Consumer audio"): heard once, without a gap.

use std::time::Duration;

use offhook_call::ConsumerAudio;
use offhook_media::Side;
use str0m::media::Mid;

use crate::party::Habits;
use crate::wire::Weather;
use crate::world::World;

#[test]
fn the_change_to_the_offers_section_loses_nothing_and_doubles_nothing() {
    let mut world = World::talking(31, Weather::FAIR);
    let (ssrc_a, ssrc_b, far) = streams(&world);
    world.offer_sent(Side::Consumer);
    world.run(Duration::from_millis(700));
    let before = world.now;
    assert!(world.sent_since(before - Duration::from_millis(500), ssrc_a) > 20, "A goes on");
    assert!(world.sent_since(before - Duration::from_millis(500), ssrc_b) > 20, "B goes beside it");
    assert!(world.consumer.numbers(far).is_empty(), "which the peer drops");

    world.take_offer(Side::Consumer);
    world.run(Duration::from_secs(5));
    let since = world.now - Duration::from_secs(1);
    assert_eq!(world.sent_since(since, ssrc_a), 0, "a report on B ended A");
    assert!(world.sent_since(since, ssrc_b) > 45);

    assert_heard_once(&world);
    let own = world.consumer.mid;
    assert!(world.consumer.numbers(own).len() > 30 && world.consumer.numbers(far).len() > 200);
    let last_on_own = world.consumer.heard.iter().rev().find(|heard| heard.mid == own).expect("it was heard there");
    let first_on_far = world.consumer.heard.iter().find(|heard| heard.mid == far).expect("it is heard there");
    assert!(first_on_far.at > last_on_own.at, "not in both at once");
}

#[test]
fn an_offer_that_the_peer_does_not_take_up_changes_nothing() {
    let mut world = World::talking(32, Weather::FAIR);
    let (ssrc_a, ssrc_b, far) = streams(&world);
    world.offer_sent(Side::Consumer);
    let sent = world.now;
    world.run(Duration::from_millis(9_900));
    assert!(world.sent_since(world.now - Duration::from_millis(500), ssrc_b) > 20);
    world.run(Duration::from_secs(2));
    assert_eq!(world.sent_since(sent + Duration::from_millis(10_020), ssrc_b), 0, "no report on B within 10 s ends B");
    assert!(world.sent_since(world.now - Duration::from_millis(500), ssrc_a) > 20);
    assert!(world.consumer.numbers(far).is_empty());
    assert_heard_once(&world);

    // Another offer finds the stream again.
    world.offer_sent(Side::Consumer);
    world.take_offer(Side::Consumer);
    world.run(Duration::from_secs(3));
    assert!(world.consumer.numbers(far).len() > 100);
    assert_heard_once(&world);
}

#[test]
fn a_party_that_is_silent_at_first_is_heard_in_the_offers_section_all_the_same() {
    let mut world = World::talking(35, Weather::FAIR);
    let (_, _, far) = streams(&world);
    world.business.next_frame = None;
    world.run(Duration::from_secs(1));
    world.offer_sent(Side::Consumer);
    world.take_offer(Side::Consumer);
    world.run(Duration::from_secs(25));
    let said = world.business.said;
    world.talk(Side::Business);
    world.run(Duration::from_secs(15));
    let heard = world.consumer.numbers(far);
    assert!(heard.len() > 740);
    assert_eq!(heard, (said..said + heard.len() as u32).collect::<Vec<_>>());
}

#[test]
fn on_a_bad_network_the_change_comes_too() {
    for seed in 0..8 {
        let mut world = World::talking(seed, Weather::FOUL);
        let (ssrc_a, _, far) = streams(&world);
        world.offer_sent(Side::Consumer);
        world.run(Duration::from_millis(300));
        world.take_offer(Side::Consumer);
        world.run(Duration::from_secs(20));
        assert_eq!(world.sent_since(world.now - Duration::from_secs(1), ssrc_a), 0, "seed {seed}");
        let heard = world.consumer.numbers(far).len();
        assert!(heard > 850, "seed {seed}: {heard}");
        // What jitter holds up at the very moment of the change may arrive in both sections.
        let doubled = world.consumer.heard.len() - world.consumer.all_numbers().len();
        assert!(doubled <= 3, "seed {seed}: {doubled} heard twice");
    }
}

#[test]
fn without_mid_the_change_comes_one_second_after_delivery() {
    let habits = Habits { has_mid: false, ..Habits::default() };
    let mut world = World::with_habits(33, Weather::FAIR, &Habits::default(), &habits).settled();
    let (ssrc_a, ssrc_b, far) = streams(&world);
    world.offer_sent(Side::Consumer);
    world.run(Duration::from_secs(2));
    assert!(world.consumer.numbers(far).is_empty());
    assert_eq!(world.sent_since(world.now - Duration::from_secs(2), ssrc_b), 0);

    world.offer_delivered(Side::Consumer);
    let delivered = world.now;
    world.run(Duration::from_millis(950));
    world.take_offer(Side::Consumer);
    world.run(Duration::from_secs(2));
    let change = delivered + Duration::from_secs(1);
    assert_eq!(world.sent_since(change, ssrc_a), 0);
    assert!(world.sent_since(change, ssrc_b) > 95);
    let first_b = world.from_server.iter().find(|(_, datagram)| datagram.rtp_ssrc() == Some(ssrc_b)).expect("B").0;
    assert!(first_b >= change && first_b <= change + Duration::from_millis(21));
    assert!(world.consumer.numbers(far).len() > 90);
}

#[test]
fn the_business_side_changes_in_the_same_way() {
    let mut world = World::talking(34, Weather { jitter: Duration::from_millis(30), ..Weather::FAIR });
    world.offer_sent(Side::Business);
    world.offer_delivered(Side::Business);
    world.take_offer(Side::Business);
    world.run(Duration::from_secs(4));
    let far: Mid = world.leg(Side::Business).audio.far_mid.as_deref().unwrap().into();
    assert!(world.business.numbers(far).len() > 150);
    let heard = world.business.all_numbers();
    assert_eq!(heard.len(), world.business.heard.len(), "heard once");
}

#[test]
fn a_party_may_have_the_offers_section_alone() {
    let business = Habits { hears_in: ConsumerAudio::OwnSection, ..Habits::default() };
    let mut world = World::with_habits(35, Weather::FAIR, &business, &Habits::default()).settled();
    world.offer_sent(Side::Business);
    world.offer_delivered(Side::Business);
    world.take_offer(Side::Business);
    world.run(Duration::from_secs(4));
    let far: Mid = world.leg(Side::Business).audio.far_mid.as_deref().unwrap().into();
    assert!(world.business.numbers(far).len() > 150);
    assert!(world.business.numbers(world.business.mid).is_empty(), "nothing came in its own section, not even before");
}

#[test]
fn an_offer_that_arrives_unannounced_is_heard_all_the_same() {
    for hears_in in [ConsumerAudio::Both, ConsumerAudio::OwnSection] {
        let business = Habits { hears_in, ..Habits::default() };
        let mut world = World::with_habits(37, Weather::FAIR, &business, &Habits::default()).settled();
        world.offer_delivered(Side::Business);
        world.take_offer(Side::Business);
        world.run(Duration::from_secs(4));
        let far: Mid = world.leg(Side::Business).audio.far_mid.as_deref().unwrap().into();
        assert!(world.business.numbers(far).len() > 150, "{hears_in:?}");
        assert_eq!(world.business.all_numbers().len(), world.business.heard.len(), "{hears_in:?}: heard once");
    }
}

#[test]
fn a_party_may_have_its_own_section_alone() {
    let business = Habits { hears_in: ConsumerAudio::SameSection, ..Habits::default() };
    let mut world = World::with_habits(36, Weather::FAIR, &business, &Habits::default()).settled();
    let audio = world.leg(Side::Business).audio.clone();
    assert_eq!(audio.far_mid, None, "no offer of the server adds a section for audio");
    let before = world.now;
    world.offer_sent(Side::Business);
    world.offer_delivered(Side::Business);
    world.run(Duration::from_secs(4));
    assert!(world.business.numbers(world.business.mid).len() > 150);
    assert_eq!(world.sent_since(before, audio.ssrc_b), 0);
}

fn streams(world: &World) -> (u32, u32, Mid) {
    let audio = &world.leg(Side::Consumer).audio;
    (audio.ssrc_a, audio.ssrc_b, audio.far_mid.as_deref().unwrap().into())
}

/// Every packet from the first to the last, in order, in one section or the other.
fn assert_heard_once(world: &World) {
    let numbers: Vec<u32> = world.consumer.heard.iter().map(|heard| heard.number()).collect();
    let (first, last) = (numbers[0], *numbers.last().expect("something was heard"));
    assert_eq!(numbers, (first..=last).collect::<Vec<_>>());
}
