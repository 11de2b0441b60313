use offhook_call::{Applied, Effect, Owed, Permission, Time};
use rusqlite::Connection;

use super::{outgoing, permissions};
use crate::Error;
use crate::sqlite::Render;

/// Writes what a change asks to be kept, in the change's own transaction. The rest is the caller's to do.
pub(super) fn commit(db: &Connection, render: &Render, applied: &Applied, now: Time) -> Result<(), Error> {
    for effect in &applied.effects {
        match effect {
            Effect::Owe(event) => outgoing::owe(db, render, &Owed::Call(event.clone()))?,
            Effect::Grant => grant(db, applied, now)?,
            Effect::RingDevices
            | Effect::StopOtherDevices { .. }
            | Effect::TellAnswered
            | Effect::TellEnded
            | Effect::OfferSent { .. }
            | Effect::CloseBridge => {}
        }
    }
    Ok(())
}

fn grant(db: &Connection, applied: &Applied, now: Time) -> Result<(), Error> {
    permissions::set(db, applied.call.page, applied.call.psid, Permission::implied(now))?;
    Ok(())
}
