//! A bug in one bridge costs that bridge and no other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use offhook_media::{EngineEvent, FAULTY_CALL, Side};

use crate::hostile::{check, from};
use crate::party::Habits;
use crate::wire::Weather;
use crate::world::{CALL, CONSUMER, World, address};

#[test]
fn a_panic_ends_only_the_bridge_that_was_worked_for() {
    let mut world = World::of_call(FAULTY_CALL, 81, Weather::FAIR, &Habits::default(), &Habits::default());
    let mut other = world.leg(Side::Consumer).clone();
    other.local_ice.ufrag = "bystander".into();
    world.engine.open_leg(world.now, CALL, Side::Consumer, other.clone(), &mut world.out);
    let its_check = check(&format!("bystander:{}", other.remote_ice.ufrag), &other.local_ice.pwd);
    let bystander = from(address([192, 0, 2, 9], 9), its_check);
    assert_eq!(world.inject(&bystander).len(), 1);

    world.run_until(Duration::from_secs(5), |world| {
        world.is_connected(Side::Business) && world.is_connected(Side::Consumer)
    });
    world.talk(Side::Business);
    let second = Duration::from_secs(1);
    assert!(catch_unwind(AssertUnwindSafe(|| world.run(second))).is_err(), "forwarding the first packet panics");

    world.engine.abandon_current();
    let told: Vec<EngineEvent> = std::iter::from_fn(|| world.engine.poll_event()).collect();
    assert!(told.contains(&EngineEvent::Failed { call: FAULTY_CALL }), "{told:?}");
    assert_eq!(world.engine.stats(FAULTY_CALL, Side::Business), None);
    let leg = world.leg(Side::Consumer).clone();
    let stale = check(&format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag), &leg.local_ice.pwd);
    assert!(world.inject(&from(CONSUMER, stale)).is_empty(), "nothing leads to it any more");
    assert_eq!(world.engine.totals().live_bridges, 1);

    assert!(world.engine.stats(CALL, Side::Consumer).is_some());
    assert_eq!(world.inject(&bystander).len(), 1);
    world.run(Duration::from_secs(60));
    assert!(
        world.events.iter().any(|(_, event)| matches!(event, EngineEvent::Lost { call: CALL, .. })),
        "its timers run"
    );
}
