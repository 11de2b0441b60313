//! The load: parties that talk as people do, 50 packets a second each, and what becomes of their packets.

use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, ensure};

use super::process::Process;
use crate::relay::load::send_all;
use crate::relay::party::{Party, Stamp};
use crate::relay::wire::Wire;
use crate::times::Times;

/// A conversation of all parties at once.
pub(super) struct Talk<'a> {
    pub(super) wire: &'a mut Wire,
    pub(super) parties: &'a mut [Party],
    pub(super) server: &'a Process,
}

/// What was said within the time that counts.
pub(super) struct Said {
    pub(super) sent: usize,
    /// From just before a packet was sealed until it reached the socket of the one who heard it.
    pub(super) delays: Times,
    /// Packets that came back while `cpu` was used, whenever they were sent.
    pub(super) relayed: usize,
    pub(super) cpu: Duration,
}

impl Talk<'_> {
    /// Talks for this long. Before and after it the same goes on for a moment, so that what counts has no edges.
    /// Fails if the parties could not keep pace, since fewer packets cost more each.
    pub(super) fn run(&mut self, counted: Duration) -> anyhow::Result<Said> {
        let mut turns = Turns::new(self.parties.len());
        let from = turns.start + WARM_UP;
        self.until(&mut turns, from, |_| {})?;
        let (begin, cpu) = (since_epoch()?, self.server.cpu()?);
        let first = turns.next;
        let mut heard = Vec::new();
        self.until(&mut turns, from + counted, |packet| heard.push(packet))?;
        let (end, cpu) = (since_epoch()?, self.server.cpu()? - cpu);
        let (sent, relayed) = (turns.next - first, heard.len());
        let meant = counted.as_nanos() / PACKET.as_nanos() * self.parties.len() as u128;
        ensure!(
            sent as u128 * 100 >= meant * 98,
            "the parties sent {sent} packets of {meant}: this machine is too busy"
        );
        self.until(&mut turns, from + counted + AFTERMATH, |packet| heard.push(packet))?;
        let mut delays = Times::default();
        for Heard { sent, arrived } in heard {
            if (begin..end).contains(&sent) {
                delays.add(arrived.saturating_sub(sent));
            }
        }
        Ok(Said { sent, delays, relayed, cpu })
    }

    /// Sends what is due and receives, until then.
    fn until(&mut self, turns: &mut Turns, end: Instant, mut hear: impl FnMut(Heard)) -> anyhow::Result<()> {
        loop {
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            if turns.due() <= now {
                self.speak(turns.take(), now)?;
            }
            if self.hear(&mut hear)? == 0 && turns.due() > Instant::now() {
                std::thread::sleep(PAUSE);
            }
        }
    }

    fn speak(&mut self, number: usize, now: Instant) -> anyhow::Result<()> {
        let party = &mut self.parties[number];
        party.speak(now, stamp()?)?;
        send_all(self.wire, number, party)
    }

    fn hear(&mut self, hear: &mut impl FnMut(Heard)) -> anyhow::Result<usize> {
        self.wire.receive_timed(|number, from, arrived, datagram| {
            let party = &mut self.parties[number];
            party.receive(from, datagram)?;
            if let Some(stamp) = party.heard.take() {
                let arrived = arrived.context("the kernel does not tell when a datagram arrived")?;
                hear(Heard { sent: Duration::from_nanos(u64::from_le_bytes(stamp)), arrived });
            }
            Ok(())
        })
    }
}

/// Times since the Unix epoch.
struct Heard {
    sent: Duration,
    arrived: Duration,
}

/// Whose turn it is: the parties take them one after the other, at even distances.
struct Turns {
    start: Instant,
    next: usize,
    parties: usize,
}

impl Turns {
    fn new(parties: usize) -> Self {
        Self { start: Instant::now(), next: 0, parties }
    }

    fn due(&self) -> Instant {
        let nanos = PACKET.as_nanos() as u64 * self.next as u64 / self.parties as u64;
        self.start + Duration::from_nanos(nanos)
    }

    fn take(&mut self) -> usize {
        let party = self.next % self.parties;
        self.next += 1;
        party
    }
}

fn stamp() -> anyhow::Result<Stamp> {
    Ok((since_epoch()?.as_nanos() as u64).to_le_bytes())
}

/// The clock by which the kernel says when a datagram arrived.
fn since_epoch() -> anyhow::Result<Duration> {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).context("the clock is set to before 1970")
}

/// What a packet of speech lasts.
const PACKET: Duration = Duration::from_millis(20);
/// Short enough for packets to leave one by one: at 400 legs one is due every 50 µs.
const PAUSE: Duration = Duration::from_micros(20);
const WARM_UP: Duration = Duration::from_secs(1);
/// A packet that comes later is lost for a listener.
const AFTERMATH: Duration = Duration::from_secs(1);
