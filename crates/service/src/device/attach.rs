use std::sync::Arc;

use offhook_call::{Call, DeviceId, PermissionStatus};
use offhook_store::{Consumer, Page, ThreadItem, TokenHash};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::told::due;
use super::{DeviceAddress, DeviceEvent, Told};
use crate::service::Inner;
use crate::{Service, SettingsView};

/// A connected device. Dropping it takes the device off.
pub struct Attached {
    pub address: DeviceAddress,
    pub welcome: Welcome,
    /// Ends when the device reads too slowly: the connection must close, and the device may come back.
    pub events: mpsc::Receiver<DeviceEvent>,
    /// Cancelled when the device connects again: the connection must close, and the device not come back on it.
    pub replaced: CancellationToken,
    _presence: Presence,
}

/// What a device learns when it connects.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    pub page: Page,
    pub consumer: Consumer,
    /// The consumer's live call, to be picked up again.
    pub call: Option<Call>,
    pub settings: SettingsView,
    pub permission: PermissionStatus,
    /// The newest of the thread, oldest first.
    pub thread: Vec<ThreadItem>,
}

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error("the consumer token is unknown or has expired")]
    BadToken,
    #[error("the consumer has too many devices connected")]
    TooManyDevices,
    #[error("the server is stopping")]
    Draining,
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Connects a device of the consumer whose token this is.
    pub async fn attach(&self, token: &str, device: DeviceId) -> Result<Attached, DeviceError> {
        if self.is_draining() {
            return Err(DeviceError::Draining);
        }
        let found = self.store().consumer_token(TokenHash::of(token)).await?;
        let token = found.filter(|row| self.now() < row.expires_at).ok_or(DeviceError::BadToken)?;
        let consumer = self.store().consumer(token.page, token.psid).await?.ok_or(DeviceError::BadToken)?;
        let address = DeviceAddress { page: token.page, psid: token.psid, device };
        let link = self.inner.devices.attach(&address).ok_or(DeviceError::TooManyDevices)?;
        let presence = Presence { inner: Arc::clone(&self.inner), address: address.clone() };
        // Looked up after the device is known: what happens in between is told twice rather than never.
        let page = self.store().page(token.page).await?.ok_or(DeviceError::BadToken)?;
        let call = self.store().live_call_of(token.page, token.psid).await?;
        let settings = SettingsView::of(&page.settings, self.now());
        let permission = self.permission_status(token.page, token.psid).await?;
        let thread = self.store().thread(token.page, token.psid, WELCOME_ENTRIES).await?;
        let shown = call.as_ref().and_then(|call| Some((call.id, due(call, &address.device)?)));
        let told = Told { call: shown, permission: Some(permission), settings: Some(settings) };
        self.inner.devices.welcome(&address, &told);
        let welcome = Welcome { page, consumer, call, settings, permission, thread };
        Ok(Attached { address, welcome, events: link.events, replaced: link.replaced, _presence: presence })
    }
}

/// Takes the device off when the connection is dropped.
struct Presence {
    inner: Arc<Inner>,
    address: DeviceAddress,
}

impl Drop for Presence {
    fn drop(&mut self) {
        // Fields drop in order, so the receiver is closed by now.
        self.inner.devices.sweep(self.address.page, self.address.psid);
    }
}

/// How much of the thread a device gets when it connects.
const WELCOME_ENTRIES: u32 = 50;
