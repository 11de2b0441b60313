//! A leg is changed in place: the party makes another offer in the same connection.

use std::time::Duration;

use is::stun::StunMessage;
use offhook_media::{EngineEvent, IceCredentials, Side};

use crate::hostile::{check, from};
use crate::wire::Weather;
use crate::world::{CALL, CONSUMER, World, address};

#[test]
fn an_update_that_changes_nothing_is_not_heard() {
    let mut world = World::talking(81, Weather::FAIR);
    let states = world.states(Side::Consumer);
    for _ in 0..5 {
        world.update(Side::Consumer, |_| {});
        world.run(Duration::from_millis(500));
    }
    for side in [Side::Business, Side::Consumer] {
        let party = world.party(side);
        let heard = party.numbers(party.mid);
        assert!(heard.len() > 150);
        assert_eq!(heard, (0..heard.len() as u32).collect::<Vec<_>>(), "{side:?}");
    }
    assert_eq!(world.states(Side::Consumer), states, "neither ICE nor DTLS begins anew");
}

#[test]
fn a_muted_party_is_not_forwarded_and_leaves_no_gap() {
    let mut world = World::talking(82, Weather::FAIR);
    world.update(Side::Business, |leg| leg.audio.sends = false);
    world.run(Duration::from_millis(100));
    let (before, said) = (world.consumer.heard.len(), world.business.said);
    world.run(Duration::from_secs(2));
    assert_eq!(world.consumer.heard.len(), before);
    world.update(Side::Business, |leg| leg.audio.sends = true);
    world.run(Duration::from_secs(1));
    assert!(world.business.said > said + 140, "it talks all the time");
    let heard = &world.consumer.heard;
    assert!(heard.len() > before + 45);
    assert!(heard.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1), "no loss to conceal");
}

#[test]
fn an_ice_restart_changes_credentials_and_nothing_else() {
    let mut world = World::talking(83, Weather::FAIR);
    let before = world.leg(Side::Consumer).clone();
    let fresh = |name: &str| IceCredentials { ufrag: name.into(), pwd: "a-password-of-24-letters".into() };
    world.update(Side::Consumer, |leg| (leg.local_ice, leg.remote_ice) = (fresh("ours"), fresh("theirs")));

    let heard = world.consumer.heard.len();
    world.run(Duration::from_secs(1));
    assert!(world.consumer.heard.len() > heard + 45, "the path stays until another one is checked");

    let old = check(&format!("{}:{}", before.local_ice.ufrag, before.remote_ice.ufrag), &before.local_ice.pwd);
    assert!(world.inject(&from(CONSUMER, old)).is_empty());
    let elsewhere = address([198, 51, 100, 9], 9);
    let answer = world.inject(&from(elsewhere, check("ours:theirs", "a-password-of-24-letters")));
    assert!(StunMessage::parse(&answer[0].contents).expect("an answer").is_successful_binding_response());
    let since = world.now;
    world.run(Duration::from_millis(100));
    let mut sent = world.from_server.iter().filter(|(at, datagram)| *at > since && datagram.src != datagram.dst);
    assert!(
        sent.any(|(_, datagram)| datagram.dst == elsewhere && datagram.rtp_ssrc().is_some()),
        "the new path serves"
    );
}

#[test]
fn an_update_of_what_is_not_there_is_ignored_and_a_ufrag_is_not_shared() {
    let mut world = World::talking(84, Weather::FAIR);
    let business = world.leg(Side::Business).local_ice.clone();
    world.update(Side::Consumer, |leg| leg.local_ice = business.clone());
    assert_eq!(world.engine.poll_event(), Some(EngineEvent::Failed { call: CALL }));
    world.close();
    world.update(Side::Consumer, |_| {});
    assert_eq!(world.engine.poll_event(), None);
    assert_eq!(world.engine.totals().live_legs, 0);
}
