//! Audio goes from one party to the other, whatever the network does.

use std::time::Duration;

use offhook_media::{DtlsVersion, LegState, Side, SrtpProfile};
use str0m::config::DtlsVersion as Offered;

use crate::film::Numbers;
use crate::party::{Habits, LEVEL};
use crate::wire::Weather;
use crate::world::World;

#[test]
fn both_parties_hear_every_packet_once_and_in_order() {
    let mut world = World::talking(1, Weather::FAIR);
    world.run(Duration::from_secs(4));
    for side in [Side::Business, Side::Consumer] {
        let said = world.party(side.other()).said;
        let party = world.party(side);
        let heard = party.numbers(party.mid);
        assert!(said > 200, "{said}");
        assert!(heard.len() as u32 + 3 > said, "{side:?} heard {} of {said}", heard.len());
        assert_eq!(heard, (0..heard.len() as u32).collect::<Vec<_>>(), "{side:?}");
        assert!(party.heard.iter().all(|packet| packet.level == Some(LEVEL)));
        let steps = party.heard.windows(2).map(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp));
        assert!(steps.into_iter().all(|step| step == 960));
    }
}

#[test]
fn a_bad_network_costs_what_it_loses_and_nothing_twice() {
    for seed in 0..5 {
        let mut world = World::talking(seed, Weather::FOUL);
        world.run(Duration::from_secs(20));
        for side in [Side::Business, Side::Consumer] {
            let said = world.party(side.other()).said;
            let party = world.party(side);
            let (heard, different) = (party.heard.len(), party.all_numbers().len());
            assert_eq!(heard, different, "seed {seed}: {side:?} heard a packet twice");
            // Two ways with 5 % loss each.
            assert!(different as f64 > f64::from(said) * 0.85, "seed {seed}: {side:?} heard {different} of {said}");
            let stats = world.stats(side);
            let rate = stats.lost_in as f64 / (stats.lost_in + stats.packets_in) as f64;
            assert!((0.02..0.09).contains(&rate), "seed {seed}: {stats:?}");
            assert!(stats.replayed > 0, "the network duplicates: {stats:?}");
        }
    }
}

#[test]
fn dtls_of_either_version_connects() {
    for (offered, version) in [(Offered::Dtls12, DtlsVersion::V1_2), (Offered::Dtls13, DtlsVersion::V1_3)] {
        let habits = Habits { dtls: offered, ..Habits::default() };
        for weather in [Weather::FAIR, Weather::FOUL] {
            let world = World::with_habits(3, weather, &habits, &habits).settled();
            for side in [Side::Business, Side::Consumer] {
                let [LegState::IceConnected, LegState::DtlsConnected { version: of, profile }, LegState::FirstPacket] =
                    world.states(side)[..]
                else {
                    panic!("{:?}", world.states(side));
                };
                assert_eq!((of, profile), (version, SrtpProfile::AeadAes256Gcm));
            }
        }
    }
}

#[test]
fn the_two_legs_need_not_be_alike() {
    let numbers = |numbers| Habits { video: Some(numbers), ..Habits::default() };
    let business = Habits { dtls: Offered::Dtls12, opus: 113, ..numbers(Numbers::BUSINESS) };
    let consumer = Habits { dtls: Offered::Dtls13, opus: 109, ..numbers(Numbers::CONSUMER) };
    let mut world = World::with_habits(4, Weather::FAIR, &business, &consumer).settled();
    world.run(Duration::from_secs(1));
    assert!(world.business.heard.len() > 50 && world.consumer.heard.len() > 50);
    assert!(world.business.heard.iter().all(|packet| packet.payload_type == 113));
    assert!(world.consumer.heard.iter().all(|packet| packet.payload_type == 109));
    let heard = world.business.heard.iter().chain(&world.consumer.heard);
    assert!(heard.into_iter().all(|packet| packet.level == Some(LEVEL)), "whatever id each of them gave it");
}
