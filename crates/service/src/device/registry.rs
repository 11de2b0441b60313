use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{DeviceId, PageId, Psid};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{DeviceAddress, DeviceEvent};

/// The devices connected to this node.
pub(crate) struct Registry {
    devices_per_consumer: usize,
    consumers: Mutex<HashMap<(PageId, Psid), Vec<Connection>>>,
}

struct Connection {
    device: DeviceId,
    events: mpsc::Sender<DeviceEvent>,
    replaced: CancellationToken,
}

/// One device's end of its connection.
pub(super) struct Link {
    pub(super) events: mpsc::Receiver<DeviceEvent>,
    /// Cancelled when the device connects again: this connection is the older one.
    pub(super) replaced: CancellationToken,
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
        let replaced = CancellationToken::new();
        connections.push(Connection { device: address.device.clone(), events: sender, replaced: replaced.clone() });
        Some(Link { events, replaced })
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
            connections
                .retain(|Connection { device, events, .. }| !choose(device) || events.try_send(event.clone()).is_ok());
        }
    }

    /// Tells all devices of the Page's consumers.
    pub(crate) fn tell_page(&self, page: PageId, event: &DeviceEvent) {
        let mut consumers = self.lock();
        for (_, connections) in consumers.iter_mut().filter(|((of, _), _)| *of == page) {
            connections.retain(|connection| connection.events.try_send(event.clone()).is_ok());
        }
    }

    /// The Pages that have a device connected.
    pub(crate) fn pages(&self) -> BTreeSet<PageId> {
        self.lock().keys().map(|(page, _)| *page).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(PageId, Psid), Vec<Connection>>> {
        // Every change leaves the map whole, so a panic elsewhere does not spoil it.
        self.consumers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events that wait for one device.
const QUEUE: usize = 32;
