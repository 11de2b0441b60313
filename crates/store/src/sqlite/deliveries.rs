use async_trait::async_trait;
use offhook_call::{AppId, Duration, PageId, Time};
use rusqlite::{Connection, named_params, params};

use super::record::{self, Record, Stored};
use super::{Sqlite, queue};
use crate::{
    Deliveries, DeliveryFilter, DeliveryId, DeliveryState, DeliveryStatus, Error, PastAttempt, Redelivered, Subject,
};

#[async_trait]
impl Deliveries for Sqlite {
    async fn deliveries(&self, filter: DeliveryFilter, limit: u32) -> Result<Vec<DeliveryState>, Error> {
        self.read(move |db| matching(db, &filter, limit)).await
    }

    async fn delivery(&self, id: DeliveryId) -> Result<Option<(DeliveryState, Vec<PastAttempt>)>, Error> {
        self.read(move |db| find(db, id)?.map(|found| Ok((found, attempts(db, id)?))).transpose()).await
    }

    async fn redeliver(&self, id: DeliveryId, now: Time) -> Result<Option<DeliveryState>, Error> {
        let return_it = move |db: &Connection| {
            owe_anew(db, id, None, now)?;
            find(db, id)
        };
        self.write(return_it).await
    }

    /// They are looked for by a reader, so that a long search holds up no commit.
    async fn redeliver_all(&self, filter: DeliveryFilter, max: u32, now: Time) -> Result<Redelivered, Error> {
        let state = filter.state;
        let found: Vec<DeliveryId> = self.read(move |db| ids(db, &filter, max)).await?;
        let more_after = found.last().copied().filter(|_| found.len() == max as usize);
        let count = self.write(move |db| {
            found.into_iter().try_fold(0, |count, id| Ok::<_, Error>(count + owe_anew(db, id, state, now)?))
        });
        Ok(Redelivered { count: count.await?, more_after })
    }
}

/// A delivery as the operator sees it.
macro_rules! shown {
    () => {
        "SELECT *,
            (SELECT status FROM attempts WHERE delivery = shown.id AND number = shown.attempts) AS last_status,
            (SELECT response FROM attempts WHERE delivery = shown.id AND number = shown.attempts) AS last_response
        FROM "
    };
}

/// Those that a filter has. Only one half of the union is looked at: that of the subject, if there is one.
macro_rules! matching {
    () => {
        "(SELECT * FROM deliveries WHERE subject = :subject
            UNION ALL SELECT * FROM deliveries WHERE :subject IS NULL) AS shown
        WHERE id > :after AND (:app IS NULL OR app = :app) AND (:page IS NULL OR page = :page)
            AND (:state IS NULL OR state = :state)
            AND (:since IS NULL OR owed_at >= :since) AND (:until IS NULL OR owed_at < :until)
        ORDER BY id "
    };
}

const NEWEST: &str = concat!(shown!(), matching!(), "DESC LIMIT :limit");
const OLDEST: &str = concat!(shown!(), matching!(), "LIMIT :limit");
const IDS: &str = concat!("SELECT id FROM ", matching!(), "LIMIT :limit");

fn matching(db: &Connection, filter: &DeliveryFilter, limit: u32) -> Result<Vec<DeliveryState>, Error> {
    query(db, if filter.after.is_some() { OLDEST } else { NEWEST }, filter, limit)
}

fn ids(db: &Connection, filter: &DeliveryFilter, limit: u32) -> Result<Vec<DeliveryId>, Error> {
    query(db, IDS, filter, limit)
}

fn query<T: Stored>(db: &Connection, sql: &str, filter: &DeliveryFilter, limit: u32) -> Result<Vec<T>, Error> {
    let DeliveryFilter { state, app, page, call, since, until, after } = filter;
    let values = named_params! {
        ":subject": call.map(|call| Subject::Call(call).to_string()),
        ":app": app.map(|app| app.0.cast_signed()),
        ":page": page.map(|page| page.0.cast_signed()),
        ":state": state.map(state_text),
        ":since": since.map(|time| time.0),
        ":until": until.map(|time| time.0),
        ":after": after.map_or(NONE_BEFORE, |id| id.0),
        ":limit": limit,
    };
    record::all(db, sql, values)
}

/// Below the first number.
const NONE_BEFORE: i64 = 0;

fn find(db: &Connection, id: DeliveryId) -> Result<Option<DeliveryState>, Error> {
    record::one(db, concat!(shown!(), "deliveries AS shown WHERE id = ?"), [id.0])
}

fn attempts(db: &Connection, id: DeliveryId) -> Result<Vec<PastAttempt>, Error> {
    record::all(db, "SELECT * FROM attempts WHERE delivery = ? ORDER BY number", [id.0])
}

/// Owes it anew, if it is still in the state that was asked for; how many that are, 0 or 1.
fn owe_anew(db: &Connection, id: DeliveryId, state: Option<DeliveryStatus>, now: Time) -> Result<u32, Error> {
    let sql = "UPDATE deliveries SET state = 'pending', redelivered_at = ?, attempts_before = attempts,
            due_at = CASE WHEN leased_until IS NULL THEN NULL ELSE due_at END
        WHERE id = ?2 AND (?3 IS NULL OR state = ?3)";
    let changed = record::change(db, sql, params![now.0, id.0, state.map(state_text)])?;
    if changed == 1 {
        queue::line_up(db, id, now)?;
    }
    Ok(u32::from(changed == 1))
}

pub(super) fn state_text(state: DeliveryStatus) -> &'static str {
    match state {
        DeliveryStatus::Pending => PENDING,
        DeliveryStatus::Delivered => DELIVERED,
        DeliveryStatus::Dead => DEAD,
    }
}

const PENDING: &str = "pending";
const DELIVERED: &str = "delivered";
const DEAD: &str = "dead";

impl Stored for DeliveryId {
    const TABLE: &'static str = "deliveries";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for DeliveryId {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self(row.get("id")?))
    }
}

impl Stored for DeliveryState {
    const TABLE: &'static str = "deliveries";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for DeliveryState {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let state = match row.get::<String>("state")?.as_str() {
            PENDING => DeliveryStatus::Pending,
            DELIVERED => DeliveryStatus::Delivered,
            DEAD => DeliveryStatus::Dead,
            _ => return Err(row.corrupt("state")),
        };
        Ok(Self {
            id: DeliveryId(row.get("id")?),
            app: AppId(row.id("app")?),
            page: PageId(row.id("page")?),
            subject: row.parse("subject")?,
            body: String::from_utf8(row.get("body")?).map_err(|_| row.corrupt("body"))?,
            owed_at: row.time("owed_at")?,
            redelivered_at: row.maybe_time("redelivered_at")?,
            attempts: row.get("attempts")?,
            state,
            due_at: row.maybe_time("due_at")?,
            last_status: row.get("last_status")?,
            last_response: row.get("last_response")?,
        })
    }
}

impl Stored for PastAttempt {
    const TABLE: &'static str = "attempts";
    const KEY: &'static str = "delivery";
}

impl TryFrom<Record<'_>> for PastAttempt {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let took_ms = u64::try_from(row.get::<i64>("took_ms")?).map_err(|_| row.corrupt("took_ms"))?;
        Ok(Self {
            number: row.get("number")?,
            at: row.time("at")?,
            took: Duration::from_millis(took_ms),
            status: row.get("status")?,
            response: row.get("response")?,
            fault: row.get("fault")?,
        })
    }
}
