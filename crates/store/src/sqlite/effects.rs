use offhook_call::{Applied, Effect, Owed, PageEventKind, Permission, Time};
use rusqlite::Connection;

use super::{outgoing, permissions};
use crate::Error;
use crate::sqlite::Render;

/// Writes what a change asks to be kept, in the change's own transaction. The rest is the caller's to do.
pub(super) fn commit(db: &Connection, render: &Render, applied: &Applied, now: Time) -> Result<(), Error> {
    for effect in &applied.effects {
        match effect {
            Effect::Owe(event) => outgoing::owe(db, render, &Owed::Call(event.clone()), now)?,
            Effect::Grant => grant(db, render, applied, now)?,
            Effect::RingDevices
            | Effect::StopOtherDevices { .. }
            | Effect::TellAnswered
            | Effect::TellEnded
            | Effect::OfferSent { .. }
            | Effect::ShowDesk
            | Effect::OfferSeat { .. }
            | Effect::CloseBridge => {}
        }
    }
    Ok(())
}

fn grant(db: &Connection, render: &Render, applied: &Applied, now: Time) -> Result<(), Error> {
    let (page, psid) = (applied.call.page, applied.call.psid);
    let permission = Permission::implied(now);
    permissions::set(db, page, psid, permission)?;
    let kind = PageEventKind::PermissionImplied { psid, expires_at: permission.expires_at };
    outgoing::owe_subscribers(db, render, page, &kind, now)
}
