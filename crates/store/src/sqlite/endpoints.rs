use async_trait::async_trait;
use offhook_call::{AppId, Time};
use rusqlite::{Connection, params};

use super::Sqlite;
use super::record::{self, Record, Stored};
use crate::{AttemptOutcome, Endpoint, EndpointHealth, Endpoints, Error, HealthChange, HealthRules};

#[async_trait]
impl Endpoints for Sqlite {
    async fn endpoints(&self) -> Result<Vec<Endpoint>, Error> {
        self.read(|db| record::all(db, "SELECT * FROM app_subscriptions ORDER BY app", [])).await
    }

    async fn resume_endpoint(&self, app: AppId, now: Time) -> Result<Option<Endpoint>, Error> {
        let sql = "UPDATE app_subscriptions SET health = 'healthy', health_since = ?, failing_since = NULL, proven = 0
            WHERE app = ? RETURNING *";
        self.write(move |db| record::one(db, sql, params![now.0, app.0.cast_signed()])).await
    }
}

/// A try of an endpoint.
pub(super) struct Tried<'a> {
    pub(super) app: AppId,
    pub(super) callback_url: &'a str,
    pub(super) at: Time,
    pub(super) outcome: AttemptOutcome,
}

/// What a try tells of its endpoint. One that was set meanwhile to another URL has nothing to do with it.
pub(super) fn learn(db: &Connection, tried: &Tried<'_>, rules: HealthRules) -> Result<Option<HealthChange>, Error> {
    let sql = "SELECT * FROM app_subscriptions WHERE app = ? AND callback_url = ?";
    let before: Option<Known> = record::one(db, sql, params![tried.app.0.cast_signed(), tried.callback_url])?;
    let Some(before) = before else { return Ok(None) };
    let after = before.after(tried, rules);
    if after == before {
        return Ok(None);
    }
    let (from, to) = (before.health, after.health);
    let sql = "UPDATE app_subscriptions SET health = ?, failing_since = ?, proven = ?,
        health_since = CASE health WHEN ?1 THEN health_since ELSE ? END WHERE app = ?";
    let failing_since = after.failing_since.map(|time| time.0);
    record::change(db, sql, params![to.name(), failing_since, after.proven, tried.at.0, tried.app.0.cast_signed()])?;
    Ok((from != to).then_some(HealthChange { from, to }))
}

/// What the store keeps of how an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    health: EndpointHealth,
    failing_since: Option<Time>,
    proven: bool,
}

impl Known {
    fn after(self, tried: &Tried<'_>, rules: HealthRules) -> Self {
        match (self.health, tried.outcome) {
            // Only a new callback, or the operator, brings it back.
            (EndpointHealth::Gone, _) => self,
            (_, AttemptOutcome::Gone) => Self { health: EndpointHealth::Gone, ..self },
            (_, AttemptOutcome::Delivered) => {
                Self { health: EndpointHealth::Healthy, failing_since: None, proven: true }
            }
            (health, AttemptOutcome::RetryAt(_) | AttemptOutcome::Dead) => {
                let since = self.failing_since.unwrap_or(tried.at);
                let failing = tried.at.since(since);
                let health = match health {
                    _ if rules.pause_after.is_some_and(|limit| failing >= limit) => EndpointHealth::Paused,
                    EndpointHealth::Healthy if failing >= rules.failing_after => EndpointHealth::Failing,
                    health => health,
                };
                Self { health, failing_since: Some(since), proven: false }
            }
        }
    }
}

fn health(row: &Record<'_>) -> Result<EndpointHealth, Error> {
    let text: String = row.get("health")?;
    EndpointHealth::ALL.into_iter().find(|health| health.name() == text).ok_or_else(|| row.corrupt("health"))
}

impl Stored for Known {
    const TABLE: &'static str = "app_subscriptions";
    const KEY: &'static str = "app";
}

impl TryFrom<Record<'_>> for Known {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let failing_since = row.maybe_time("failing_since")?;
        Ok(Self { health: health(&row)?, failing_since, proven: row.get("proven")? })
    }
}

impl Stored for Endpoint {
    const TABLE: &'static str = "app_subscriptions";
    const KEY: &'static str = "app";
}

impl TryFrom<Record<'_>> for Endpoint {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            app: AppId(row.id("app")?),
            callback_url: row.get("callback_url")?,
            health: health(&row)?,
            since: row.time("health_since")?,
            failing_since: row.maybe_time("failing_since")?,
        })
    }
}
