use offhook_call::{Applied, Effect, Event, EventKind, Permission, Time};
use rusqlite::Connection;

use super::{apps, permissions, subscriptions};
use crate::sqlite::{Render, record};
use crate::{Error, Field};

/// Writes what a change asks to be kept, in the change's own transaction. The rest is the caller's to do.
pub(super) fn commit(db: &Connection, render: &Render, applied: &Applied, now: Time) -> Result<(), Error> {
    for effect in &applied.effects {
        match effect {
            Effect::Owe(event) => owe(db, render, event)?,
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

/// Owes the event to its app, if the app wants it now. It is due at once unless an earlier one of the call waits.
fn owe(db: &Connection, render: &Render, event: &Event) -> Result<(), Error> {
    if !subscriptions::wants(db, event.app, event.page, Field::CALLS)? {
        return Ok(());
    }
    let Some(app) = apps::find(db, event.app)? else { return Ok(()) };
    let sql = "INSERT INTO deliveries
        (app, page, call, body, carries_offer, owed_at, state, attempts, due_at)
        VALUES (:app, :page, :call, :body, :carries_offer, :at, 'pending', 0,
            CASE WHEN EXISTS (SELECT 1 FROM deliveries WHERE call = :call AND app = :app AND state = 'pending')
            THEN NULL ELSE :at END)";
    let carries_offer = matches!(event.kind, EventKind::MediaUpdate { .. });
    let values = rusqlite::named_params! {
        ":app": event.app.0.cast_signed(),
        ":page": event.page.0.cast_signed(),
        ":call": event.call.to_string(),
        ":body": render(event, &app.compat),
        ":carries_offer": carries_offer,
        ":at": event.at.0,
    };
    record::change(db, sql, values)?;
    Ok(())
}

fn grant(db: &Connection, applied: &Applied, now: Time) -> Result<(), Error> {
    permissions::set(db, applied.call.page, applied.call.psid, Permission::granted(now))?;
    Ok(())
}
