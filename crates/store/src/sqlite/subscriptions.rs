use async_trait::async_trait;
use offhook_call::{AppId, PageId, Time};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::record::{self, Record, Stored};
use crate::{AppSubscription, EndpointHealth, Error, Field, PageSubscription, Subscriptions};

#[async_trait]
impl Subscriptions for Sqlite {
    async fn set_app_subscription(&self, subscription: AppSubscription, now: Time) -> Result<(), Error> {
        self.write(move |db| set_of_app(db, &subscription, now)).await
    }

    async fn app_subscription(&self, app: AppId) -> Result<Option<AppSubscription>, Error> {
        self.read(move |db| find_of_app(db, app)).await
    }

    async fn subscribe_page(&self, subscription: PageSubscription, now: Time) -> Result<(), Error> {
        self.write(move |db| subscribe(db, &subscription, now)).await
    }

    async fn page_subscriptions(&self, page: PageId) -> Result<Vec<PageSubscription>, Error> {
        self.read(move |db| of_page(db, page)).await
    }

    async fn unsubscribe_page(&self, app: AppId, page: PageId) -> Result<bool, Error> {
        self.write(move |db| unsubscribe(db, app, page)).await
    }
}

pub(super) fn of_page(db: &Connection, page: PageId) -> Result<Vec<PageSubscription>, Error> {
    record::all(db, "SELECT * FROM page_subscriptions WHERE page = ? ORDER BY app", [page.0.cast_signed()])
}

/// Whether events of `field` on `page` go to `app` at this moment: both levels have the field.
pub(super) fn wants(db: &Connection, app: AppId, page: PageId, field: &str) -> Result<bool, Error> {
    let has = |fields: &[Field]| fields.iter().any(|each| each.0 == field);
    let app_wants = find_of_app(db, app)?.is_some_and(|callback| callback.active && has(&callback.fields));
    let page_wants = || Ok::<_, Error>(find_of_page(db, app, page)?.is_some_and(|page| has(&page.fields)));
    Ok(app_wants && page_wants()?)
}

/// The apps to which events of `field` on `page` go at this moment.
pub(super) fn subscribers(db: &Connection, page: PageId, field: &str) -> Result<Vec<AppId>, Error> {
    let mut apps = Vec::new();
    for PageSubscription { app, .. } in of_page(db, page)? {
        if wants(db, app, page, field)? {
            apps.push(app);
        }
    }
    Ok(apps)
}

fn set_of_app(db: &Connection, subscription: &AppSubscription, now: Time) -> Result<(), Error> {
    let sql = "INSERT OR REPLACE INTO app_subscriptions
        (app, callback_url, verify_token, fields, health, changed_at, health_since) VALUES (?, ?, ?, ?, ?, ?6, ?6)";
    let AppSubscription { app, callback_url, verify_token, fields, active } = subscription;
    let health = if *active { EndpointHealth::Healthy } else { EndpointHealth::Gone };
    let values = params![app.0.cast_signed(), callback_url, verify_token, fields_text(fields), health.name(), now.0];
    record::change(db, sql, values)?;
    Ok(())
}

fn find_of_app(db: &Connection, app: AppId) -> Result<Option<AppSubscription>, Error> {
    record::one(db, "SELECT * FROM app_subscriptions WHERE app = ?", [app.0.cast_signed()])
}

fn subscribe(db: &Connection, subscription: &PageSubscription, now: Time) -> Result<(), Error> {
    let sql = "INSERT OR REPLACE INTO page_subscriptions (app, page, fields, changed_at) VALUES (?, ?, ?, ?)";
    let PageSubscription { app, page, fields } = subscription;
    record::change(db, sql, params![app.0.cast_signed(), page.0.cast_signed(), fields_text(fields), now.0])?;
    Ok(())
}

fn find_of_page(db: &Connection, app: AppId, page: PageId) -> Result<Option<PageSubscription>, Error> {
    let sql = "SELECT * FROM page_subscriptions WHERE app = ? AND page = ?";
    record::one(db, sql, [app.0.cast_signed(), page.0.cast_signed()])
}

fn unsubscribe(db: &Connection, app: AppId, page: PageId) -> Result<bool, Error> {
    let sql = "DELETE FROM page_subscriptions WHERE app = ? AND page = ?";
    Ok(record::change(db, sql, [app.0.cast_signed(), page.0.cast_signed()])? == 1)
}

fn fields_text(fields: &[Field]) -> String {
    serde_json::json!(fields.iter().map(|field| &field.0).collect::<Vec<_>>()).to_string()
}

fn fields(row: &Record<'_>) -> Result<Vec<Field>, Error> {
    Ok(row.json::<Vec<String>>("fields")?.into_iter().map(Field).collect())
}

impl Stored for AppSubscription {
    const TABLE: &'static str = "app_subscriptions";
    const KEY: &'static str = "app";
}

impl TryFrom<Record<'_>> for AppSubscription {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            app: AppId(row.id("app")?),
            callback_url: row.get("callback_url")?,
            verify_token: row.get("verify_token")?,
            fields: fields(&row)?,
            active: row.get::<String>("health")? != EndpointHealth::Gone.name(),
        })
    }
}

impl Stored for PageSubscription {
    const TABLE: &'static str = "page_subscriptions";
    const KEY: &'static str = "app";
}

impl TryFrom<Record<'_>> for PageSubscription {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self { app: AppId(row.id("app")?), page: PageId(row.id("page")?), fields: fields(&row)? })
    }
}
