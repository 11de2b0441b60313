//! The connections of one shard.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use metrics::{Gauge, gauge};
use mio::event::Event;
use mio::{Interest, Registry, Token};
use offhook_media::{Engine, Remote, Transmit, Transmits};
use slab::Slab;

use super::connection::{Connection, READ_LEN_MAX, Read};
use super::visitor::{Arrival, Ends};

pub(crate) struct Connections {
    connections: Slab<Connection>,
    by_ends: HashMap<Ends, usize>,
    /// Those that may hold bytes. Readiness is told once, so one stays here until it was emptied.
    queue: VecDeque<usize>,
    buffer: Box<[u8]>,
    /// The tokens below belong to others.
    first_token: usize,
    swept_at: Instant,
    live: Gauge,
}

impl Connections {
    pub(crate) fn new(now: Instant, shard: usize, first_token: usize) -> Self {
        Self {
            connections: Slab::new(),
            by_ends: HashMap::new(),
            queue: VecDeque::new(),
            buffer: vec![0; READ_LEN_MAX].into(),
            first_token,
            swept_at: now,
            live: gauge!("offhook_relay_tcp_connections", "shard" => shard.to_string()),
        }
    }

    /// Keeps the connection if its first frame was the check of a leg's peer.
    pub(crate) fn welcome(
        &mut self,
        now: Instant,
        arrival: Arrival,
        engine: &mut Engine,
        registry: &Registry,
        out: &mut Transmits,
    ) {
        let Arrival { stream, ends, seat, mut check } = arrival;
        // A connection that had the same ends is over, though nobody has noticed.
        if let Some(&former) = self.by_ends.get(&ends) {
            self.remove(former, engine);
        }
        engine.handle_datagram(now, Remote::tcp(ends.remote), ends.local, &mut check, out);
        if engine.knows(Remote::tcp(ends.remote)) {
            self.add(Connection::new(stream, ends, seat), registry);
        }
    }

    /// The poll says that a connection can be read or written.
    pub(crate) fn note(&mut self, event: &Event) {
        let Some(key) = event.token().0.checked_sub(self.first_token) else { return };
        let Some(connection) = self.connections.get_mut(key) else { return };
        if event.is_writable() {
            connection.flush();
        }
        let is_to_read = event.is_readable() || event.is_read_closed() || event.is_error();
        if is_to_read && !std::mem::replace(&mut connection.is_queued, true) {
            self.queue.push_back(key);
        }
    }

    pub(crate) fn may_have_more(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Reads some of the connections, each once. Frames go to `each` with the connection's ends.
    pub(crate) fn read(&mut self, engine: &mut Engine, mut each: impl FnMut(&mut Engine, Ends, &mut [u8])) {
        for _ in 0..self.queue.len().min(READS_PER_TURN) {
            let Some(key) = self.queue.pop_front() else { return };
            let Some(connection) = self.connections.get_mut(key) else { continue };
            let ends = connection.ends;
            match connection.read(&mut self.buffer, |datagram| each(engine, ends, datagram)) {
                Read::MayHaveMore => self.queue.push_back(key),
                Read::Empty => connection.is_queued = false,
                Read::Over => self.remove(key, engine),
            }
        }
    }

    /// Whether the datagram is on its way.
    pub(crate) fn send(&mut self, transmit: Transmit<'_>) -> bool {
        let ends = Ends { local: transmit.src, remote: transmit.dst.address };
        let connection = self.by_ends.get(&ends).and_then(|&key| self.connections.get_mut(key));
        connection.is_some_and(|connection| connection.send(transmit.contents))
    }

    /// Closes what belongs to no leg any more.
    pub(crate) fn sweep(&mut self, now: Instant, engine: &mut Engine) {
        if now < self.swept_at + SWEEP_INTERVAL {
            return;
        }
        self.swept_at = now;
        let is_left = |connection: &Connection| !engine.knows(Remote::tcp(connection.ends.remote));
        let left: Vec<_> = self.connections.iter().filter(|(_, it)| is_left(it)).map(|(key, _)| key).collect();
        left.into_iter().for_each(|key| self.remove(key, engine));
    }

    fn add(&mut self, connection: Connection, registry: &Registry) {
        let entry = self.connections.vacant_entry();
        let (key, ends) = (entry.key(), connection.ends);
        let (token, interest) = (Token(self.first_token + key), Interest::READABLE | Interest::WRITABLE);
        let connection = entry.insert(connection);
        if let Err(error) = registry.register(&mut connection.stream, token, interest) {
            tracing::warn!(%error, "a media connection cannot be read");
            self.connections.remove(key);
            return;
        }
        self.by_ends.insert(ends, key);
        self.live.set(self.connections.len() as f64);
    }

    fn remove(&mut self, key: usize, engine: &mut Engine) {
        let Some(connection) = self.connections.try_remove(key) else { return };
        self.by_ends.remove(&connection.ends);
        self.live.set(self.connections.len() as f64);
        engine.handle_disconnect(Remote::tcp(connection.ends.remote));
    }
}

/// Connections that one turn of the shard reads, so that none holds up its UDP sockets.
const READS_PER_TURN: usize = 32;
/// A connection outlives its leg by this long at most, in which the peer reads its close_notify.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);
