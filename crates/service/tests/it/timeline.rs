//! What happened to a call, in order.

use offhook_call::{
    CallId, Duration, Happening, LegEvent, LegReport, LegSample, Side, State, TimelineEntry, TimelineLimits, Turn,
};
use offhook_service::{ApiExchange, Caller, DeliveryId, MediaEvent, News, TimelineSettings};

use crate::world::{NO_PAGE, START, World};

/// Each entry in a word or two.
pub(crate) async fn told(world: &World, call: CallId) -> Vec<String> {
    let timeline = world.service.timeline(call).await.unwrap().unwrap();
    assert_eq!(timeline.call.id, call);
    timeline.entries.iter().map(|entry| name(&entry.what)).collect()
}

fn name(what: &Happening) -> String {
    match what {
        Happening::Request { action, .. } => format!("request {}", action.as_deref().unwrap_or_default()),
        Happening::Answer { status, .. } => format!("answer {status}"),
        Happening::State(State::Ended(ended)) => format!("ended {:?}", ended.reason),
        Happening::State(State::Dialing) => "dialing".to_owned(),
        Happening::State(State::Ringing { .. }) => "ringing".to_owned(),
        Happening::State(State::Calling { .. }) => "calling".to_owned(),
        Happening::State(State::Connected { .. }) => "connected".to_owned(),
        Happening::Said { device, .. } => format!("{device} said"),
        Happening::Told { device, .. } => format!("{device} was told"),
        Happening::AgentSaid { seat, .. } => format!("{} said", seat.device),
        Happening::AgentTold { seat, .. } => format!("{} was told", seat.device),
        Happening::Webhook { number, .. } => format!("webhook try {number}"),
        Happening::Sdp { side, text, .. } => format!("{side:?}: {text}"),
        Happening::Leg { side, event } => format!("{side:?} {event:?}"),
        Happening::Report(legs) => format!("report on {}", legs.len()),
        Happening::Fault { fault, .. } => format!("fault {fault}"),
        Happening::ClockTurned { by_ms } => format!("clock turned by {by_ms}"),
        Happening::LeftOut { entries } => format!("{entries} left out"),
    }
}

pub(crate) async fn dial(world: &World) -> CallId {
    world.connect().await.unwrap().call
}

pub(crate) fn fault(number: u32) -> Happening {
    Happening::Fault { fault: number.to_string(), detail: String::new() }
}

fn exchange(took: Duration) -> ApiExchange {
    ApiExchange {
        method: "POST".into(),
        path: "/me/calls".into(),
        action: Some("terminate".into()),
        trace: "A1".into(),
        body: "{}".into(),
        status: 200,
        error: None,
        fault: None,
        answer: "{}".into(),
        took,
    }
}

#[tokio::test]
async fn a_call_is_told_from_its_offer_to_its_end() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let call = dial(&world).await;
    world.service.ringing(&phone.address, call).await.unwrap();
    world.service.ringing(&phone.address, call).await.unwrap();
    world.service.accept(&phone.address, call, "phone's offer").await.unwrap();
    world.service.terminate(world.caller, call).await.unwrap();
    let expected = [
        "dialing",
        "Business: business offer",
        "Business: answer to business offer",
        "ringing",
        "connected",
        "Consumer: phone's offer",
        "Consumer: answer to phone's offer",
        "Business: offer after business offer",
        "Consumer: offer after phone's offer",
        "ended BusinessHungUp",
    ];
    assert_eq!(told(&world, call).await, expected);
}

#[tokio::test]
async fn a_consumers_call_is_told_too() {
    let world = World::new().await;
    let phone = world.device("phone").await;
    let request = offhook_service::CallBusiness { offer: "phone's offer".into(), tracks: Vec::new(), via: None };
    let call = world.service.call_business(&phone.address, request).await.unwrap().call;
    let audio = offhook_call::ConsumerAudio::Both;
    world.service.accept_call(world.caller, call, "desk's offer", audio).await.unwrap();
    world.service.hang_up(&phone.address, call).await.unwrap();
    let expected = [
        "calling",
        "Consumer: phone's offer",
        "Consumer: answer to phone's offer",
        "connected",
        "Business: desk's offer",
        "Business: answer to desk's offer",
        "Consumer: offer after phone's offer",
        "Business: offer after desk's offer",
        "ended ConsumerHungUp",
    ];
    assert_eq!(told(&world, call).await, expected);
}

#[tokio::test]
async fn entries_stand_where_they_began_to_the_microsecond() {
    let world = World::new().await;
    let call = dial(&world).await;
    world.clock.advance(Duration::from_millis(100));
    world.service.note_exchange(world.caller, call, exchange(Duration::from_micros(70_250)));
    world.service.note_past(call, Duration::from_micros(40_001), fault(1));
    let event = LegEvent::DtlsBegun;
    let past = MediaEvent::Leg { call, side: Side::Business, age: Duration::from_micros(50_000), event };
    world.service.handle_media_event(past).await;
    let entries = world.service.timeline(call).await.unwrap().unwrap().entries;
    let since = |entry: &TimelineEntry| (entry.at_us - START.0 * 1000, name(&entry.what));
    let expected =
        [(29_750, "request terminate"), (50_000, "Business DtlsBegun"), (59_999, "fault 1"), (100_000, "answer 200")];
    let told: Vec<_> = entries[3..].iter().map(since).collect();
    assert_eq!(told, expected.map(|(at, name)| (at, name.to_owned())));
}

#[tokio::test]
async fn nobody_writes_into_the_timeline_of_anothers_call() {
    let world = World::new().await;
    let call = dial(&world).await;
    let before = told(&world, call).await;
    let stranger = Caller { page: NO_PAGE, ..world.caller };
    world.service.note_exchange(stranger, call, exchange(Duration::ZERO));
    let mut phone = world.device("phone").await.address;
    phone.page = NO_PAGE;
    world.service.note_said(&phone, call, Duration::ZERO, "{}".into());
    world.service.note_told(&phone, call, "{}".into());
    assert_eq!(told(&world, call).await, before);
}

#[tokio::test]
async fn tries_of_webhooks_are_joined_with_what_the_store_has() {
    let world = World::new().await;
    let call = dial(&world).await;
    let owed = world.service.deliveries(Default::default(), 10).await.unwrap();
    let store = world.store();
    let limits = offhook_store::LeaseLimits { total: 9, per_app: 9, per_unproven: 9, unproven: 9 };
    let rules = offhook_store::HealthRules { failing_after: Duration::from_mins(1), pause_after: None };
    let leased = offhook_store::Outbox::lease(&store, START, Duration::from_secs(9), limits).await.unwrap();
    let attempt = offhook_store::Attempt {
        at: START + Duration::from_millis(7),
        took: Duration::from_millis(3),
        status: Some(200),
        response: "ok".into(),
        fault: None,
        outcome: offhook_store::AttemptOutcome::Delivered,
    };
    offhook_store::Outbox::record(&store, &leased[0], attempt, rules).await.unwrap();

    let timeline = world.service.timeline(call).await.unwrap().unwrap();
    let tries = |entries: &[TimelineEntry]| {
        let tries = entries.iter().filter(|entry| matches!(entry.what, Happening::Webhook { .. }));
        tries.map(|entry| entry.at_us - START.0 * 1000).collect::<Vec<_>>()
    };
    assert_eq!(tries(&timeline.entries), [7_000], "nobody saw it, so it stands where the store says");
    assert_eq!(timeline.webhooks[&owed[0].id].1[0].response, "ok");

    world.clock.advance(Duration::from_millis(10));
    world.service.note_try(call, DeliveryId(owed[0].id.0), 1, Some(200), Duration::from_micros(2_500));
    let timeline = world.service.timeline(call).await.unwrap().unwrap();
    assert_eq!(tries(&timeline.entries), [7_500], "it stands once, where it was seen");
}

#[tokio::test]
async fn a_turned_clock_is_told_and_changes_no_order() {
    let world = World::new().await;
    let call = dial(&world).await;
    world.clock.advance(Duration::from_secs(1));
    world.clock.turn_machine(Turn(-3_600_000));
    world.service.follow_clock().await.unwrap();
    world.service.note(call, fault(1));
    world.service.note_past(call, Duration::from_millis(500), fault(0));
    let told = told(&world, call).await;
    assert_eq!(told[3..], ["fault 0", "clock turned by -3600000", "fault 1"]);
    let entries = world.service.timeline(call).await.unwrap().unwrap().entries;
    assert_eq!(entries[5].at_us, (START.0 + 1000 - 3_600_000) * 1000);
}

#[tokio::test]
async fn how_the_legs_do_is_told_again_and_again() {
    let world = World::new().await;
    let call = dial(&world).await;
    let sample = |packets: u64, lost: u64, reported: u64| LegSample {
        side: Side::Business,
        number: 1,
        packets_in: packets,
        bytes_in: packets * 100,
        packets_out: 0,
        bytes_out: 0,
        lost_in: lost,
        lost_out: Some(1),
        reported_out: reported,
        jitter_in_us: Some(3000),
        jitter_out_us: None,
        round_trip_us: Some(40_000),
    };
    let mut reports = Vec::new();
    for (seconds, leg) in
        [(5, sample(0, 0, 0)), (5, sample(250, 3, 0)), (3, sample(400, 3, 0)), (2, sample(500, 2, 50))]
    {
        world.clock.advance(Duration::from_secs(seconds));
        *world.media.samples.lock().unwrap() = vec![(call, leg)];
        world.service.report_legs().await;
        reports.push(told(&world, call).await.iter().filter(|name| name.starts_with("report")).count());
    }
    assert_eq!(reports, [0, 1, 1, 2], "nothing of silence, and not too often");
    let entries = world.service.timeline(call).await.unwrap().unwrap().entries;
    let Some(Happening::Report(legs)) = entries.last().map(|entry| entry.what.clone()) else { panic!("a report") };
    let last = LegReport {
        side: Side::Business,
        number: 1,
        span_us: 5_000_000,
        packets_in: 250,
        bytes_in: 25_000,
        packets_out: 0,
        bytes_out: 0,
        lost_in: 0,
        lost_out: Some(0),
        reported_out: 50,
        jitter_in_us: Some(3000),
        jitter_out_us: None,
        round_trip_us: Some(40_000),
    };
    assert_eq!(legs, [last]);

    world.clock.advance(Duration::from_hours(2));
    *world.media.samples.lock().unwrap() = vec![(call, sample(600, 2, 50))];
    world.service.report_legs().await;
    world.clock.advance(Duration::from_secs(60));
    *world.media.samples.lock().unwrap() = vec![(call, sample(700, 2, 50))];
    world.service.report_legs().await;
    let count = told(&world, call).await.iter().filter(|name| name.starts_with("report")).count();
    assert_eq!(count, 3, "of a long call less often");
}

#[tokio::test]
async fn whoever_follows_a_call_misses_nothing_and_hears_nothing_twice() {
    let world = World::new().await;
    let call = dial(&world).await;
    let followed = world.service.follow_call(call).await.unwrap().unwrap();
    let mut news = followed.news.expect("it lives");
    let mut entries = followed.timeline.entries;
    world.service.note(call, fault(1));
    world.service.terminate(world.caller, call).await.unwrap();
    let mut calls = 0;
    while let Ok(told) = news.try_recv() {
        match &*told {
            News::Entry { entry, .. } => entries.push(entry.clone()),
            News::Call(_) => calls += 1,
            News::Over { .. } => panic!("not yet"),
        }
    }
    assert_eq!((entries, calls), (world.service.timeline(call).await.unwrap().unwrap().entries, 1));
    world.clock.advance(Duration::from_secs(21));
    world.service.write_timelines().await;
    assert_eq!(*news.try_recv().unwrap(), News::Over { call });
    assert!(world.service.follow_call(call).await.unwrap().unwrap().news.is_none());
    assert!(world.service.follow_call(CallId([1; 32])).await.unwrap().is_none());
}

pub(crate) const TIMELINE: TimelineSettings = TimelineSettings {
    enabled: true,
    limits: TimelineLimits { entries: 1000, bytes: 1024 * 1024 },
    keys: true,
    report_every: Duration::from_secs(5),
};
