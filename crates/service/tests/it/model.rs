//! Random sequences of what two apps, another Page and three devices do, against a model that knows only the contract:
//! who may do what, who is told what in which order, and at which version the media is.

mod story;

use std::collections::BTreeMap;

use offhook_call::{
    AppId, CallId, ConsumerAudio, Duration, EndReason, MediaLoss, Refused, Side, State, Status, Time, Track, TrackLabel,
};
use offhook_service::{
    AcceptError, ActionError, Attached, CallBusiness, CallBusinessError, Caller, ConnectError, ConnectRequest, Limits,
    MediaEvent, MediaUpdate,
};
use offhook_store::Subject;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::world::{LIMITS, START, World, events};
use story::{Stage, Story};

#[derive(Debug, Clone, Copy)]
enum Step {
    Connect { app: usize, consumer: usize },
    Call { device: usize },
    Device { device: usize, back: usize, does: DeviceDoes },
    App { app: usize, back: usize, does: AppDoes },
    Pass { seconds: u64 },
    LoseMedia { back: usize },
}

#[derive(Debug, Clone, Copy)]
enum DeviceDoes {
    Ring,
    Accept,
    Decline,
    HangUp,
    Update { with_offer: bool },
}

#[derive(Debug, Clone, Copy)]
enum AppDoes {
    Accept,
    Reject,
    Terminate,
    Update { with_offer: bool, stale: bool },
}

/// The apps 0 and 1 act for the Page of the calls; 2 is app 1 with a token of another Page.
const OTHER_PAGE: usize = 2;

/// Whose the devices are.
const CONSUMER_OF: [usize; 3] = [0, 0, 1];

fn step() -> impl Strategy<Value = Step> {
    let device = prop_oneof![
        2 => Just(DeviceDoes::Ring),
        4 => Just(DeviceDoes::Accept),
        1 => Just(DeviceDoes::Decline),
        1 => Just(DeviceDoes::HangUp),
        3 => any::<bool>().prop_map(|with_offer| DeviceDoes::Update { with_offer }),
    ];
    let app = prop_oneof![
        4 => Just(AppDoes::Accept),
        1 => Just(AppDoes::Reject),
        1 => Just(AppDoes::Terminate),
        4 => (any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(with_offer, stale)| AppDoes::Update { with_offer, stale }),
    ];
    prop_oneof![
        2 => (0_usize..2, 0_usize..2).prop_map(|(app, consumer)| Step::Connect { app, consumer }),
        3 => (0_usize..3).prop_map(|device| Step::Call { device }),
        7 => (0_usize..3, 0_usize..3, device).prop_map(|(device, back, does)| Step::Device { device, back, does }),
        7 => (0_usize..3, 0_usize..3, app).prop_map(|(app, back, does)| Step::App { app, back, does }),
        1 => prop_oneof![Just(1), Just(30), Just(60), Just(4 * 60 * 60)].prop_map(|seconds| Step::Pass { seconds }),
        1 => (0_usize..3).prop_map(|back| Step::LoseMedia { back }),
    ]
}

fn of_action<T>(result: Result<T, ActionError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(ActionError::UnknownCall) => "unknown",
        Err(ActionError::PageNotInCall) => "page_not_in_call",
        Err(ActionError::NotOwner) => "not_owner",
        Err(ActionError::WrongDirection) => "wrong_direction",
        Err(ActionError::AlreadyAccepted) => "already_accepted",
        Err(ActionError::AlreadyRejected) => "already_rejected",
        Err(ActionError::AlreadyTerminated) => "already_terminated",
        Err(ActionError::Failed) => "failed",
        Err(ActionError::Ended) => "ended",
        Err(ActionError::VersionConflict { .. }) => "version_conflict",
        Err(other @ (ActionError::VideoNotEnabled | ActionError::Media(_) | ActionError::Store(_))) => {
            panic!("{other}")
        }
    }
}

fn of_device<T>(result: Result<T, AcceptError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(AcceptError::UnknownCall) => "unknown",
        Err(AcceptError::Refused(Refused::Ended(_))) => "ended",
        Err(AcceptError::Refused(Refused::AlreadyAccepted)) => "already_accepted",
        Err(AcceptError::Refused(Refused::NotConnected)) => "not_connected",
        Err(AcceptError::Refused(Refused::OtherDevice)) => "other_device",
        Err(AcceptError::Refused(Refused::WrongDirection)) => "wrong_direction",
        Err(other) => panic!("{other}"),
    }
}

fn microphone() -> Vec<Track> {
    vec![Track { msid: None, label: TrackLabel::DefaultAudio, on: true }]
}

/// The real thing and the model beside it.
struct Trial {
    world: World,
    apps: [Caller; 3],
    consumers: [offhook_call::Psid; 2],
    devices: Vec<Attached>,
    calls: Vec<(CallId, Story)>,
    now: Time,
}

impl Trial {
    async fn new() -> Self {
        let world = World::with_limits(Limits { consumer_messages_per_minute: 1_000_000, ..LIMITS }).await;
        let service = &world.service;
        let second = world.second_app().await;
        let page = service.create_page("Another".into()).await.unwrap().id;
        let other = service.create_consumer(world.caller.page, "Other".into()).await.unwrap().psid;
        service.grant(world.caller.page, other).await.unwrap();
        let other_token = service.create_consumer_token(world.caller.page, other).await.unwrap().token;
        let devices = vec![
            world.device("phone").await,
            world.device("tablet").await,
            service.attach(&other_token, "laptop".to_owned().try_into().unwrap()).await.unwrap(),
        ];
        let (apps, consumers) = ([world.caller, second, Caller { app: second.app, page }], [world.psid, other]);
        Self { world, apps, consumers, devices, calls: Vec::new(), now: START }
    }

    /// The call that was the newest `back` calls ago.
    fn call(&mut self, back: usize) -> Option<(CallId, &mut Story)> {
        self.calls.iter_mut().rev().nth(back).map(|(id, story)| (*id, story))
    }

    fn is_busy(&self, consumer: usize) -> bool {
        self.calls.iter().any(|(_, story)| story.consumer == consumer && !story.is_over())
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Connect { app, consumer } => self.connect(app, consumer).await,
            Step::Call { device } => self.call_business(device).await,
            Step::Device { device, back, does } => self.act_on_device(device, back, does).await,
            Step::App { app, back, does } => self.act_for_app(app, back, does).await,
            Step::Pass { seconds } => self.pass(seconds).await,
            Step::LoseMedia { back } => self.lose_media(back).await,
        }
        for device in &mut self.devices {
            events(device);
        }
    }

    async fn connect(&mut self, app: usize, consumer: usize) {
        let busy = self.is_busy(consumer);
        let request = ConnectRequest {
            psid: self.consumers[consumer],
            offer: "b".into(),
            consumer_audio: ConsumerAudio::Both,
            idempotency_key: None,
        };
        match self.world.service.connect(self.apps[app], request).await {
            Ok(connected) => {
                assert!(!busy, "a busy consumer was called");
                let story = Story::begin(true, consumer, vec![app], Stage::Dialing, self.now);
                self.calls.push((connected.call, story));
            }
            Err(ConnectError::Refused(refused)) => assert!(busy, "{refused}"),
            Err(other) => panic!("{other}"),
        }
    }

    async fn call_business(&mut self, device: usize) {
        let busy = self.is_busy(CONSUMER_OF[device]);
        let request = CallBusiness { offer: "c".into(), tracks: Vec::new(), via: None };
        match self.world.service.call_business(&self.devices[device].address, request).await {
            Ok(calling) => {
                assert!(!busy, "a busy consumer called");
                let stage = Stage::Calling { device };
                let story = Story::begin(false, CONSUMER_OF[device], vec![0, 1], stage, self.now);
                self.calls.push((calling.call, story));
            }
            Err(CallBusinessError::Refused(refused)) => assert!(busy, "{refused}"),
            Err(other) => panic!("{other}"),
        }
    }

    async fn act_on_device(&mut self, device: usize, back: usize, does: DeviceDoes) {
        let now = self.now;
        let Some((call, story)) = self.call(back) else { return };
        let expected = story.by_device(device, does, now);
        let (service, from) = (&self.world.service, &self.devices[device].address);
        let done = match does {
            DeviceDoes::Ring => of_device(service.ringing(from, call).await),
            DeviceDoes::Accept => of_device(service.accept(from, call, "c").await),
            DeviceDoes::Decline => of_device(service.decline(from, call).await),
            DeviceDoes::HangUp => of_device(service.hang_up(from, call).await),
            DeviceDoes::Update { with_offer } => {
                of_device(service.update(from, call, with_offer.then_some("c"), &microphone()).await)
            }
        };
        assert_eq!(done, expected, "device {device}: {does:?}");
    }

    async fn act_for_app(&mut self, app: usize, back: usize, does: AppDoes) {
        let now = self.now;
        let Some((call, story)) = self.call(back) else { return };
        let version = story.version;
        let expected = story.by_app(app, does, now);
        let (service, caller) = (&self.world.service, self.apps[app]);
        let done = match does {
            AppDoes::Accept => of_action(service.accept_call(caller, call, "b", ConsumerAudio::Both).await),
            AppDoes::Reject => of_action(service.reject(caller, call).await),
            AppDoes::Terminate => of_action(service.terminate(caller, call).await),
            AppDoes::Update { with_offer, stale } => {
                let from_version = version + u32::from(stale);
                let offer = with_offer.then(|| "b".to_owned());
                let update =
                    MediaUpdate { offer, tracks: microphone(), from_version, consumer_audio: ConsumerAudio::Both };
                of_action(service.media_update(caller, call, update).await)
            }
        };
        assert_eq!(done, expected, "app {app}: {does:?}");
    }

    async fn pass(&mut self, seconds: u64) {
        let by = Duration::from_secs(seconds);
        self.world.clock.advance(by);
        self.now = self.now + by;
        for (_, story) in &mut self.calls {
            if !story.is_over() && story.due <= self.now {
                story.end(false, false, false);
            }
        }
        self.world.service.handle_deadlines().await;
    }

    async fn lose_media(&mut self, back: usize) {
        let Some((call, story)) = self.call(back) else { return };
        if !story.is_over() {
            story.end(true, false, false);
        }
        let lost = MediaEvent::Lost { call, side: Side::Consumer, cause: MediaLoss::Silent };
        self.world.service.handle_media_event(lost).await;
    }

    /// State, owner and version of every call agree.
    async fn compare_calls(&self) {
        for (id, story) in &self.calls {
            let call = self.world.call(*id).await;
            assert_eq!(call.app(), story.owner.map(|app| self.apps[app].app), "owner");
            assert_eq!(call.version, story.version, "version");
            let name = |device: usize| self.devices[device].address.device.clone();
            let same = match (&call.state, story.stage) {
                (State::Dialing, Stage::Dialing) | (State::Ringing { .. }, Stage::Ringing) => true,
                (State::Calling { device }, Stage::Calling { device: expected })
                | (State::Connected { device, .. }, Stage::Talking { device: expected }) => *device == name(expected),
                (State::Ended(ended), Stage::Over { failed, rejected, .. }) => {
                    (ended.reason.status() == Status::Failed) == failed
                        && (ended.reason == EndReason::BusinessRejected) == rejected
                }
                _ => false,
            };
            assert!(same, "{:?} is not {:?}", call.state, story.stage);
        }
    }

    /// Every app was told what the model says, in its order, and nothing else.
    async fn compare_webhooks(&self) {
        let mut told: BTreeMap<(AppId, CallId), Vec<String>> = BTreeMap::new();
        for delivery in self.world.service.deliveries(Default::default(), 10_000).await.unwrap().into_iter().rev() {
            if let Subject::Call(call) = delivery.subject {
                let name = delivery.body.split(':').next().unwrap_or_default().to_owned();
                told.entry((delivery.app, call)).or_default().push(name);
            }
        }
        let expected = self.calls.iter().flat_map(|(call, story)| {
            story.told.iter().map(|(app, told)| ((self.apps[*app].app, *call), told.clone()))
        });
        assert_eq!(told, expected.collect());
    }
}

#[test]
fn apps_devices_and_time_never_disagree_with_the_contract() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = |steps: Vec<Step>| {
        runtime.block_on(async {
            let mut trial = Trial::new().await;
            for step in steps {
                trial.take(step).await;
                trial.compare_calls().await;
            }
            trial.compare_webhooks().await;
        });
        Ok(())
    };
    runner.run(&prop::collection::vec(step(), 1..40), run).unwrap();
}
