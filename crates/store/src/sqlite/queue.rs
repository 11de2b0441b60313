//! Whose turn it is: of the pending deliveries of one app, Page and subject, only the first is due.

use offhook_call::Time;
use rusqlite::{Connection, params};

use super::record;
use crate::{DeliveryId, Error};

/// The first pending one beside delivery `?1`, but for those that a fault holds back so that others overtake them.
macro_rules! first {
    () => {
        "(SELECT min(first.id) FROM deliveries AS first JOIN deliveries AS this USING (subject, page, app)
            WHERE this.id = ?1 AND first.state = 'pending' AND first.held <> 2)"
    };
}

/// What waited behind a settled delivery has its turn.
pub(super) fn release_next(db: &Connection, settled: DeliveryId, at: Time) -> Result<(), Error> {
    let sql = concat!("UPDATE deliveries SET due_at = ?2 WHERE id = ", first!());
    record::change(db, sql, params![settled.0, at.0])?;
    Ok(())
}

/// Puts the subject of a delivery that came back in order: later ones step back, the first has its turn. One in a worker's
/// hands keeps it, and the others wait for its record.
pub(super) fn line_up(db: &Connection, returned: DeliveryId, at: Time) -> Result<(), Error> {
    let step_back = concat!(
        "UPDATE deliveries SET due_at = NULL WHERE id IN (
            SELECT behind.id FROM deliveries AS behind JOIN deliveries AS this USING (subject, page, app)
            WHERE this.id = ?1 AND behind.state = 'pending' AND behind.due_at IS NOT NULL
                AND behind.leased_until IS NULL AND behind.held <> 2 AND behind.id > ",
        first!(),
        ")"
    );
    record::change(db, step_back, [returned.0])?;
    let step_forward = concat!(
        "UPDATE deliveries SET due_at = ?2 WHERE due_at IS NULL AND id = ",
        first!(),
        " AND NOT EXISTS (SELECT 1 FROM deliveries AS held JOIN deliveries AS this USING (subject, page, app)
            WHERE this.id = ?1 AND held.state = 'pending' AND held.leased_until IS NOT NULL)"
    );
    record::change(db, step_forward, params![returned.0, at.0])?;
    Ok(())
}
