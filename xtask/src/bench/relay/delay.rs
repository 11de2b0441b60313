//! How long a packet is on its way at a rate that the relay can bear, beside one that is merely forwarded.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::load::Sealed;
use super::partner;
use super::wire::Wire;
use crate::times::Times;

/// Sends the packets evenly in time, `rate` in a second. Returns how long each was on its way, by the system's stamps, or
/// `None` if one was lost: then the machine did not let the load or the one under test run for a while.
pub(super) fn pace(
    wire: &mut Wire,
    packets: &VecDeque<Sealed>,
    destination: SocketAddr,
    rate: f64,
) -> anyhow::Result<Option<Times>> {
    // A party's packets arrive in their order.
    let mut sent_at: Vec<VecDeque<Duration>> =
        vec![VecDeque::new(); 1 + packets.iter().map(|(number, _)| *number).max().unwrap_or(0)];
    let mut delays = Times::default();
    let (begin, mut sent, mut last_at) = (Instant::now(), 0, Instant::now());
    while delays.count() < packets.len() {
        let due = ((begin.elapsed().as_secs_f64() * rate) as usize).min(packets.len());
        for (number, packet) in packets.range(sent..due.min(sent + BURST_MAX)) {
            sent_at[*number].push_back(since_epoch());
            wire.send(*number, destination, packet)?;
            sent += 1;
        }
        let received = wire.receive_timed(|number, _, at, _| {
            let (at, sender) = (at.unwrap_or_else(since_epoch), partner(number));
            if let Some(sent) = sent_at[sender].pop_front() {
                delays.add(at.saturating_sub(sent));
            }
            Ok(())
        })?;
        if received > 0 || sent < packets.len() {
            last_at = Instant::now();
        } else if last_at.elapsed() > LOST_AFTER {
            return Ok(None);
        }
    }
    Ok(Some(delays))
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// If the load is late, it makes up for it, but looks at what comes back in between.
const BURST_MAX: usize = 16;
const LOST_AFTER: Duration = Duration::from_millis(500);
