use offhook_call::{Call, Permission, Psid};
use offhook_store::{
    Calls as _, Deliveries as _, DeliveryFilter, DeliveryId, DeliveryState, Directory as _, Error, Page,
    Permissions as _, Sqlite, Subject,
};

use crate::conformance::PAGE;

/// All that the tests' workloads change.
#[derive(Debug, PartialEq)]
pub(super) struct World {
    pub(super) pages: Vec<Page>,
    calls: Vec<Call>,
    pub(super) deliveries: Vec<DeliveryState>,
}

/// What is one consumer's: their permission, their calls, and what is owed about these.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Share {
    permission: Option<Permission>,
    calls: Vec<Call>,
    owed: Vec<(DeliveryId, String)>,
}

impl World {
    pub(super) async fn read(store: &Sqlite) -> Result<Self, Error> {
        let pages = store.pages().await?;
        let calls = store.recent_calls(None, None, ROWS).await?;
        Ok(Self { pages, calls, deliveries: store.deliveries(DeliveryFilter::default(), ROWS).await? })
    }

    pub(super) async fn share(&self, store: &Sqlite, psid: Psid) -> Result<Share, Error> {
        let permission = store.permission(PAGE, psid).await?;
        let calls: Vec<_> = self.calls.iter().filter(|call| call.psid == psid).cloned().collect();
        let of_them = |subject: Subject| calls.iter().any(|call| subject == Subject::Call(call.id));
        let owed = self.deliveries.iter().filter(|owed| of_them(owed.subject));
        let owed = owed.map(|owed| (owed.id, owed.body.clone())).collect();
        Ok(Share { permission, calls, owed })
    }
}

/// More than any workload makes.
const ROWS: u32 = 10_000;
