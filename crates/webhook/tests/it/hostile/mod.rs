//! Endpoints that do everything wrong, over seven days of virtual time; what came in is judged by a checker that knows
//! the store's word and the receiver's log, and nothing of the worker.

mod checker;
mod endpoint;
mod week;

use std::time::Duration as RealTime;

use futures_util::future::join_all;
use offhook_call::{Duration, Time};
use offhook_store::{Deliveries as _, DeliveryFilter, DeliveryStatus};
use tokio::time::timeout;

use crate::world::{APP, START};
use endpoint::Mode;
use week::{DAY, Week};

/// What every try of fails. 302 and bodies of redirects, garbage, silence: nothing of it acknowledges.
const FAILING: [Mode; 15] = [
    Mode::Reset,
    Mode::CloseAtOnce,
    Mode::Hang,
    Mode::DripHead,
    Mode::Status(500),
    Mode::Status(404),
    Mode::Redirect,
    Mode::TooMany(5),
    Mode::TooManyUntil(5),
    Mode::PlainTextOnTls,
    Mode::HugeHeader,
    Mode::CountlessHeaders,
    Mode::NoHttp,
    Mode::InformationStorm,
    Mode::BrokenHead,
];

/// What acknowledges by its status, whatever comes after it.
const ODD: [Mode; 6] =
    [Mode::EndlessBody, Mode::DripBody, Mode::CloseAfterHead, Mode::BrokenChunks, Mode::Bomb, Mode::Status(299)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_for_three_days_is_all_delivered_once_the_endpoint_is_well() {
    join_all(FAILING.map(three_bad_days)).await;
}

async fn three_bad_days(mode: Mode) {
    let mut week = Week::begin(mode).await;
    week.live_until(DAY * 3).await;
    week.endpoint.set(Mode::Status(200));
    week.live_until(DAY * 4).await;
    week.check().await;
    let states = week.states().await;
    assert_eq!(states, [DeliveryStatus::Delivered; 3], "{mode:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_for_a_week_is_dead_and_kept_and_goes_out_again() {
    join_all(FAILING.map(a_bad_week)).await;
}

async fn a_bad_week(mode: Mode) {
    let mut week = Week::begin(mode).await;
    week.live_until(DAY * 8).await;
    week.check().await;
    assert_eq!(week.states().await, [DeliveryStatus::Dead; 3], "{mode:?}");
    week.endpoint.set(Mode::Status(200));
    let dead = DeliveryFilter { state: Some(DeliveryStatus::Dead), app: Some(APP), ..DeliveryFilter::default() };
    let again = week.world.store.redeliver_all(dead, 100, week.world.now()).await.unwrap();
    assert_eq!((again.count, again.more_after), (3, None), "{mode:?}");
    week.live_until(DAY * 9).await;
    week.check().await;
    assert_eq!(week.states().await, [DeliveryStatus::Delivered; 3], "{mode:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_is_the_answer_whatever_follows_it() {
    join_all(ODD.map(an_odd_day)).await;
}

async fn an_odd_day(mode: Mode) {
    let mut week = Week::begin(mode).await;
    week.live_until(DAY).await;
    week.check().await;
    assert_eq!(week.states().await, [DeliveryStatus::Delivered; 3], "{mode:?}");
    for delivery in week.world.deliveries().await {
        assert_eq!(delivery.attempts, 1, "{mode:?}");
        let kept = delivery.last_response.unwrap();
        assert!(kept.chars().count() <= 4096, "{mode:?}: {} characters of the answer are kept", kept.chars().count());
    }
    let written = week.endpoint.largest_answer();
    assert!(written < ANSWER_SENT_MAX, "{mode:?}: {written} bytes of an answer were taken");
}

/// What fits into the sockets' buffers on the way, and no more: nobody reads 10 GiB.
const ANSWER_SENT_MAX: u64 = 32 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_comes_and_goes_gets_everything_in_order() {
    join_all((0..8).map(a_flapping_week)).await;
}

async fn a_flapping_week(seed: u64) {
    let mut week = Week::begin(Mode::Flapping(seed)).await;
    for call in 3..12 {
        week.live_until(Duration::from_hours(6) * u32::from(call)).await;
        week.tell_a_call(call).await;
    }
    week.live_until(DAY * 7).await;
    week.check().await;
    let states = week.states().await;
    assert!(states.iter().all(|state| *state == DeliveryStatus::Delivered), "seed {seed}: {states:?}");
    assert!(week.endpoint.log().iter().any(|arrival| !arrival.acknowledged), "seed {seed}: it did fail");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_is_gone_is_asked_once() {
    let mut week = Week::begin(Mode::Status(410)).await;
    week.live_until(DAY * 6).await;
    let arrived = week.endpoint.log().len();
    assert!(arrived <= 2, "{arrived}: one try of each call was under way at most");
    week.live_until(DAY * 8).await;
    assert_eq!(week.states().await, [DeliveryStatus::Dead; 3], "what waited behind is given up in time");
    assert_eq!(week.endpoint.log().len(), arrived);
}

/// Each of these would go on for ever; nothing but the time-out ends a try, in real time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_takes_longer_than_the_time_out() {
    for (mode, state) in [
        (Mode::Hang, DeliveryStatus::Pending),
        (Mode::DripHead, DeliveryStatus::Pending),
        (Mode::InformationStorm, DeliveryStatus::Pending),
        (Mode::DripBody, DeliveryStatus::Delivered),
    ] {
        let mut week = Week::begin(mode).await;
        timeout(PATIENCE, week.live_until(Duration::ZERO)).await.expect("every try has ended");
        let mut tried = week.world.deliveries().await;
        tried.retain(|delivery| delivery.attempts > 0);
        assert!(!tried.is_empty() && tried.iter().all(|delivery| delivery.state == state), "{mode:?}: {tried:?}");
        let why = format!("no answer within {} ms", mode.timeout().as_millis());
        let timed_out = tried.iter().all(|delivery| delivery.last_response.as_deref() == Some(&*why));
        assert!(timed_out || state == DeliveryStatus::Delivered, "{mode:?}: {tried:?}");
    }
}

/// Far more than all time-outs, and less than for ever.
const PATIENCE: RealTime = RealTime::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tries_come_at_the_schedules_moments_or_later_if_the_endpoint_asks() {
    for (mode, first) in [
        (Mode::Status(503), [0, 2, 8, 30, 60, 120]),
        (Mode::TooMany(5), [0, 5, 11, 33, 63, 123]),
        (Mode::TooManyUntil(5), [0, 5, 11, 33, 63, 123]),
        (Mode::TooMany(100), [0, 100, 200, 300, 400, 500]),
    ] {
        let mut week = Week::begin(mode).await;
        week.live_until(Duration::from_secs(600)).await;
        let log = week.endpoint.log();
        let tries = log.iter().filter(|arrival| arrival.id == log[0].id);
        let seconds: Vec<_> = tries.map(|arrival| arrival.at.since(START).as_secs()).take(first.len()).collect();
        assert_eq!(seconds, first, "{mode:?}");
    }
}

fn moment(seconds: u64) -> Time {
    START + Duration::from_secs(seconds)
}
