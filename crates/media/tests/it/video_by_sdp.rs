//! Cameras that SDP switches on and off while the call goes on: from the offer to the picture.

use std::time::Duration;

use offhook_call::TrackLabel;
use offhook_media::Side;
use str0m::media::Mid;

use crate::film::H264;
use crate::video::talking;
use crate::wire::Weather;
use crate::world::World;

const CAMERA: TrackLabel = TrackLabel::DefaultVideo;
const SIDES: [Side; 2] = [Side::Business, Side::Consumer];

#[test]
fn both_cameras_go_on_one_after_the_other() {
    let mut world = called(200);
    let cameras = SIDES.map(|side| turn_on(&mut world, side));
    world.run(Duration::from_secs(3));
    for (side, camera) in SIDES.into_iter().zip(cameras) {
        let sent = world.party(side).camera(&camera.to_string()).sent;
        let seen = seen(&mut world, side.other());
        assert!(sent > 250 && seen.len() as u32 + 20 >= sent, "{side:?}: {} of {sent}", seen.len());
        assert_eq!(seen, (0..seen.len() as u32).collect::<Vec<_>>(), "in order, from the first packet on");
    }
    assert!(world.business.numbers(far_audio(&world)).len() > 100, "and the voice is still heard");
}

#[test]
fn a_camera_that_is_switched_off_is_not_seen_until_it_is_on_again() {
    let mut world = called(201);
    turn_on(&mut world, Side::Consumer);
    for on in [false, true, false] {
        world.switch(Side::Consumer, CAMERA, on);
        world.take_offer(Side::Business);
        world.run(Duration::from_millis(100));
        let before = seen(&mut world, Side::Business).len();
        world.run(Duration::from_secs(1));
        assert_eq!(seen(&mut world, Side::Business).len() > before + 80, on);
    }
}

#[test]
fn a_muted_voice_is_not_heard() {
    let mut world = called(202);
    let far = far_audio(&world);
    for on in [false, true] {
        world.switch(Side::Consumer, TrackLabel::DefaultAudio, on);
        world.take_offer(Side::Business);
        world.run(Duration::from_millis(100));
        let before = world.business.numbers(far).len();
        world.run(Duration::from_secs(1));
        assert_eq!(world.business.numbers(far).len() > before, on);
    }
}

/// A call of two parties that know video, which have applied the server's first offers.
fn called(seed: u64) -> World {
    let mut world = talking(seed, Weather::FAIR);
    for side in SIDES {
        world.take_offer(side);
        world.offer_sent(side);
        world.offer_delivered(side);
    }
    world.run(Duration::from_secs(2));
    world
}

/// The party adds a camera by a new offer, the other one applies what the server then offers, and both go on.
fn turn_on(world: &mut World, side: Side) -> Mid {
    let now = world.now;
    let camera = world.party(side).offer_camera();
    world.negotiate(side);
    world.take_offer(side.other());
    let own = world.leg(side).video.incoming.iter().find(|own| own.label == CAMERA).expect("its camera");
    let payload_type = own.formats.iter().find(|format| format.codec == H264).expect("both know it").payload_type;
    world.party(side).film_as_negotiated(now, camera, payload_type);
    world.run(Duration::from_secs(1));
    camera
}

/// Which packets of the other party's camera were seen.
fn seen(world: &mut World, side: Side) -> Vec<u32> {
    let out = world.leg(side).video.outgoing.iter().find(|out| out.label == CAMERA).expect("a camera");
    let mid = out.mid.clone();
    world.party(side).seen(&mid).into_iter().map(|(_, number)| number).collect()
}

fn far_audio(world: &World) -> Mid {
    world.leg(Side::Business).audio.far_mid.as_deref().unwrap().into()
}
