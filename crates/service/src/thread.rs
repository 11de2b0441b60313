//! What a consumer does in its thread. What comes of it is told to all its devices, the one that did it included: that
//! is its acknowledgement.

use offhook_call::{
    Duration, Entry, EntryId, MessageText, PageId, Permission, PermissionResponse, PermissionStatus, Psid,
};
use offhook_store::{Error, Replied, Said, Tapped, ThreadError, ThreadItem};

use crate::{CreateError, DeviceAddress, DeviceEvent, Service};

/// Why nothing came of what a consumer did in its thread.
#[derive(Debug, thiserror::Error)]
pub enum SayError {
    #[error("the consumer says too much")]
    RateLimited { retry_after: Duration },
    #[error(transparent)]
    Thread(#[from] ThreadError),
}

impl Service {
    pub async fn say(&self, from: &DeviceAddress, text: MessageText) -> Result<(), SayError> {
        self.count_words(from)?;
        let said = Said { page: from.page, psid: from.psid, id: EntryId(rand::random()), text };
        let entry = self.store().say(said, self.now(), &self.limits().thread).await?;
        self.tell_entry(entry);
        Ok(())
    }

    /// The consumer taps the postback button of `entry` that has this payload.
    pub async fn tap(&self, from: &DeviceAddress, entry: EntryId, payload: String) -> Result<(), SayError> {
        self.count_words(from)?;
        let tapped = Tapped { page: from.page, psid: from.psid, id: EntryId(rand::random()), entry, payload };
        let entry = self.store().tap(tapped, self.now(), &self.limits().thread).await?;
        self.tell_entry(entry);
        Ok(())
    }

    /// The consumer answers the permission request that `entry` is.
    pub async fn reply(
        &self,
        from: &DeviceAddress,
        entry: EntryId,
        response: PermissionResponse,
    ) -> Result<(), SayError> {
        self.count_words(from)?;
        let replied = self.store().reply(from.page, from.psid, entry, response, self.now()).await?;
        let Replied { entry, permission } = replied;
        self.tell_entry(entry);
        if let Some(permission) = permission {
            self.tell_permission(from.page, from.psid, permission);
        }
        Ok(())
    }

    /// The consumer takes its permission back. When its devices are told, no later connect succeeds.
    pub async fn revoke_own(&self, from: &DeviceAddress) -> Result<(), SayError> {
        self.count_words(from)?;
        match self.revoke(from.page, from.psid).await {
            Ok(_) => Ok(()),
            Err(CreateError::Store(error)) => Err(ThreadError::Store(error).into()),
            Err(CreateError::UnknownAppOrPage | CreateError::UnknownPage | CreateError::UnknownConsumer) => {
                Err(ThreadError::UnknownConsumer.into())
            }
        }
    }

    /// The newest of a consumer's thread, oldest first. `None`: no such consumer on this Page.
    pub async fn thread(&self, page: PageId, psid: Psid, limit: u32) -> Result<Option<Vec<ThreadItem>>, Error> {
        match self.consumer(page, psid).await? {
            Some(_) => self.store().thread(page, psid, limit).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn tell_permission(&self, page: PageId, psid: Psid, permission: Permission) {
        let event = DeviceEvent::Permission(permission.status(self.now()));
        self.inner.devices.tell(page, psid, &event, |_| true);
    }

    /// What a new device is told of its consumer's permission.
    pub(crate) async fn permission_status(&self, page: PageId, psid: Psid) -> Result<PermissionStatus, Error> {
        let stored = self.store().permission(page, psid).await?;
        Ok(stored.map_or(PermissionStatus::None, |permission| permission.status(self.now())))
    }

    fn tell_entry(&self, entry: Entry) {
        let (page, psid) = (entry.page, entry.psid);
        self.inner.devices.tell(page, psid, &DeviceEvent::Entry(ThreadItem::Entry(entry)), |_| true);
        self.inner.parts.webhooks.poke();
    }

    fn count_words(&self, from: &DeviceAddress) -> Result<(), SayError> {
        let counted = self.inner.consumer_rate.take(&(from.page, from.psid));
        counted.map_err(|retry_after| SayError::RateLimited { retry_after })
    }
}
