//! The thread that accepts connections and sends each to its shard.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use metrics::{Counter, counter};
use mio::{Events, Interest, Poll, Token, Waker};

use super::listener::Listener;
use super::seats::{NoSeat, Seats};
use super::visitor::{Arrival, Said, Visitor};
use crate::command::Command;
use crate::shard::WAKER;

pub(crate) struct Door {
    poll: Poll,
    listeners: Vec<Listener>,
    shards: Vec<Entrance>,
    seats: Seats,
    first_check_max: Duration,
    /// By the order in which they came.
    visitors: BTreeMap<usize, Visitor>,
    /// How many ever came.
    came: usize,
    /// Readiness is told once, so it stays noted until nobody was left to accept.
    may_accept: bool,
    /// The system had no room for another connection.
    rests_until: Option<Instant>,
    closing: Arc<AtomicBool>,
    refused: Refused,
}

/// Where connections for a shard go.
#[derive(Debug, Clone)]
pub(crate) struct Entrance {
    pub(crate) commands: SyncSender<Command>,
    pub(crate) waker: Arc<Waker>,
}

/// Closes a door from outside.
#[derive(Debug)]
pub(crate) struct Closer {
    closing: Arc<AtomicBool>,
    waker: Waker,
}

/// Connections that were not let in, or put out again.
struct Refused {
    /// There are as many connections as may be.
    full: Counter,
    /// The address has as many as it may.
    address_full: Counter,
    /// No check came in time, or too many others came meanwhile.
    late: Counter,
    no_check: Counter,
    /// There is no such shard, or it does not take more.
    no_shard: Counter,
}

impl Door {
    pub(crate) fn new(
        mut listeners: Vec<Listener>,
        seats: Seats,
        first_check_max: Duration,
        shards: Vec<Entrance>,
    ) -> io::Result<(Self, Closer)> {
        let poll = Poll::new()?;
        for (token, listener) in listeners.iter_mut().enumerate() {
            poll.registry().register(listener.source(), Token(token), Interest::READABLE)?;
        }
        let closing = Arc::new(AtomicBool::new(false));
        let closer = Closer { closing: Arc::clone(&closing), waker: Waker::new(poll.registry(), WAKER)? };
        let door = Self {
            poll,
            listeners,
            shards,
            seats,
            first_check_max,
            visitors: BTreeMap::new(),
            came: 0,
            may_accept: true,
            rests_until: None,
            closing,
            refused: Refused::new(),
        };
        Ok((door, closer))
    }

    /// Works until it is closed.
    pub(crate) fn run(mut self) -> io::Result<()> {
        let mut readiness = Events::with_capacity(READINESS_MAX);
        while !self.closing.load(Ordering::Relaxed) {
            match self.poll.poll(&mut readiness, self.patience(Instant::now())) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                Ok(()) | Err(_) => {}
            }
            for Token(token) in readiness.iter().map(mio::event::Event::token).filter(|token| *token != WAKER) {
                match token.checked_sub(self.listeners.len()) {
                    Some(number) => self.hear(number),
                    None => self.may_accept = true,
                }
            }
            let now = Instant::now();
            self.accept(now);
            self.put_out_late(now);
        }
        Ok(())
    }

    /// `None`: for ever.
    fn patience(&self, now: Instant) -> Option<Duration> {
        let accept_at = self.may_accept.then(|| self.rests_until.unwrap_or(now));
        let late_at = self.visitors.first_key_value().map(|(_, visitor)| visitor.came_at + self.first_check_max);
        [accept_at, late_at].into_iter().flatten().min().map(|at| at.saturating_duration_since(now))
    }

    /// Takes some of those who wait; the others have their turn after those who are in.
    fn accept(&mut self, now: Instant) {
        if !self.may_accept || self.rests_until.is_some_and(|until| until > now) {
            return;
        }
        self.rests_until = None;
        // Each has its turn.
        self.may_accept = (0..self.listeners.len()).filter(|&at| self.accept_from(at, now)).count() > 0;
    }

    /// Whether there may be more.
    fn accept_from(&mut self, listener: usize, now: Instant) -> bool {
        for _ in 0..ACCEPTED_AT_ONCE_MAX {
            match self.listeners[listener].accept() {
                Ok((stream, remote)) => match self.seats.take(remote.ip()) {
                    Ok(seat) => self.let_in(Visitor::new(stream, remote, seat, now)),
                    Err(NoSeat::Full) => self.refused.full.increment(1),
                    Err(NoSeat::AddressFull) => self.refused.address_full.increment(1),
                },
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                // Whoever waited is gone.
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no more media connections can be accepted for a moment");
                    self.rests_until = Some(now + REST);
                    return true;
                }
            }
        }
        true
    }

    /// A peer speaks at once. So if too many say nothing, the one that has said nothing for the longest time makes room.
    fn let_in(&mut self, visitor: io::Result<Visitor>) {
        let Ok(mut visitor) = visitor else { return };
        let number = self.came;
        self.came += 1;
        let token = Token(self.listeners.len() + number);
        if self.poll.registry().register(&mut visitor.stream, token, Interest::READABLE).is_err() {
            return;
        }
        if self.visitors.len() >= VISITORS_MAX {
            self.visitors.pop_first();
            self.refused.late.increment(1);
        }
        self.visitors.insert(number, visitor);
    }

    fn hear(&mut self, number: usize) {
        let Some(visitor) = self.visitors.get_mut(&number) else { return };
        let said = visitor.listen();
        if said == Said::NotAllYet {
            return;
        }
        let Some(visitor) = self.visitors.remove(&number) else { return };
        match said {
            Said::Check { shard } => self.send_on(visitor, shard),
            Said::NotAllYet | Said::Nothing => self.refused.no_check.increment(1),
        }
    }

    fn send_on(&mut self, mut visitor: Visitor, shard: u16) {
        let entrance = self.shards.get(usize::from(shard));
        let is_free = self.poll.registry().deregister(&mut visitor.stream).is_ok();
        if !is_free || !entrance.is_some_and(|entrance| entrance.enter(visitor.arrive())) {
            self.refused.no_shard.increment(1);
        }
    }

    fn put_out_late(&mut self, now: Instant) {
        while let Some(first) =
            self.visitors.first_entry().filter(|first| first.get().came_at + self.first_check_max <= now)
        {
            first.remove();
            self.refused.late.increment(1);
        }
    }
}

impl Entrance {
    /// Does not wait for a shard that has too much to do.
    fn enter(&self, arrival: Arrival) -> bool {
        self.commands.try_send(Command::Arrived { arrival: Box::new(arrival) }).is_ok() && self.waker.wake().is_ok()
    }
}

impl Closer {
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "cannot wake the thread that accepts media connections");
        }
    }
}

impl Refused {
    fn new() -> Self {
        let refused = |reason| counter!("offhook_relay_tcp_refused_total", "reason" => reason);
        Self {
            full: refused("full"),
            address_full: refused("address_full"),
            late: refused("late"),
            no_check: refused("no_check"),
            no_shard: refused("no_shard"),
        }
    }
}

/// Of the one that would have been accepted (accept(2), "Error handling"), and not of the system.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionReset, HostUnreachable, Interrupted, NetworkDown, NetworkUnreachable, TimedOut,
    };
    let kinds =
        [ConnectionAborted, ConnectionReset, HostUnreachable, Interrupted, NetworkDown, NetworkUnreachable, TimedOut];
    kinds.contains(&error.kind())
}

const READINESS_MAX: usize = 256;
const ACCEPTED_AT_ONCE_MAX: usize = 64;
/// Connections that have not said all of a check.
const VISITORS_MAX: usize = 256;
/// Until it is tried again after the system had no room, such as for another file descriptor.
const REST: Duration = Duration::from_millis(200);
