//! A Page, an app and a consumer who may be called.

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use offhook_call::{
    AppId, Call, CallId, ConsumerAudio, DeviceId, Duration, EventKind, LegSample, LegStatistics, MediaLoss, Owed,
    PageId, Psid, Side, State, Time, Track,
};
use offhook_service::{
    Attached, Caller, Clock, Closing, ConnectError, ConnectRequest, Connected, DeviceEvent, Faults, Guests, Hands,
    Limits, Linted, Media, NegotiateError, Negotiated, OfferRefused, OpenLeg, Parts, Quota, SandboxClock, Service,
    Switched, Texts, UnknownTrack, UsageLimits,
};
use offhook_store::{Field, Sqlite};

use crate::callbacks::AnyCallback;
use crate::guests::NotedGuests;
use crate::hand_clock::HandClock;
use crate::pokes::CountedPokes;
use crate::statistics::leg;
use crate::timeline::TIMELINE;

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) media: Arc<NotedMedia>,
    pub(crate) caller: Caller,
    pub(crate) psid: Psid,
    pub(crate) consumer_token: String,
    /// How often the webhook worker was poked.
    pub(crate) pokes: Arc<AtomicUsize>,
    pub(crate) guests: Arc<NotedGuests>,
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_limits(LIMITS).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with_clock(limits, |clock| clock, None).await
    }

    /// A sandbox: its clock stands on the one in the test's hands.
    pub(crate) async fn sandbox() -> Self {
        let shown = |clock| Arc::new(SandboxClock::on(clock, Hands::default())) as Arc<dyn Clock>;
        Self::with_clock(LIMITS, shown, Some(Arc::default())).await
    }

    async fn with_clock(
        limits: Limits,
        shown: impl FnOnce(Arc<dyn Clock>) -> Arc<dyn Clock>,
        faults: Option<Arc<Faults>>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock::new());
        let media = Arc::new(NotedMedia::default());
        let pokes = Arc::default();
        let guests = Arc::new(NotedGuests::default());
        let service = open(&folder, shown(clock.clone()), &media, &pokes, &guests, limits, faults);
        let app = service.create_app("App".into(), false).await.unwrap();
        let page = service.create_page("Page".into()).await.unwrap();
        let caller = Caller { app: app.id, page: page.id };
        subscribe(&service, caller).await;
        let consumer = service.create_consumer(page.id, "Consumer".into()).await.unwrap();
        service.grant(page.id, consumer.psid).await.unwrap();
        let token = service.create_consumer_token(page.id, consumer.psid).await.unwrap();
        Self { service, clock, media, caller, psid: consumer.psid, consumer_token: token.token, pokes, guests, folder }
    }

    /// The process dies and a new one starts on the same data.
    pub(crate) fn restart(&mut self) {
        self.media = Arc::default();
        self.service = open(&self.folder, self.clock.clone(), &self.media, &self.pokes, &self.guests, LIMITS, None);
    }

    /// The same data beside the service: what is changed here has none of its volatile effects.
    pub(crate) fn store(&self) -> Sqlite {
        open_store(&self.folder)
    }

    pub(crate) async fn connect(&self) -> Result<Connected, ConnectError> {
        self.connect_to(self.psid, None).await
    }

    pub(crate) async fn connect_to(&self, psid: Psid, key: Option<&str>) -> Result<Connected, ConnectError> {
        let request = ConnectRequest { psid, idempotency_key: key.map(str::to_owned), ..self.connect_request() };
        self.service.connect(self.caller, request).await
    }

    pub(crate) fn connect_request(&self) -> ConnectRequest {
        ConnectRequest {
            psid: self.psid,
            offer: "business offer".into(),
            consumer_audio: ConsumerAudio::Both,
            idempotency_key: None,
        }
    }

    pub(crate) async fn device(&self, name: &str) -> Attached {
        let device = DeviceId::try_from(name.to_owned()).unwrap();
        self.service.attach(&self.consumer_token, device).await.unwrap()
    }

    /// Another app of the same Page, subscribed too.
    pub(crate) async fn second_app(&self) -> Caller {
        let app = self.service.create_app("Second".into(), false).await.unwrap().id;
        let caller = Caller { app, page: self.caller.page };
        subscribe(&self.service, caller).await;
        caller
    }

    pub(crate) async fn call(&self, call: CallId) -> Call {
        self.service.call(call).await.unwrap().unwrap()
    }

    /// What the app was told, in order.
    pub(crate) async fn owed(&self) -> Vec<String> {
        let mut deliveries = self.service.deliveries(Default::default(), 100).await.unwrap();
        deliveries.reverse();
        deliveries.into_iter().map(|delivery| delivery.body).collect()
    }

    pub(crate) async fn state(&self, call: CallId) -> State {
        self.call(call).await.state
    }
}

fn open_store(folder: &tempfile::TempDir) -> Sqlite {
    Sqlite::open(folder.path().join("offhook.db"), Arc::new(name_of)).unwrap()
}

fn open(
    folder: &tempfile::TempDir,
    clock: Arc<dyn Clock>,
    media: &Arc<NotedMedia>,
    pokes: &Arc<AtomicUsize>,
    guests: &Arc<NotedGuests>,
    limits: Limits,
    faults: Option<Arc<Faults>>,
) -> Service {
    let pokes = Arc::clone(pokes);
    Service::new(Parts {
        store: Arc::new(open_store(folder)),
        media: Arc::clone(media) as Arc<dyn Media>,
        clock,
        callbacks: Arc::new(AnyCallback),
        webhooks: Arc::new(CountedPokes(pokes)),
        faults,
        guests: Some(Arc::clone(guests) as Arc<dyn Guests>),
        limits,
    })
}

async fn subscribe(service: &Service, caller: Caller) {
    let calls = vec![Field(Field::CALLS.to_owned())];
    service.subscribe_app(caller.app, "https://app.example/".into(), "v".into(), calls.clone()).await.unwrap();
    service.subscribe_page(caller, calls).await.unwrap();
}

/// A body that names its event.
fn name_of(owed: &Owed, _compat: &serde_json::Value) -> Option<Vec<u8>> {
    let name = match owed {
        Owed::Call(event) => name_of_call_event(&event.kind),
        Owed::Page(event) => format!("{:?}", event.kind),
    };
    Some(name.into_bytes())
}

fn name_of_call_event(kind: &EventKind) -> String {
    match kind {
        EventKind::Connect { .. } => "connect".to_owned(),
        EventKind::Ringing => "ringing".to_owned(),
        EventKind::Accepted => "accepted".to_owned(),
        EventKind::MediaUpdate { version, sdp } => format!("media_update {version}: {sdp}"),
        EventKind::Terminate { reason, .. } => format!("terminate {:?}", reason.status()),
    }
}

/// Everything that waits for this device, but what is about its thread.
pub(crate) fn events(device: &mut Attached) -> Vec<DeviceEvent> {
    waiting(device).into_iter().filter(|event| !is_about_the_thread(event)).collect()
}

/// What waits for this device about its thread; the rest is dropped.
pub(crate) fn thread_events(device: &mut Attached) -> Vec<DeviceEvent> {
    waiting(device).into_iter().filter(is_about_the_thread).collect()
}

/// Everything that waits for this device.
pub(crate) fn waiting(device: &mut Attached) -> Vec<DeviceEvent> {
    std::iter::from_fn(|| device.events.try_recv().ok()).collect()
}

fn is_about_the_thread(event: &DeviceEvent) -> bool {
    matches!(event, DeviceEvent::Entry(_) | DeviceEvent::Settings(_) | DeviceEvent::Permission(_))
}

pub(crate) const START: Time = Time(1_790_000_000_000);

pub(crate) const LIMITS: Limits = Limits {
    call: offhook_call::Limits {
        ring_timeout: Duration::from_secs(60),
        max_duration: Duration::from_hours(4),
        calls_per_page: 1000,
        connected_calls_per_day: 100,
    },
    thread: offhook_call::ThreadLimits { permission_requests_per_day: 2, entries_kept: 1000 },
    consumer_messages_per_minute: 30,
    connects_per_second: 100,
    devices_per_consumer: 3,
    sign_ins_per_minute: 10,
    usage: UsageLimits { app: QUOTA, page: QUOTA },
    timeline: TIMELINE,
};

const QUOTA: Quota = Quota { requests: 1_000_000, time: Duration::from_hours(1000) };

/// Ids that nobody has.
pub(crate) const NOBODY: Psid = Psid(4);
pub(crate) const NO_APP: AppId = AppId(5);
pub(crate) const NO_PAGE: PageId = PageId(6);

/// Writes down what the relay was told. An offer `bad` is refused, and so is a track `unknown`. A party's first offer,
/// and any with tracks, changes what the other party gets.
#[derive(Default)]
pub(crate) struct NotedMedia {
    notes: Arc<Mutex<Vec<Note>>>,
    /// The last offer of each open leg.
    legs: Arc<Mutex<HashMap<(CallId, Side), String>>>,
    lost: Mutex<HashMap<(CallId, Side), MediaLoss>>,
    /// How the legs do.
    pub(crate) samples: Mutex<Vec<(CallId, LegSample)>>,
    /// Held by a test that wants legs to open later.
    gate: Arc<Mutex<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    Opened(CallId, Side),
    OfferSent(CallId, Side),
    OfferDelivered(CallId, Side),
    StopsOneWay(CallId, Side, Duration),
    Closed(CallId),
    Captured(CallId, bool),
}

impl NotedMedia {
    /// What was noted since the last call of this.
    pub(crate) fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.notes.lock().unwrap())
    }

    /// The leg is lost, and the news of it too.
    pub(crate) fn lose(&self, call: CallId, side: Side, loss: MediaLoss) {
        self.lost.lock().unwrap().insert((call, side), loss);
    }

    /// As long as this is held no leg opens.
    pub(crate) fn gate(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.gate)
    }

    fn legs(&self) -> MutexGuard<'_, HashMap<(CallId, Side), String>> {
        self.legs.lock().unwrap()
    }

    fn statistics_of(&self, call: CallId) -> Vec<LegStatistics> {
        let sides = [Side::Business, Side::Consumer].into_iter();
        sides.filter(|&side| self.legs().contains_key(&(call, side))).map(leg).collect()
    }

    fn note(&self, note: Note) {
        self.notes.lock().unwrap().push(note);
    }
}

#[async_trait]
impl Media for NotedMedia {
    fn negotiate(
        &self,
        call: CallId,
        side: Side,
        offer: &str,
        tracks: &[Track],
        _audio: ConsumerAudio,
    ) -> Result<Negotiated, NegotiateError> {
        known(tracks)?;
        if offer == "bad" {
            return Err(OfferRefused { detail: "line 1".into(), findings: serde_json::json!([]) }.into());
        }
        let far = self.legs().get(&(call, side.other())).map(|far| format!("offer after {far}"));
        let first = !self.legs().contains_key(&(call, side));
        let (notes, legs, own) = (Arc::clone(&self.notes), Arc::clone(&self.legs), offer.to_owned());
        let gate = Arc::clone(&self.gate);
        Ok(Negotiated {
            answer: format!("answer to {offer}"),
            offer: far.is_some().then(|| format!("offer after {offer}")),
            far_offer: far.filter(|_| first || !tracks.is_empty()),
            open: Box::new(move || {
                let _gate = gate.lock().unwrap();
                legs.lock().unwrap().insert((call, side), own);
                notes.lock().unwrap().push(Note::Opened(call, side));
            }),
        })
    }

    fn lint(&self, _texts: Texts<'_>) -> Linted {
        Linted { accepted: true, findings: serde_json::json!([]) }
    }

    fn switch(&self, call: CallId, side: Side, tracks: &[Track]) -> Result<Switched, UnknownTrack> {
        known(tracks)?;
        let far = self.legs().get(&(call, side.other())).map(|far| format!("offer after {far}"));
        Ok(Switched { far_offer: far, apply: Box::new(|| {}) })
    }

    fn capture(&self, call: CallId, on: bool) {
        self.note(Note::Captured(call, on));
    }

    fn offer_sent(&self, call: CallId, side: Side) {
        self.note(Note::OfferSent(call, side));
    }

    fn offer_delivered(&self, call: CallId, side: Side) {
        self.note(Note::OfferDelivered(call, side));
    }

    fn stop_one_way(&self, call: CallId, side: Side, after: Duration) {
        self.note(Note::StopsOneWay(call, side, after));
    }

    fn close(&self, call: CallId) -> Closing {
        let legs = self.statistics_of(call);
        self.legs().retain(|(of, _), _| *of != call);
        self.note(Note::Closed(call));
        Box::pin(async { legs })
    }

    async fn statistics(&self, call: CallId) -> Vec<LegStatistics> {
        self.statistics_of(call)
    }

    async fn samples(&self) -> Vec<(CallId, LegSample)> {
        self.samples.lock().unwrap().clone()
    }

    async fn legs(&self) -> Option<Vec<OpenLeg>> {
        let lost = self.lost.lock().unwrap();
        let leg = |&(call, side): &(CallId, Side)| OpenLeg { call, side, lost: lost.get(&(call, side)).copied() };
        Some(NotedMedia::legs(self).keys().map(leg).collect())
    }
}

fn known(tracks: &[Track]) -> Result<(), UnknownTrack> {
    let unknown = tracks.iter().filter_map(|track| track.msid.clone()).find(|msid| msid == "unknown");
    unknown.map_or(Ok(()), |msid| Err(UnknownTrack { msid }))
}
