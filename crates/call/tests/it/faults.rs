//! Which rule strikes what.

use offhook_call::fault::{
    Aim, ApiFault, Fault, FaultId, LegOpened, MediaFault, Moment, Occasion, RULES_MAX, RequestMade, Rule, RuleRefused,
    Rules, Scope, TriedWebhook, UpdateAsked, WebhookEvent, WebhookFault, When,
};
use offhook_call::{AppId, CallId, Duration, PageId, Side};

const ALWAYS: When = When { nth: None, probability: 1.0, times: None, seed: 7 };
const DROPPED: Fault = Fault::Webhook(WebhookFault::Dropped { tries: 1 });

fn rule(fault: Fault) -> Rule {
    Rule { fault, scope: Scope::default(), aim: Aim::default(), when: ALWAYS }
}

fn rules(rules: impl IntoIterator<Item = Rule>) -> Rules {
    let mut made = Rules::default();
    for rule in rules {
        rule.check().unwrap();
        made.add(rule).unwrap();
    }
    made
}

fn webhook(call: u8, delivery: i64, event: WebhookEvent) -> TriedWebhook {
    let call = CallId([call; 32]);
    TriedWebhook { app: AppId(3), page: PageId(1044), call: Some(call), subject: call.to_string(), delivery, event }
}

fn request(action: &str) -> Occasion {
    let (edge, action) = ("calls".to_owned(), Some(action.to_owned()));
    Occasion::Request(RequestMade { app: AppId(3), page: PageId(1044), call: None, edge, action })
}

fn leg(side: Side) -> Occasion {
    Occasion::Leg(LegOpened { app: None, page: PageId(1044), call: CallId([1; 32]), side })
}

/// Which of the webhooks of these calls, one after the other, are struck.
fn pattern(rules: &mut Rules, calls: &[u8]) -> Vec<bool> {
    let events = [WebhookEvent::Connect, WebhookEvent::Ringing, WebhookEvent::Terminate];
    let told = calls.iter().flat_map(|&call| events.map(|event| (call, event)));
    told.enumerate()
        .map(|(at, (call, event))| {
            let delivery = i64::try_from(at).unwrap() + 1;
            rules.strike(&Occasion::Webhook(webhook(call, delivery, event))).is_some()
        })
        .collect()
}

#[test]
fn the_same_seed_and_events_give_the_same_faults() {
    let when = When { probability: 0.5, ..ALWAYS };
    let of_seed = |seed| pattern(&mut rules([Rule { when: When { seed, ..when }, ..rule(DROPPED) }]), &[1, 2, 3, 4, 5]);
    assert_eq!(of_seed(1), of_seed(1));
    assert_ne!(of_seed(1), of_seed(2));
    let struck = (0..200).flat_map(of_seed).filter(|struck| *struck).count();
    assert!((1300..1700).contains(&struck), "{struck} of 3000");
}

#[test]
fn what_is_drawn_for_a_webhook_does_not_depend_on_other_calls_between() {
    let when = When { probability: 0.5, ..ALWAYS };
    let mut alone = rules([Rule { when, ..rule(DROPPED) }]);
    let mut mixed = rules([Rule { when, ..rule(DROPPED) }]);
    let strike = |rules: &mut Rules, call: u8, delivery: i64| {
        rules.strike(&Occasion::Webhook(webhook(call, delivery, WebhookEvent::Other))).is_some()
    };
    let apart: Vec<_> = (0..40).map(|n| strike(&mut alone, 1 + u8::from(n >= 20), n)).collect();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for n in 0..20 {
        first.push(strike(&mut mixed, 1, n));
        second.push(strike(&mut mixed, 2, n + 20));
    }
    assert_eq!(apart, [first, second].concat());
}

#[test]
fn the_nth_webhook_is_counted_in_its_call_and_the_nth_request_by_the_rule() {
    let second = When { nth: Some(2), ..ALWAYS };
    let mut webhooks = rules([Rule { when: second, ..rule(DROPPED) }]);
    assert_eq!(pattern(&mut webhooks, &[1, 2]), [false, true, false, false, true, false]);
    let broken = Fault::Api(ApiFault::AnswerLost { moment: Moment::After });
    let mut requests = rules([Rule { when: second, ..rule(broken) }]);
    let struck: Vec<_> = (0..3).map(|_| requests.strike(&request("connect")).is_some()).collect();
    assert_eq!(struck, [false, true, false]);
}

#[test]
fn a_rule_strikes_so_many_times_and_tells() {
    let twice = Rule { when: When { times: Some(2), ..ALWAYS }, ..rule(DROPPED) };
    let mut made = rules([twice]);
    assert_eq!(pattern(&mut made, &[1, 2]), [true, true, false, false, false, false]);
    let standing = made.standing();
    assert_eq!((standing[0].id.to_string().as_str(), standing[0].seen, standing[0].struck), ("f_1", 6, 2));
}

#[test]
fn a_webhook_is_struck_for_as_many_tries_as_asked() {
    let mut made = rules([rule(Fault::Webhook(WebhookFault::Dropped { tries: 2 }))]);
    let try_it = Occasion::Webhook(webhook(1, 1, WebhookEvent::Connect));
    let struck: Vec<_> = (0..4).map(|_| made.strike(&try_it).is_some()).collect();
    assert_eq!(struck, [true, true, false, false]);
    assert_eq!(made.standing()[0].struck, 1, "one webhook");
}

#[test]
fn the_first_rule_that_strikes_is_it_and_the_next_sees_the_next_try() {
    let mut made = rules([rule(DROPPED), rule(Fault::Webhook(WebhookFault::Twice))]);
    let try_it = Occasion::Webhook(webhook(1, 1, WebhookEvent::Connect));
    let struck: Vec<_> = (0..3).map(|_| made.strike(&try_it).map(|struck| struck.id)).collect();
    assert_eq!(struck, [Some(FaultId(1)), Some(FaultId(2)), None]);
}

#[test]
fn a_rule_is_for_what_it_names_and_nothing_else() {
    let terminate = Aim { event: Some(WebhookEvent::Terminate), ..Aim::default() };
    let mut of_event = rules([Rule { aim: terminate, ..rule(DROPPED) }]);
    assert_eq!(pattern(&mut of_event, &[1]), [false, false, true]);

    let scoped = |scope| rules([Rule { scope, ..rule(DROPPED) }]);
    let other = [
        Scope { app: Some(AppId(4)), ..Scope::default() },
        Scope { page: Some(PageId(4)), ..Scope::default() },
        Scope { call: Some(CallId([4; 32])), ..Scope::default() },
    ];
    for scope in other {
        assert_eq!(pattern(&mut scoped(scope), &[1]), [false; 3], "{scope:?}");
    }
    let ours = Scope { app: Some(AppId(3)), page: Some(PageId(1044)), call: Some(CallId([1; 32])) };
    assert_eq!(pattern(&mut scoped(ours), &[1]), [true; 3]);

    let refused = Fault::Api(ApiFault::Error { name: "internal".to_owned(), moment: Moment::Before });
    let accept = Aim { edge: Some("calls".to_owned()), action: Some("accept".to_owned()), ..Aim::default() };
    let mut of_action = rules([Rule { aim: accept, ..rule(refused) }]);
    assert!(of_action.strike(&request("connect")).is_none() && of_action.strike(&request("accept")).is_some());
    let update = Occasion::Update(UpdateAsked { app: AppId(3), page: PageId(1044), call: CallId([1; 32]) });
    let mut collision = rules([rule(Fault::VersionCollision)]);
    assert!(collision.strike(&request("media_update")).is_none() && collision.strike(&update).is_some());

    let consumer = Aim { side: Some(Side::Consumer), ..Aim::default() };
    let mut of_side = rules([Rule { aim: consumer, ..rule(Fault::Media(MediaFault::DtlsFails)) }]);
    assert!(of_side.strike(&leg(Side::Business)).is_none() && of_side.strike(&leg(Side::Consumer)).is_some());
    assert!(of_side.strike(&request("accept")).is_none());
}

#[test]
fn a_held_webhook_is_let_go_by_what_overtakes_it() {
    let within = Duration::from_secs(60);
    let mut made = rules([Rule {
        when: When { nth: Some(1), ..ALWAYS },
        ..rule(Fault::Webhook(WebhookFault::OutOfOrder { within }))
    }]);
    let [first, second] = [webhook(1, 1, WebhookEvent::Connect), webhook(1, 2, WebhookEvent::Ringing)];
    assert!(made.strike(&Occasion::Webhook(first)).is_some());
    assert_eq!(made.delivered(&webhook(2, 3, WebhookEvent::Connect)), [0; 0], "of another call");
    assert_eq!(made.delivered(&second), [1]);
    assert_eq!(made.delivered(&second), [0; 0], "once");

    let mut made = rules([rule(Fault::Webhook(WebhookFault::TerminateFirst { within }))]);
    assert!(made.strike(&Occasion::Webhook(webhook(1, 1, WebhookEvent::Connect))).is_some());
    assert!(made.strike(&Occasion::Webhook(second.clone())).is_none(), "only connect waits");
    assert_eq!(made.delivered(&second), [0; 0]);
    assert_eq!(made.delivered(&webhook(1, 3, WebhookEvent::Terminate)), [1]);

    let mut made = rules([rule(Fault::Webhook(WebhookFault::TerminateFirst { within }))]);
    made.strike(&Occasion::Webhook(webhook(1, 1, WebhookEvent::Connect)));
    assert_eq!(made.delivered(&webhook(1, 1, WebhookEvent::Connect)), [0; 0], "it went out by itself");
    assert_eq!(made.delivered(&webhook(1, 3, WebhookEvent::Terminate)), [0; 0]);
}

#[test]
fn rules_come_and_go() {
    let mut made = rules([rule(DROPPED), rule(DROPPED)]);
    assert!(made.remove(FaultId(1)) && !made.remove(FaultId(1)));
    assert_eq!(pattern(&mut made, &[1]), [true; 3]);
    made.clear();
    assert_eq!(pattern(&mut made, &[2]), [false; 3]);
    assert_eq!("f_3".parse(), Ok(made.add(rule(DROPPED)).unwrap()), "no number comes twice");
    while made.add(rule(DROPPED)).is_ok() {}
    assert_eq!(made.standing().len(), RULES_MAX);
}

#[test]
fn a_rule_that_could_never_strike_is_refused() {
    let event = Aim { event: Some(WebhookEvent::Ringing), ..Aim::default() };
    let side = Aim { side: Some(Side::Business), ..Aim::default() };
    let first = Fault::Webhook(WebhookFault::TerminateFirst { within: Duration::from_secs(1) });
    let cases = [
        (Rule { aim: event.clone(), ..rule(first) }, RuleRefused::ConnectOnly),
        (
            Rule { aim: event, ..rule(Fault::VersionCollision) },
            RuleRefused::OtherKind { field: "event", of: "webhooks" },
        ),
        (Rule { aim: side, ..rule(DROPPED) }, RuleRefused::OtherKind { field: "side", of: "media" }),
        (Rule { when: When { nth: Some(0), ..ALWAYS }, ..rule(DROPPED) }, RuleRefused::Zero),
        (Rule { when: When { times: Some(0), ..ALWAYS }, ..rule(DROPPED) }, RuleRefused::Zero),
        (Rule { when: When { probability: 0.0, ..ALWAYS }, ..rule(DROPPED) }, RuleRefused::Probability),
        (Rule { when: When { probability: f64::NAN, ..ALWAYS }, ..rule(DROPPED) }, RuleRefused::Probability),
    ];
    for (rule, refused) in cases {
        assert_eq!(rule.check(), Err(refused), "{rule:?}");
    }
}
