use offhook_call::{InboundCall, InboundFacts, Limits, NewInboundCall, Time};
use rusqlite::Connection;

use super::{calls, effects, entries, pages, subscriptions};
use crate::sqlite::Render;
use crate::{CallBusinessError, Error, Field};

pub(super) fn call_business(
    db: &Connection,
    render: &Render,
    new: NewInboundCall,
    now: Time,
    limits: &Limits,
) -> Result<InboundCall, CallBusinessError> {
    let facts = facts(db, &new, now)?.ok_or(CallBusinessError::UnknownPage)?;
    let outcome = new.call(&facts, now, limits)?;
    let (InboundCall::Calling(applied) | InboundCall::Missed { applied, .. }) = &outcome;
    calls::insert(db, &applied.call)?;
    effects::commit(db, render, applied, now)?;
    Ok(outcome)
}

/// `None`: no such Page.
fn facts(db: &Connection, new: &NewInboundCall, now: Time) -> Result<Option<InboundFacts>, Error> {
    let Some(page) = pages::find(db, new.page)? else { return Ok(None) };
    Ok(Some(InboundFacts {
        settings: page.settings,
        by_button: by_button(db, new, now)?,
        consumer_in_call: calls::find_live(db, new.page, new.psid)?.is_some(),
        live_calls_of_page: calls::live_of_page(db, new.page)?,
        subscribed: subscriptions::subscribers(db, new.page, Field::CALLS)?,
    }))
}

fn by_button(db: &Connection, new: &NewInboundCall, now: Time) -> Result<bool, Error> {
    let Some(via) = new.via else { return Ok(false) };
    let entry = entries::find(db, new.page, new.psid, via)?;
    Ok(entry.and_then(|entry| entry.callable_until()).is_some_and(|end| now < end))
}
