use async_trait::async_trait;
use offhook_call::{CallSettings, PageEventKind, PageId, SettingsChange, Time};
use rusqlite::Connection;

use super::{Sqlite, outgoing, pages, subscriptions};
use crate::sqlite::Render;
use crate::{Error, Field, Settings, SettingsError, SettingsInForce};

#[async_trait]
impl Settings for Sqlite {
    async fn settings(&self, page: PageId) -> Result<Option<SettingsInForce>, Error> {
        self.read(move |db| match pages::find(db, page)? {
            Some(found) => in_force(db, page, found.settings).map(Some),
            None => Ok(None),
        })
        .await
    }

    async fn change_settings(
        &self,
        page: PageId,
        change: SettingsChange,
        now: Time,
    ) -> Result<Option<SettingsInForce>, SettingsError> {
        let render = Render::clone(&self.render);
        self.write(move |db| change_settings(db, &render, page, change, now)).await
    }
}

fn change_settings(
    db: &Connection,
    render: &Render,
    page: PageId,
    change: SettingsChange,
    now: Time,
) -> Result<Option<SettingsInForce>, SettingsError> {
    let Some(before) = pages::find(db, page)? else { return Ok(None) };
    let settings = before.settings.change(change, has_partner(db, page)?)?;
    let in_force = in_force(db, page, settings.clone())?;
    if settings != before.settings {
        pages::set_settings(db, page, &settings)?;
        let kind = PageEventKind::SettingsChanged { settings, ring_target: in_force.ring_target };
        outgoing::owe_subscribers(db, render, page, &kind, now)?;
    }
    Ok(Some(in_force))
}

fn in_force(db: &Connection, page: PageId, settings: CallSettings) -> Result<SettingsInForce, Error> {
    let ring_target = settings.ring_target(has_partner(db, page)?);
    Ok(SettingsInForce { settings, ring_target })
}

fn has_partner(db: &Connection, page: PageId) -> Result<bool, Error> {
    Ok(!subscriptions::subscribers(db, page, Field::CALLS)?.is_empty())
}
