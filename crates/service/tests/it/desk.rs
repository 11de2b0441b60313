//! The built-in desk, as far as a crash, a race or time may come between.

use offhook_call::{
    Abandonment, AgentId, CallId, Command, Duration, EndReason, PageId, PermissionStatus, Psid, Seat, Side, State,
};
use offhook_service::{
    Attached, Board, CallBusiness, DeskError, DeskEvent, DeviceEvent, NewAgent, Presence, SeatError, Seated,
};
use offhook_store::Calls as _;

use crate::world::{LIMITS, Note, START, World, events};

/// A Page that no app wants calls of, with a consumer of it.
struct Shop {
    page: PageId,
    psid: Psid,
    token: String,
}

impl Shop {
    async fn open(world: &World) -> Self {
        let page = world.service.create_page("Shop".into()).await.unwrap().id;
        let psid = world.service.create_consumer(page, "Grace".into()).await.unwrap().psid;
        let token = world.service.create_consumer_token(page, psid).await.unwrap().token;
        Self { page, psid, token }
    }

    /// An agent at a device, who is free.
    async fn agent(&self, world: &World, name: &str) -> Seated {
        let new = NewAgent { name: name.into(), pages: vec![self.page] };
        let id = world.service.create_agent(new).await.unwrap().0.id;
        let seated = sit_down(world, id, "tab").await;
        world.service.set_free(&seated.seat, true).await.unwrap();
        seated
    }

    async fn phone(&self, world: &World) -> Attached {
        world.service.attach(&self.token, "phone".to_owned().try_into().unwrap()).await.unwrap()
    }

    async fn call(&self, world: &World, phone: &Attached) -> CallId {
        let request = CallBusiness { offer: "offer".into(), tracks: Vec::new(), via: None };
        world.service.call_business(&phone.address, request).await.unwrap().call
    }
}

async fn sit_down(world: &World, agent: AgentId, device: &str) -> Seated {
    world.service.sit_down(agent, device.to_owned().try_into().unwrap()).await.unwrap()
}

/// What the device was told, after it was shown the desk as it is.
async fn told(world: &World, seated: &mut Seated) -> Vec<DeskEvent> {
    world.service.show_desk().await.unwrap();
    std::iter::from_fn(|| seated.events.try_recv().ok()).collect()
}

/// The newest board that the device was shown.
async fn board(world: &World, seated: &mut Seated) -> Board {
    let boards = told(world, seated).await.into_iter().rev();
    let mut boards = boards.filter_map(|event| if let DeskEvent::Board(board) = event { Some(*board) } else { None });
    boards.next().expect("something has changed")
}

async fn reason(world: &World, call: CallId) -> Option<EndReason> {
    match world.state(call).await {
        State::Ended(ended) => Some(ended.reason),
        State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Connected { .. } => None,
    }
}

#[tokio::test]
async fn a_call_goes_from_the_desks_ring_to_its_end_with_nothing_owed() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (mut ada, mut phone) = (shop.agent(&world, "Ada").await, shop.phone(&world).await);
    let call = shop.call(&world, &phone).await;
    world.media.take();
    assert_eq!(board(&world, &mut ada).await.ringing[0].name, "Grace");
    assert_eq!(world.service.agent_accept(&ada.seat, call, "agent").await.unwrap(), "answer to agent");
    let opened = [
        Note::Opened(call, Side::Business),
        Note::OfferSent(call, Side::Consumer),
        Note::OfferDelivered(call, Side::Consumer),
        Note::OfferSent(call, Side::Business),
        Note::OfferDelivered(call, Side::Business),
    ];
    assert_eq!(world.media.take(), opened);
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Answered { .. }, DeviceEvent::Offer { version: 1, .. }]));
    let [DeskEvent::Offer { version: 1, sdp, .. }, DeskEvent::Board(shown)] = &told(&world, &mut ada).await[..] else {
        panic!("first the offer")
    };
    assert_eq!((sdp.as_str(), &shown.ringing[..]), ("offer after agent", &[][..]));
    let update = offhook_call::Track { msid: None, label: offhook_call::TrackLabel::DefaultAudio, on: false };
    assert_eq!(world.service.seat_update(&ada.seat, call, None, &[update]).await.unwrap(), None);
    assert!(matches!(events(&mut phone)[..], [DeviceEvent::Offer { version: 2, .. }]), "the consumer is offered anew");
    let update = offhook_call::Track { msid: None, label: offhook_call::TrackLabel::DefaultAudio, on: false };
    world.service.update(&phone.address, call, Some("phone again"), &[update]).await.unwrap();
    assert!(matches!(told(&world, &mut ada).await[..], [DeskEvent::Offer { version: 2, .. }, ..]), "so is the agent");
    world.service.agent_hang_up(&ada.seat, call).await.unwrap();
    assert!(matches!(told(&world, &mut ada).await[..], [DeskEvent::Ended { .. }, DeskEvent::Board(_)]));
    assert_eq!(reason(&world, call).await, Some(EndReason::BusinessHungUp));
    assert!(world.owed().await.is_empty());
}

#[tokio::test]
async fn what_was_lost_is_shown_when_the_state_is_reconciled() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (mut ada, phone) = (shop.agent(&world, "Ada").await, shop.phone(&world).await);
    let call = shop.call(&world, &phone).await;
    told(&world, &mut ada).await;
    let hang_up = Command::HangUp { device: phone.address.device.clone() };
    world.store().apply(call, hang_up, START, &LIMITS.call).await.unwrap().unwrap().unwrap();
    world.service.reconcile(Abandonment::InternalError).await.unwrap();
    let told = told(&world, &mut ada).await;
    assert!(matches!(&told[..], [DeskEvent::Ended { reason: EndReason::ConsumerCancelled, .. }, DeskEvent::Board(_)]));
    assert_eq!(world.service.show_desk().await.unwrap(), 0, "nothing is told twice");
}

#[tokio::test]
async fn a_call_that_a_dead_process_leaves_behind_ends_once_and_its_agent_is_free_again() {
    let mut world = World::new().await;
    let shop = Shop::open(&world).await;
    let (ada, phone) = (shop.agent(&world, "Ada").await, shop.phone(&world).await);
    let call = shop.call(&world, &phone).await;
    world.service.agent_accept(&ada.seat, call, "agent").await.unwrap();
    world.restart();
    assert_eq!(world.service.reconcile(Abandonment::NodeLost).await.unwrap().ended, 1);
    assert_eq!(world.service.reconcile(Abandonment::NodeLost).await.unwrap().ended, 0);
    assert_eq!(reason(&world, call).await, Some(EndReason::NodeLost));
    let mut again = sit_down(&world, ada.seat.agent, "tab").await;
    let shown = board(&world, &mut again).await;
    assert!(shown.free && shown.call.is_none(), "who was free is, without a word");
}

#[tokio::test]
async fn one_of_many_agents_has_the_call_and_one_call_at_a_time() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (mut agents, phone) = (Vec::new(), shop.phone(&world).await);
    for name in ["Ada", "Bo", "Cy", "Di"] {
        agents.push(shop.agent(&world, name).await);
    }
    let call = shop.call(&world, &phone).await;
    let [ada, bo, cy, di] = &agents[..] else { panic!("there are four") };
    let accept = |agent: &Seated| {
        let (service, seat) = (world.service.clone(), agent.seat.clone());
        async move { service.agent_accept(&seat, call, "agent").await.is_ok() }
    };
    let (ada, bo, cy, di) = tokio::join!(accept(ada), accept(bo), accept(cy), accept(di));
    assert_eq!([ada, bo, cy, di].iter().filter(|has| **has).count(), 1);
    let holder = world.call(call).await.seat().unwrap().clone();
    assert_eq!(world.media.take().iter().filter(|note| **note == Note::Opened(call, Side::Business)).count(), 1);

    let other = world.service.create_consumer(shop.page, "Edsger".into()).await.unwrap().psid;
    world.service.grant(shop.page, other).await.unwrap();
    let dial = world.service.dial(&holder, shop.page, other, "agent").await;
    assert!(matches!(dial, Err(offhook_service::DialError::Busy)));
    let token = world.service.create_consumer_token(shop.page, other).await.unwrap().token;
    let second = world.service.attach(&token, "phone".to_owned().try_into().unwrap()).await.unwrap();
    let second = shop.call(&world, &second).await;
    assert!(matches!(world.service.agent_accept(&holder, second, "agent").await, Err(DeskError::Busy)));
    for seated in &mut agents {
        let shown = board(&world, seated).await;
        let rings = usize::from(seated.seat != holder);
        assert_eq!(shown.ringing.len(), rings, "who talks is left alone");
        let busy = shown.colleagues.iter().filter(|one| one.presence == Presence::Busy);
        assert_eq!(busy.count(), rings);
    }
}

#[tokio::test]
async fn a_call_that_nobody_takes_is_missed_and_the_consumer_may_be_called_back() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (ada, phone) = (shop.agent(&world, "Ada").await, shop.phone(&world).await);
    let call = shop.call(&world, &phone).await;
    world.service.refuse(&ada.seat, call).await.unwrap();
    world.clock.advance(LIMITS.call.ring_timeout);
    world.service.handle_deadlines().await;
    assert_eq!(reason(&world, call).await, Some(EndReason::NoAnswer));
    let permission = world.service.desk_consumers(&ada.seat, shop.page, "").await.unwrap()[0].permission;
    assert!(matches!(permission, PermissionStatus::Granted { .. }));
    world.service.dial(&ada.seat, shop.page, shop.psid, "agent").await.unwrap();
}

#[tokio::test]
async fn an_agents_leg_that_falls_silent_ends_the_call() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (ada, phone) = (shop.agent(&world, "Ada").await, shop.phone(&world).await);
    let call = shop.call(&world, &phone).await;
    world.service.agent_accept(&ada.seat, call, "agent").await.unwrap();
    world.media.lose(call, Side::Business, offhook_call::MediaLoss::Silent);
    world.service.reconcile(Abandonment::InternalError).await.unwrap();
    assert_eq!(reason(&world, call).await, Some(EndReason::MediaLost));
}

#[tokio::test]
async fn an_agent_has_so_many_devices_and_the_newest_of_a_name() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let ada = shop.agent(&world, "Ada").await;
    let id = ada.seat.agent;
    let mut others = Vec::new();
    for number in 1..10 {
        others.push(sit_down(&world, id, &format!("tab{number}")).await);
    }
    let one_more = world.service.sit_down(id, "one-more".to_owned().try_into().unwrap()).await;
    assert!(matches!(one_more, Err(SeatError::TooManyDevices)));
    let _again = sit_down(&world, id, "tab").await;
    assert!(ada.replaced.is_cancelled());
    drop(others);
    sit_down(&world, id, "one-more").await;
    let nobody = world.service.sit_down(AgentId(1), "tab".to_owned().try_into().unwrap()).await;
    assert!(matches!(nobody, Err(SeatError::NoAgent)));
    world.service.start_draining();
    let late = world.service.sit_down(id, "late".to_owned().try_into().unwrap()).await;
    assert!(matches!(late, Err(SeatError::Draining)));
}

#[tokio::test]
async fn a_device_that_does_not_read_is_let_go_and_finds_everything_again() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let mut ada = shop.agent(&world, "Ada").await;
    for on in [false, true].repeat(40) {
        world.service.set_free(&ada.seat, on).await.unwrap();
        world.service.show_desk().await.unwrap();
    }
    while ada.events.recv().await.is_some() {}
    let mut again = sit_down(&world, ada.seat.agent, "tab").await;
    assert!(board(&world, &mut again).await.free);
}

#[tokio::test]
async fn who_is_handed_a_call_over_takes_the_business_leg_and_the_other_loses_it() {
    let world = World::new().await;
    let shop = Shop::open(&world).await;
    let (mut ada, bo) = (shop.agent(&world, "Ada").await, shop.agent(&world, "Bo").await);
    let phone = shop.phone(&world).await;
    let call = shop.call(&world, &phone).await;
    world.service.agent_accept(&ada.seat, call, "ada").await.unwrap();
    told(&world, &mut ada).await;
    world.service.hand_over(&ada.seat, call, bo.seat.agent).await.unwrap();
    world.media.take();
    assert_eq!(world.service.agent_accept(&bo.seat, call, "bo").await.unwrap(), "answer to bo");
    assert_eq!(world.media.take()[0], Note::Opened(call, Side::Business));
    let told = told(&world, &mut ada).await;
    assert!(matches!(&told[..], [DeskEvent::HandedOver { call: gone }, DeskEvent::Board(_)] if *gone == call));
    let late = world.service.seat_resume(&ada.seat, call, "ada").await;
    assert!(matches!(late, Err(DeskError::Refused(offhook_call::Refused::NotOwner))));
    assert_eq!(world.call(call).await.seat(), Some(&Seat { agent: bo.seat.agent, device: bo.seat.device.clone() }));
    world.clock.advance(LIMITS.call.max_duration + Duration::from_secs(1));
    world.service.handle_deadlines().await;
    assert_eq!(reason(&world, call).await, Some(EndReason::MaxDuration));
}
