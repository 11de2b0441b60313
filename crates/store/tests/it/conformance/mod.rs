//! The conformance suite: one function per behaviour, each on a new, empty store.

pub(crate) mod agents;
pub(crate) mod calls;
pub(crate) mod deliveries;
pub(crate) mod directory;
pub(crate) mod endpoints;
pub(crate) mod inbound;
pub(crate) mod linearizable;
pub(crate) mod outbox;
pub(crate) mod permissions;
pub(crate) mod races;
pub(crate) mod sandbox;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod statistics;
pub(crate) mod subscriptions;
pub(crate) mod threads;
pub(crate) mod timelines;
pub(crate) mod turning;
pub(crate) mod upkeep;

use offhook_call::{
    AppId, Applied, Call, CallId, Command, DeviceId, Dialer, Duration, EventKind, Limits, NewCall, Owed, PageId, Psid,
    Refused, Time,
};
use offhook_store::{
    AppSubscription, Attempt, AttemptOutcome, ConnectOutcome, Field, HealthRules, LeaseLimits, Leased, NewApp,
    NewConsumer, NewPage, PageSubscription, Store,
};

/// Makes one `#[tokio::test]` per behaviour, on the store that `$open` gives.
macro_rules! run_suite {
    ($open:path) => {
        $crate::conformance::run_suite! { $open =>
            agents: agents_are_kept, an_agent_is_changed_and_keeps_the_rest, an_agents_name_and_pages_are_checked,
                calls_of_the_desk_are_kept, calls_of_the_desk_move_with_the_clock, notes_are_kept_up_to_their_limit;
            calls: connect_keeps_the_call, connect_without_permission_changes_nothing,
                a_repeated_key_gives_the_first_answer, a_key_stands_for_24_hours, a_refused_connect_leaves_its_key_free,
                a_command_changes_the_call, a_refused_command_changes_nothing, a_command_on_an_unknown_call_finds_none,
                an_ended_call_frees_its_consumer, live_and_recent_calls_are_listed, limits_of_the_page_count_live_calls;
            deliveries: what_is_asked_for_is_found, a_cursor_goes_forward, every_attempt_is_kept,
                a_redelivered_event_is_the_same_on_a_new_schedule, a_redelivered_event_goes_before_those_that_wait,
                a_redelivered_event_waits_for_the_one_in_a_workers_hands, a_pending_event_is_brought_forward,
                a_try_under_way_does_not_undo_a_redelivery, a_range_is_redelivered_piece_by_piece,
                a_redelivered_event_is_kept_as_long_as_a_new_one;
            directory: apps_are_kept, an_app_is_changed_and_keeps_the_rest, a_rotation_keeps_the_secret_before_it, pages_are_kept, a_page_is_changed_and_keeps_the_rest, page_tokens_are_kept, a_revoked_token_says_since_when,
                consumers_are_kept, consumers_are_found_piece_by_piece, consumer_tokens_are_kept, the_largest_ids_are_kept;
            endpoints: an_endpoint_fails_once_every_try_failed_for_long, an_endpoint_that_failed_for_too_long_is_paused,
                a_paused_endpoint_is_owed_and_gets_it_all_when_resumed, one_that_is_gone_stays_gone_until_it_is_set_again,
                a_try_of_the_url_before_says_nothing_of_the_one_now, one_of_unknown_health_gets_its_small_share,
                what_has_no_endpoint_is_given_up_in_time;
            inbound: a_consumers_call_rings_every_app_that_wants_it, a_consumer_is_in_one_call_at_a_time,
                a_call_that_the_business_missed_grants, one_of_many_accepts_owns_the_call,
                a_consumer_who_gives_up_while_an_app_accepts, updates_of_both_sides_that_meet;
            linearizable: any_history_of_a_consumer_has_an_order_that_explains_it;
            permissions: grant_and_revoke, strangers_have_no_permission, accept_grants_anew,
                usage_counts_picked_up_calls_of_24_hours;
            subscriptions: app_subscriptions_are_kept, page_subscriptions_are_kept;
            outbox: events_are_owed_when_both_levels_want_them, an_event_is_rendered_with_its_apps_switches, a_lease_bears_what_a_worker_needs,
                events_of_a_call_go_one_after_the_other, a_dead_event_lets_the_next_go,
                a_retry_comes_back_unchanged_at_its_time, an_expired_lease_goes_to_another_worker,
                an_app_gets_its_share_and_no_more, a_disabled_callback_gets_nothing_until_it_is_set_again,
                next_due_tells_when_to_look_again, settled_deliveries_are_purged_by_age,
                a_clock_that_went_back_holds_nothing_back, a_clock_that_went_back_leaves_a_try_under_way_alone;
            sandbox: the_hands_of_a_clock_are_kept, a_webhook_that_is_late_keeps_its_place,
                a_webhook_that_is_held_back_is_overtaken, what_is_owed_later_overtakes_too_and_nothing_is_left_behind,
                a_lease_that_was_lost_holds_nothing_back, an_attempt_tells_the_fault_that_struck_it;
            statistics: statistics_are_kept_once, statistics_need_their_call;
            sessions: a_session_stands_until_it_is_ended, sessions_that_have_expired_are_forgotten;
            settings: settings_are_kept_and_each_real_change_is_owed, partners_need_a_subscribed_app;
            threads: what_a_consumer_says_is_kept_and_owed, a_consumers_words_open_the_window,
                a_postback_needs_its_button, a_permission_request_is_answered_once,
                permission_requests_count_for_a_day, a_thread_keeps_its_newest_entries_and_requests_that_count,
                calls_stand_in_the_thread_where_they_ended, strangers_cannot_say_anything, one_of_many_replies_counts,
                events_of_a_thread_hold_back_no_others;
            timelines: a_timeline_is_kept_part_by_part, a_timeline_needs_its_call;
            turning: live_calls_move_and_ended_ones_stay, a_retry_waits_as_long_as_it_would_have,
                a_try_under_way_is_made_again, an_endpoint_is_judged_by_how_long_it_failed,
                an_old_secret_is_good_for_its_time;
            upkeep: an_old_call_is_forgotten_with_what_belongs_to_it, a_call_that_lives_or_owes_is_kept,
                what_is_old_goes_in_small_pieces_and_the_oldest_first, keys_that_stand_no_longer_are_forgotten,
                the_inventory_counts;
            races: one_of_many_connects_to_a_consumer_wins, one_of_many_connects_with_a_key_is_made,
                one_of_many_devices_gets_the_call, no_connect_succeeds_after_a_revoke,
                no_delivery_is_leased_twice, a_delivery_redelivered_many_times_at_once_is_leased_once;
        }
    };
    ($open:path => $($module:ident: $($case:ident),* ;)*) => {
        $(mod $module {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let opened = $open();
                $crate::conformance::$module::$case(&opened.store).await;
            })*
        })*
    };
}
pub(crate) use run_suite;

pub(crate) const NOW: Time = Time(1_790_000_000_000);
pub(crate) const APP: AppId = AppId(31);
pub(crate) const PAGE: PageId = PageId(1044);
pub(crate) const PSID: Psid = Psid(77);
pub(crate) const LIMITS: Limits = Limits {
    ring_timeout: Duration::from_secs(60),
    max_duration: Duration::from_hours(4),
    calls_per_page: 3,
    connected_calls_per_day: 2,
};
pub(crate) const LEASE: Duration = Duration::from_secs(15);
pub(crate) const ANY: LeaseLimits = LeaseLimits { total: 100, per_app: 100, per_unproven: 100, unproven: 100 };
pub(crate) const RULES: HealthRules =
    HealthRules { failing_after: Duration::from_mins(15), pause_after: Some(Duration::from_hours(1)) };

pub(crate) fn after(seconds: u64) -> Time {
    NOW + Duration::from_secs(seconds)
}

/// One app, one Page and one consumer who may be called.
pub(crate) async fn furnish(store: &dyn Store) {
    let app = NewApp { id: APP, name: "desk".into(), secret: "s3cret".into(), require_app_secret_proof: false };
    store.create_app(app, NOW).await.unwrap();
    store.create_page(NewPage { id: PAGE, name: "Shop".into() }, NOW).await.unwrap();
    consumer(store, PSID).await;
}

/// A consumer who may be called.
pub(crate) async fn consumer(store: &dyn Store, psid: Psid) {
    store.create_consumer(NewConsumer { page: PAGE, psid, name: "Ada".into() }, NOW).await.unwrap().unwrap();
    store.grant(PAGE, psid, NOW).await.unwrap().unwrap();
}

fn callback(fields: &[&str]) -> AppSubscription {
    AppSubscription {
        app: APP,
        callback_url: "https://desk.example/hook".into(),
        verify_token: "v".into(),
        fields: named(fields),
        active: true,
    }
}

fn page_subscription(fields: &[&str]) -> PageSubscription {
    PageSubscription { app: APP, page: PAGE, fields: named(fields) }
}

fn named(fields: &[&str]) -> Vec<Field> {
    fields.iter().map(|&field| Field(field.to_owned())).collect()
}

/// [`furnish`], and the app is subscribed to the Page's calls.
pub(crate) async fn furnish_subscribed(store: &dyn Store) {
    furnish(store).await;
    store.set_app_subscription(callback(&["calls"]), NOW).await.unwrap();
    store.subscribe_page(page_subscription(&["calls"]), NOW).await.unwrap();
}

pub(crate) fn new_call(number: u8, psid: Psid) -> NewCall {
    NewCall { id: CallId([number; 32]), page: PAGE, psid, by: Dialer::App(APP) }
}

/// A call that is made.
pub(crate) async fn connect(store: &dyn Store, number: u8, psid: Psid) -> Call {
    match store.connect(new_call(number, psid), None, NOW, &LIMITS).await.unwrap() {
        ConnectOutcome::Created(applied) => applied.call,
        ConnectOutcome::Repeated(answered) => panic!("repeated without a key: {answered:?}"),
    }
}

async fn command(store: &dyn Store, call: &Call, command: Command, now: Time) -> Result<Applied, Refused> {
    store.apply(call.id, command, now, &LIMITS).await.unwrap().expect("the call exists")
}

pub(crate) fn accept(device: &str) -> Command {
    Command::Accept { device: DeviceId::try_from(device.to_owned()).unwrap(), offer: Some("v=0\r\n".into()) }
}

pub(crate) const TERMINATE: Command = Command::Terminate { app: APP };

async fn lease(store: &dyn Store, now: Time) -> Vec<Leased> {
    store.lease(now, LEASE, ANY).await.unwrap()
}

fn only(mut leased: Vec<Leased>) -> Leased {
    assert_eq!(leased.len(), 1, "{leased:?}");
    leased.remove(0)
}

/// Records a try that got an answer.
async fn settle(store: &dyn Store, lease: &Leased, at: Time, status: u16, outcome: AttemptOutcome) {
    let attempt = Attempt {
        at,
        took: Duration::from_millis(80),
        status: Some(status),
        response: "ok".into(),
        fault: None,
        outcome,
    };
    store.record(lease, attempt, RULES).await.unwrap();
}

/// The suite's stores render an event as its own JSON, beside its app's switches.
#[derive(serde::Deserialize)]
struct Rendered {
    event: Owed,
    compat: serde_json::Value,
}

fn owed_in(body: &[u8]) -> Owed {
    serde_json::from_slice::<Rendered>(body).unwrap().event
}

fn event_of(body: &[u8]) -> EventKind {
    match owed_in(body) {
        Owed::Call(event) => event.kind,
        Owed::Page(event) => panic!("no event of a call: {event:?}"),
    }
}
