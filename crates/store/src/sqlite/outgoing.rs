//! Events on their way into the outbox, in the transaction that owes them.

use offhook_call::{EventKind, Owed, PageEvent, PageEventKind, PageId, Time};
use rusqlite::Connection;

use super::{apps, record, subscriptions};
use crate::sqlite::Render;
use crate::{Error, Field, Subject};

/// Owes the event to its app, if the app wants it now.
pub(super) fn owe(db: &Connection, render: &Render, owed: &Owed, now: Time) -> Result<(), Error> {
    let (app, page, field) = match owed {
        Owed::Call(event) => (event.app, event.page, Field::CALLS),
        Owed::Page(event) => (event.app, event.page, event.kind.field()),
    };
    if subscriptions::wants(db, app, page, field)? { insert(db, render, owed, now) } else { Ok(()) }
}

/// Owes it to each app that is subscribed to its field.
pub(super) fn owe_subscribers(
    db: &Connection,
    render: &Render,
    page: PageId,
    kind: &PageEventKind,
    now: Time,
) -> Result<(), Error> {
    for app in subscriptions::subscribers(db, page, kind.field())? {
        insert(db, render, &Owed::Page(PageEvent { page, app, at: now, kind: kind.clone() }), now)?;
    }
    Ok(())
}

/// It is due at once unless an earlier one about the same waits. It is owed from `now` on, whatever its event says.
fn insert(db: &Connection, render: &Render, owed: &Owed, now: Time) -> Result<(), Error> {
    let app = match owed {
        Owed::Call(event) => event.app,
        Owed::Page(event) => event.app,
    };
    fail::fail_point!(
        "bug::forget_terminate",
        matches!(owed, Owed::Call(event) if matches!(event.kind, EventKind::Terminate { .. })),
        |_| Ok(())
    );
    let Some(app) = apps::find(db, app)? else { return Ok(()) };
    let Some(body) = render(owed, &app.compat) else { return Ok(()) };
    let sql = "INSERT INTO deliveries
        (app, page, subject, body, carries_offer, owed_at, state, attempts, due_at)
        VALUES (:app, :page, :subject, :body, :carries_offer, :at, 'pending', 0,
            CASE WHEN EXISTS (SELECT 1 FROM deliveries
                WHERE subject = :subject AND page = :page AND app = :app AND state = 'pending' AND held <> 2)
            THEN NULL ELSE :at END)";
    let (page, subject, carries_offer) = match owed {
        Owed::Call(event) => {
            let carries_offer = matches!(event.kind, EventKind::MediaUpdate { .. });
            (event.page, Subject::Call(event.call), carries_offer)
        }
        Owed::Page(event) => {
            let subject = event.kind.psid().map_or(Subject::Page, Subject::Thread);
            (event.page, subject, false)
        }
    };
    let values = rusqlite::named_params! {
        ":app": app.id.0.cast_signed(),
        ":page": page.0.cast_signed(),
        ":subject": subject.to_string(),
        ":body": body,
        ":carries_offer": carries_offer,
        ":at": now.0,
    };
    record::change(db, sql, values)?;
    fail::fail_point!("bug::owe_twice", |_| record::change(db, sql, values).map(drop));
    fail::fail_point!("bug::overtake", |_| record::change(
        db,
        "UPDATE deliveries SET due_at = owed_at WHERE due_at IS NULL AND state = 'pending'",
        []
    )
    .map(drop));
    Ok(())
}
