use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use offhook_call::{AppId, Call, PageId, Psid, Time};
use offhook_store::Store;
use tokio::sync::{Mutex, Notify, RwLock};

use crate::capture::Captures;
use crate::desk::Seats;
use crate::device::{OfferCount, Registry};
use crate::rate::Rate;
use crate::reach::Reaches;
use crate::timeline::Recorder;
use crate::timers::Timers;
use crate::turns::Turns;
use crate::usage::Meter;
use crate::{CallbackCheck, Clock, Faults, Guests, Media, TimelineSettings, UsageLimits, Webhooks};

/// The limits that use cases obey; defaults in `default.toml`.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub call: offhook_call::Limits,
    pub thread: offhook_call::ThreadLimits,
    /// Messages, taps and replies of one consumer per minute.
    pub consumer_messages_per_minute: u32,
    /// Connect requests per second and app.
    pub connects_per_second: u32,
    /// Devices of one consumer at a time.
    pub devices_per_consumer: usize,
    /// Tries to sign in from one address per minute.
    pub sign_ins_per_minute: u32,
    /// Graph requests and their time in a rolling hour.
    pub usage: UsageLimits,
    pub timeline: TimelineSettings,
}

/// What a [`Service`] is made of.
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub media: Arc<dyn Media>,
    pub clock: Arc<dyn Clock>,
    pub callbacks: Arc<dyn CallbackCheck>,
    /// Poked after every commit that may owe webhooks.
    pub webhooks: Arc<dyn Webhooks>,
    /// Only a sandbox has them.
    pub faults: Option<Arc<Faults>>,
    /// Only in a sandbox.
    pub guests: Option<Arc<dyn Guests>>,
    pub limits: Limits,
}

/// The use cases of one node. Cheap to clone; all clones are the same service.
#[derive(Clone)]
pub struct Service {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) devices: Registry,
    pub(crate) seats: Seats,
    pub(crate) device_offers: OfferCount,
    pub(crate) timers: Timers,
    pub(crate) turns: Turns,
    pub(crate) reaches: Reaches,
    pub(crate) connect_rate: Rate<AppId>,
    pub(crate) consumer_rate: Rate<(PageId, Psid)>,
    /// By address; `None`: those of whom it is not known.
    pub(crate) sign_in_rate: Rate<Option<IpAddr>>,
    /// Held by a change of a call from the moment that it takes as its own until it is committed, and alone by whoever
    /// turns the clock.
    pub(crate) moments: RwLock<()>,
    /// Held by whoever ends what is due: the next one finds nothing left half done.
    pub(crate) ending_due: Mutex<()>,
    /// Held by whoever moves the hands of a sandbox's clock.
    pub(crate) moving_hands: Mutex<()>,
    /// The guests who were named since the start: as many for each Page as there are guests.
    pub(crate) met: Mutex<HashSet<(PageId, Psid)>>,
    /// Poked when a change failed in the store.
    pub(crate) heal: Notify,
    pub(crate) usage: Meter,
    pub(crate) recorder: Recorder,
    pub(crate) captures: Captures,
    pub(crate) stopping: AtomicBool,
    pub(crate) draining: AtomicBool,
}

impl Service {
    pub fn new(parts: Parts) -> Self {
        let connect_rate = Rate::per_second(parts.limits.connects_per_second, Arc::clone(&parts.clock));
        let consumer_rate = Rate::per_minute(parts.limits.consumer_messages_per_minute, Arc::clone(&parts.clock));
        let sign_in_rate = Rate::per_minute(parts.limits.sign_ins_per_minute, Arc::clone(&parts.clock));
        let devices = Registry::new(parts.limits.devices_per_consumer);
        let (now, elapsed) = (parts.clock.now(), parts.clock.elapsed());
        let recorder = Recorder::new(parts.limits.timeline, now, elapsed);
        let inner = Inner {
            parts,
            devices,
            seats: Seats::default(),
            timers: Timers::default(),
            turns: Turns::new(),
            reaches: Reaches::default(),
            device_offers: OfferCount::default(),
            connect_rate,
            consumer_rate,
            sign_in_rate,
            moments: RwLock::default(),
            ending_due: Mutex::default(),
            moving_hands: Mutex::default(),
            met: Mutex::default(),
            heal: Notify::new(),
            usage: Meter::default(),
            recorder,
            captures: Captures::default(),
            stopping: AtomicBool::new(false),
            draining: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// When a call that was not picked up stops ringing.
    pub fn ring_until(&self, call: &Call) -> Time {
        call.created_at + self.limits().call.ring_timeout
    }

    pub(crate) fn now(&self) -> Time {
        self.inner.parts.clock.now()
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.inner.parts.store
    }

    pub(crate) fn media(&self) -> &dyn Media {
        &*self.inner.parts.media
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.parts.limits
    }
}
