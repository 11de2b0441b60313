//! Consumers that come to be when their psid is first named ([`Guests`](crate::Guests)).

use offhook_call::{Call, PageId, Psid};
use offhook_store::{Consumer, Error, NewConsumer};

use crate::Service;

impl Service {
    /// Whether a consumer is in a call that is not over.
    pub async fn is_in_call(&self, page: PageId, psid: Psid) -> Result<bool, Error> {
        Ok(self.store().live_call_of(page, psid).await?.is_some())
    }

    /// A consumer of this Page, be it a guest.
    pub(crate) async fn consumer(&self, page: PageId, psid: Psid) -> Result<Option<Consumer>, Error> {
        self.meet(page, psid).await?;
        self.store().consumer(page, psid).await
    }

    /// A guest who is named for the first time since the start is made, and may be called for as long as a permission
    /// lasts. From then on they are a consumer as any other.
    pub(crate) async fn meet(&self, page: PageId, psid: Psid) -> Result<(), Error> {
        let Some(guest) = self.inner.parts.guests.as_ref().and_then(|guests| guests.guest(psid)) else {
            return Ok(());
        };
        // Held until the guest is there: whoever names them at the same time finds them, and no later revoke is undone.
        let mut met = self.inner.met.lock().await;
        if met.contains(&(page, psid)) || self.store().page(page).await?.is_none() {
            return Ok(());
        }
        if self.store().consumer(page, psid).await?.is_none() {
            let new = NewConsumer { page, psid, name: guest.name.to_owned() };
            self.store().create_consumer(new, self.now()).await?;
        }
        if guest.permits {
            self.store().grant(page, psid, self.now()).await?;
        }
        met.insert((page, psid));
        Ok(())
    }

    /// Lets a guest's device know that there is a call.
    pub(crate) fn call_guest(&self, call: &Call) {
        if let Some(guests) = &self.inner.parts.guests
            && guests.guest(call.psid).is_some()
        {
            guests.called(call.page, call.psid);
        }
    }
}
