use offhook_call::{ConnectRefused, PERMISSION_LIFE, Permission, PermissionStatus, Psid};
use offhook_store::{ConnectError, Store};

use super::{LIMITS, NOW, PAGE, PSID, TERMINATE, accept, after, command, connect, furnish, new_call};

pub(crate) async fn grant_and_revoke(store: &dyn Store) {
    furnish(store).await;
    let granted = store.grant(PAGE, PSID, after(1)).await.unwrap();
    assert_eq!(granted, Some(Permission { expires_at: after(1) + PERMISSION_LIFE, implicit: false }));
    assert_eq!(store.permission(PAGE, PSID).await.unwrap(), granted);
    let revoked = store.revoke(PAGE, PSID, after(2)).await.unwrap();
    assert_eq!(revoked.unwrap().status(after(2)), PermissionStatus::None);
    assert_eq!(store.permission(PAGE, PSID).await.unwrap(), revoked);
}

pub(crate) async fn strangers_have_no_permission(store: &dyn Store) {
    furnish(store).await;
    let stranger = Psid(9);
    assert_eq!(store.permission(PAGE, stranger).await.unwrap(), None);
    assert_eq!(store.grant(PAGE, stranger, NOW).await.unwrap(), None);
    assert_eq!(store.revoke(PAGE, stranger, NOW).await.unwrap(), None);
}

pub(crate) async fn accept_grants_anew(store: &dyn Store) {
    furnish(store).await;
    let call = connect(store, 1, PSID).await;
    command(store, &call, accept("phone"), after(30)).await.unwrap();
    assert_eq!(store.permission(PAGE, PSID).await.unwrap(), Some(Permission::implied(after(30))));
}

pub(crate) async fn usage_counts_picked_up_calls_of_24_hours(store: &dyn Store) {
    furnish(store).await;
    let unanswered = connect(store, 1, PSID).await;
    command(store, &unanswered, TERMINATE, NOW).await.unwrap();
    for number in 2..=3 {
        let call = connect(store, number, PSID).await;
        command(store, &call, accept("phone"), after(number.into())).await.unwrap();
        command(store, &call, TERMINATE, after(9)).await.unwrap();
    }
    let used = async |seconds| store.usage(PAGE, PSID, after(seconds)).await.unwrap().connected_last_day;
    let day = 24 * 60 * 60;
    assert_eq!([used(9).await, used(day + 1).await, used(day + 2).await, used(day + 3).await], [2, 2, 1, 0]);
    let third = |now| store.connect(new_call(4, PSID), None, now, &LIMITS);
    let refused = third(after(9)).await;
    assert!(matches!(refused, Err(ConnectError::Refused(ConnectRefused::QuotaReached))), "{refused:?}");
    third(after(day + 2)).await.unwrap();
}
