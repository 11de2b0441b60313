//! Consumers whom nobody has made.

use std::sync::Mutex;

use offhook_call::{ConnectRefused, EntryKind, PageId, PermissionStatus, Psid, Reach};
use offhook_service::{ConnectError, CreateError, Guest, Guests, OutgoingMessage, PermissionError};
use offhook_store::SendError;

use crate::world::{NO_PAGE, NOBODY, World};

/// Two guests; the calls to them are written down.
#[derive(Default)]
pub(crate) struct NotedGuests(Mutex<Vec<(PageId, Psid)>>);

impl NotedGuests {
    /// May be called.
    pub(crate) const OPEN: Psid = Psid(5_550_100);
    /// May not.
    pub(crate) const CLOSED: Psid = Psid(5_550_101);

    pub(crate) fn calls(&self) -> Vec<(PageId, Psid)> {
        self.0.lock().unwrap().clone()
    }
}

impl Guests for NotedGuests {
    fn guest(&self, psid: Psid) -> Option<Guest> {
        let known = [Self::OPEN, Self::CLOSED].contains(&psid);
        known.then_some(Guest { name: "guest", permits: psid == Self::OPEN })
    }

    fn called(&self, page: PageId, psid: Psid) {
        self.0.lock().unwrap().push((page, psid));
    }
}

#[tokio::test]
async fn a_guest_is_there_when_first_named_and_their_device_hears_of_the_call() {
    let world = World::new().await;
    let view = world.service.permission(world.caller, NotedGuests::OPEN).await.unwrap();
    assert!(view.can_call, "{view:?}");
    let call = world.connect_to(NotedGuests::OPEN, None).await.unwrap().call;
    assert_eq!(world.guests.calls(), [(world.caller.page, NotedGuests::OPEN)]);
    assert!(world.service.is_in_call(world.caller.page, NotedGuests::OPEN).await.unwrap());
    world.service.terminate(world.caller, call).await.unwrap();
    assert!(!world.service.is_in_call(world.caller.page, NotedGuests::OPEN).await.unwrap());
}

#[tokio::test]
async fn a_call_to_anybody_else_is_nothing_to_guests() {
    let world = World::new().await;
    world.connect().await.unwrap();
    assert_eq!(world.guests.calls(), []);
    let unknown = world.service.permission(world.caller, NOBODY).await;
    assert!(matches!(unknown, Err(PermissionError::UnknownConsumer)));
}

#[tokio::test]
async fn a_guest_without_permission_is_known_but_cannot_be_called() {
    let world = World::new().await;
    let refused = world.connect_to(NotedGuests::CLOSED, None).await;
    assert!(matches!(refused, Err(ConnectError::Refused(ConnectRefused::NoPermission))), "{refused:?}");
    assert_eq!(world.guests.calls(), []);
    let view = world.service.permission(world.caller, NotedGuests::CLOSED).await.unwrap();
    assert_eq!((view.status, view.can_request), (PermissionStatus::None, true));
}

#[tokio::test]
async fn a_guest_may_be_named_first_by_whoever_asks_for_them() {
    let page = |world: &World| world.caller.page;
    let world = World::new().await;
    world.service.create_consumer_token(page(&world), NotedGuests::OPEN).await.unwrap();
    let world = World::new().await;
    assert_eq!(world.service.thread(page(&world), NotedGuests::OPEN, 10).await.unwrap(), Some(Vec::new()));
    let world = World::new().await;
    world.service.grant(page(&world), NotedGuests::CLOSED).await.unwrap();
    let world = World::new().await;
    world.service.revoke(page(&world), NotedGuests::OPEN).await.unwrap();
    let world = World::new().await;
    let kind = EntryKind::Text { text: "Hello".to_owned() };
    let message = OutgoingMessage { to: NotedGuests::OPEN, kind, reach: Reach::Standard };
    let sent = world.service.send_message(world.caller, message).await;
    assert!(matches!(sent, Err(SendError::Refused(_))), "known, but nothing was said yet: {sent:?}");
    let nowhere = world.service.create_consumer_token(NO_PAGE, NotedGuests::OPEN).await;
    assert!(matches!(nowhere, Err(CreateError::UnknownConsumer)));
}

#[tokio::test]
async fn a_revoke_holds_until_the_next_start() {
    let mut world = World::new().await;
    world.service.revoke(world.caller.page, NotedGuests::OPEN).await.unwrap();
    assert!(!world.service.permission(world.caller, NotedGuests::OPEN).await.unwrap().can_call);
    world.restart();
    assert!(world.service.permission(world.caller, NotedGuests::OPEN).await.unwrap().can_call);
}

#[tokio::test]
async fn named_by_many_at_once_a_guest_is_made_once() {
    let world = World::new().await;
    let ask = || world.service.permission(world.caller, NotedGuests::OPEN);
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    assert!(a.unwrap().can_call && b.unwrap().can_call && c.unwrap().can_call);
}
