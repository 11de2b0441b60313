use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{Call, DeviceId, PageId, Psid};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::told::{Shown, Told, due};
use super::{DeviceAddress, DeviceEvent};

/// The devices connected to this node.
pub(crate) struct Registry {
    devices_per_consumer: usize,
    consumers: Mutex<Consumers>,
}

type Consumers = HashMap<(PageId, Psid), Vec<Connection>>;

struct Connection {
    device: DeviceId,
    events: mpsc::Sender<DeviceEvent>,
    replaced: CancellationToken,
    told: Told,
}

/// One device's end of its connection.
pub(super) struct Link {
    pub(super) events: mpsc::Receiver<DeviceEvent>,
    /// Cancelled when the device connects again: this connection is the older one.
    pub(super) replaced: CancellationToken,
}

impl Connection {
    /// Whether the device reads.
    fn tell(&mut self, event: &DeviceEvent) -> bool {
        self.told.note(event);
        self.events.try_send(event.clone()).is_ok()
    }
}

impl Registry {
    pub(crate) fn new(devices_per_consumer: usize) -> Self {
        Self { devices_per_consumer, consumers: Mutex::default() }
    }

    /// Adds a device, closing its earlier connection. `None`: the consumer has too many others.
    pub(super) fn attach(&self, address: &DeviceAddress) -> Option<Link> {
        let mut consumers = self.lock();
        let connections = consumers.entry((address.page, address.psid)).or_default();
        connections.retain(|connection| {
            let same = connection.device == address.device;
            if same {
                connection.replaced.cancel();
            }
            !same
        });
        if connections.len() >= self.devices_per_consumer {
            return None;
        }
        let (sender, events) = mpsc::channel(QUEUE);
        let (device, replaced) = (address.device.clone(), CancellationToken::new());
        connections.push(Connection { device, events: sender, replaced: replaced.clone(), told: Told::default() });
        Some(Link { events, replaced })
    }

    /// The device is welcomed with this; what it was told since it attached comes after it.
    pub(super) fn welcome(&self, address: &DeviceAddress, welcome: &Told) {
        self.with(address, |told| {
            told.call = told.call.or(welcome.call);
            told.permission = told.permission.or(welcome.permission);
            told.settings = told.settings.or(welcome.settings);
        });
    }

    /// The device in the call knows of it by what it did itself, but for an answer that it waits for.
    pub(crate) fn show(&self, call: &Call, device: &DeviceId) {
        let Some(shown) = due(call, device) else { return };
        let address = DeviceAddress { page: call.page, psid: call.psid, device: device.clone() };
        self.with(&address, |told| {
            if told.call != Some((call.id, Shown::Calling)) {
                told.call = Some((call.id, shown));
            }
        });
    }

    /// What the device was told; `None`: it is not connected.
    pub(crate) fn told(&self, address: &DeviceAddress) -> Option<Told> {
        self.with(address, |told| told.clone())
    }

    /// All connected devices.
    pub(crate) fn connected(&self) -> Vec<DeviceAddress> {
        let consumers = self.lock();
        let devices = consumers.iter().flat_map(|(&(page, psid), connections)| {
            connections.iter().map(move |connection| DeviceAddress { page, psid, device: connection.device.clone() })
        });
        devices.collect()
    }

    /// Forgets connections whose receiver is gone.
    pub(super) fn sweep(&self, page: PageId, psid: Psid) {
        let mut consumers = self.lock();
        if let Some(connections) = consumers.get_mut(&(page, psid)) {
            connections.retain(|connection| !connection.events.is_closed());
            if connections.is_empty() {
                consumers.remove(&(page, psid));
            }
        }
    }

    /// Tells the consumer's devices that `choose` picks. The events of a device that does not read end after those that
    /// wait for it; it finds the call again when it comes back.
    pub(crate) fn tell(&self, page: PageId, psid: Psid, event: &DeviceEvent, choose: impl Fn(&DeviceId) -> bool) {
        let mut consumers = self.lock();
        if let Some(connections) = consumers.get_mut(&(page, psid)) {
            connections.retain_mut(|connection| !choose(&connection.device) || connection.tell(event));
        }
    }

    /// Tells all devices of the Page's consumers.
    pub(crate) fn tell_page(&self, page: PageId, event: &DeviceEvent) {
        let mut consumers = self.lock();
        for (_, connections) in consumers.iter_mut().filter(|((of, _), _)| *of == page) {
            connections.retain_mut(|connection| connection.tell(event));
        }
    }

    /// Tells those of the Page's devices, or of its one consumer's, to whom it is news; how many.
    pub(crate) fn tell_news(&self, page: PageId, psid: Option<Psid>, event: &DeviceEvent) -> usize {
        let mut consumers = self.lock();
        let chosen = |of: &(PageId, Psid)| of.0 == page && psid.is_none_or(|psid| psid == of.1);
        let mut news = 0;
        for (_, connections) in consumers.iter_mut().filter(|(of, _)| chosen(of)) {
            connections.retain_mut(|connection| {
                let is_news = connection.told.is_news(event);
                news += usize::from(is_news);
                !is_news || connection.tell(event)
            });
        }
        news
    }

    /// The Pages that have a device connected.
    pub(crate) fn pages(&self) -> BTreeSet<PageId> {
        self.lock().keys().map(|(page, _)| *page).collect()
    }

    /// The consumers that have a device connected.
    pub(crate) fn consumers(&self) -> Vec<(PageId, Psid)> {
        self.lock().keys().copied().collect()
    }

    fn with<T>(&self, address: &DeviceAddress, work: impl FnOnce(&mut Told) -> T) -> Option<T> {
        let mut consumers = self.lock();
        let connections = consumers.get_mut(&(address.page, address.psid))?;
        let connection = connections.iter_mut().find(|connection| connection.device == address.device)?;
        Some(work(&mut connection.told))
    }

    fn lock(&self) -> MutexGuard<'_, Consumers> {
        // Every change leaves the map whole, so a panic elsewhere does not spoil it.
        self.consumers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events that wait for one device.
const QUEUE: usize = 32;
