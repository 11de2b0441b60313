//! One media thread: sockets, timers, commands and an engine.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};
use offhook_media::{Engine, Remote, Transmit, Transmits, Transport};
use tokio::sync::mpsc::error::TrySendError;

use crate::attention::Attention;
use crate::command::Command;
use crate::exact::add_exact;
use crate::gather::Gather;
use crate::histograms::Histograms;
use crate::meter::Meter;
use crate::outbox::{Outbox, SEND_BATCH_MAX};
use crate::relay::{Event, OpenLeg, Outlets};
use crate::socket::{Batch, Socket};
use crate::tcp::Connections;

pub(crate) struct Shard {
    engine: Engine,
    poll: Poll,
    sockets: Vec<Socket>,
    connections: Connections,
    commands: Receiver<Command>,
    outlets: Outlets,
    meter: Meter,
    histograms: Histograms,
    batch: Batch,
    out: Transmits,
    /// One of each socket.
    attention: Vec<Attention>,
    gather: Gather,
    /// When it looked at everything last.
    looked_at: Instant,
    stopped: bool,
}

impl Shard {
    /// `poll` has the waker of the commands registered under [`WAKER`].
    pub(crate) fn new(
        number: usize,
        engine: Engine,
        poll: Poll,
        sockets: Vec<Socket>,
        commands: Receiver<Command>,
        outlets: Outlets,
        meter: Meter,
    ) -> io::Result<Self> {
        let sockets = add_exact(sockets);
        let connections = Connections::new(Instant::now(), number, sockets.len());
        let attention = vec![Attention::Lively; sockets.len()];
        let (batch, out, now) = (Batch::new(), Transmits::new(), Instant::now());
        Ok(Self {
            engine,
            poll,
            sockets,
            connections,
            commands,
            outlets,
            meter,
            histograms: Histograms::new(),
            batch,
            out,
            attention,
            gather: Gather::new(now),
            looked_at: now,
            stopped: false,
        })
    }

    /// Works until it is told to stop, or nobody could tell it any more.
    pub(crate) fn run(mut self) -> io::Result<()> {
        let mut readiness = Events::with_capacity(READINESS_MAX);
        let mut outboxes: Vec<_> = self.sockets.iter().map(Outbox::new).collect();
        while !self.stopped {
            self.pause();
            match self.poll.poll(&mut readiness, Some(self.patience())) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                Ok(()) | Err(_) => {}
            }
            for event in readiness.iter().filter(|event| event.token() != WAKER) {
                match event.token() {
                    Token(at) if at < self.sockets.len() => self.attention[at].note(),
                    Token(_) => self.connections.note(event),
                }
            }
            self.turn(&mut outboxes)?;
        }
        Ok(())
    }

    /// Commands and timers may wait as long as datagrams.
    fn pause(&self) {
        let pause = self.gather.pause(Instant::now());
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
    }

    /// How long there is nothing to do but what comes from outside.
    fn patience(&self) -> Duration {
        if self.attention.iter().any(|attention| attention.wants_reading()) || self.connections.may_have_more() {
            return Duration::ZERO;
        }
        let due = self.engine.poll_timeout().map_or(LONGEST_WAIT, |at| at.saturating_duration_since(Instant::now()));
        due.min(LONGEST_WAIT)
    }

    fn turn(&mut self, outboxes: &mut [Outbox]) -> io::Result<()> {
        fail::fail_point!("die::shard", self.engine.legs().next().is_some(), |_| Ok(()));
        self.notice_a_stop();
        self.take_commands();
        self.read_sockets()?;
        self.read_connections();
        let now = Instant::now();
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            guarded(&mut self.engine, |engine| engine.handle_timeout(now, &mut self.out));
        }
        self.send(outboxes);
        self.tell();
        self.pass_captured();
        self.meter.flush(now, &self.engine);
        Ok(())
    }

    /// The process was stopped, or the machine had no time for it: the sockets' buffers hold the first moments of that
    /// time at most.
    fn notice_a_stop(&mut self) {
        let now = Instant::now();
        let missed = now - std::mem::replace(&mut self.looked_at, now);
        if missed > LONGEST_WAIT + STALL_MIN {
            tracing::warn!(?missed, "a media thread did not run for a while");
            self.engine.excuse(missed);
        }
    }

    fn take_commands(&mut self) {
        loop {
            match self.commands.try_recv() {
                Ok(command) => self.obey(command),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => return self.stopped = true,
            }
        }
    }

    fn obey(&mut self, command: Command) {
        let (now, out, histograms) = (Instant::now(), &mut self.out, &self.histograms);
        let (connections, registry) = (&mut self.connections, self.poll.registry());
        guarded(&mut self.engine, |engine| match command {
            Command::Open { call, side, spec } => engine.open_leg(now, call, side, *spec, out),
            Command::Update { call, side, spec } => engine.update_leg(now, call, side, *spec, out),
            Command::OfferSent { call, side } => engine.offer_sent(now, call, side, out),
            Command::OfferDelivered { call, side } => engine.offer_delivered(now, call, side, out),
            Command::StopOneWay { call, side, after } => engine.cut_after(now, call, side, after, out),
            Command::Close { call, answer } => {
                let legs = engine.statistics(now, call);
                engine.close(now, call, out);
                histograms.observe(&legs);
                // Nobody has to listen.
                let _ = answer.send(legs);
            }
            Command::Legs { answer } => {
                let legs = engine.legs().map(|(call, side, lost)| OpenLeg { call, side, lost });
                // The asker may have gone.
                let _ = answer.send(legs.collect());
            }
            Command::Statistics { call, answer } => {
                // The asker may have gone.
                let _ = answer.send(engine.statistics(now, call));
            }
            Command::Samples { from, answer } => {
                // The asker may have gone.
                let _ = answer.send(engine.samples(from));
            }
            Command::Capture { call, on } => engine.capture(call, on),
            Command::Arrived { arrival } => connections.welcome(now, *arrival, engine, registry, out),
            Command::Stop => {
                engine.close_all(now, out);
                self.stopped = true;
            }
        });
    }

    /// Every socket gets its turn, and none holds up the timers.
    fn read_sockets(&mut self) -> io::Result<()> {
        let mut datagrams = 0;
        for at in 0..self.sockets.len() {
            if self.attention[at].wants_reading() {
                datagrams += self.read_socket(at)?;
            }
        }
        self.gather.read(Instant::now(), datagrams);
        Ok(())
    }

    /// Returns how many datagrams there were.
    fn read_socket(&mut self, at: usize) -> io::Result<u32> {
        let (mut received, mut may_have_more) = (0, true);
        for _ in 0..BATCHES_PER_TURN {
            may_have_more = self.read_batch(at);
            received += self.batch.len() as u32;
            if !may_have_more {
                break;
            }
        }
        let after = self.attention[at].after(received, may_have_more);
        let before = std::mem::replace(&mut self.attention[at], after);
        match (before.is_watched(), after.is_watched()) {
            (false, true) => self.poll.registry().register(self.sockets[at].source(), Token(at), Interest::READABLE)?,
            (true, false) => self.poll.registry().deregister(self.sockets[at].source())?,
            (true, true) | (false, false) => {}
        }
        Ok(received)
    }

    /// Whether there may be more to read.
    fn read_batch(&mut self, at: usize) -> bool {
        let socket = &self.sockets[at];
        if let Err(error) = socket.receive(&mut self.batch) {
            // Other errors are those of earlier datagrams (ICMP): the next read goes on.
            let is_empty = error.kind() == io::ErrorKind::WouldBlock;
            self.meter.receive_errors += u64::from(!is_empty);
            return !is_empty;
        }
        let now = Instant::now();
        for part in self.batch.parts(Engine::FORESEEN_MAX) {
            self.engine.foresee(part.peers().map(Remote::udp));
            part.for_each(socket.local(), |src, dst, datagram| {
                let src = Remote::udp(src);
                guarded(&mut self.engine, |engine| engine.handle_datagram(now, src, dst, datagram, &mut self.out));
            });
        }
        self.batch.is_full()
    }

    fn read_connections(&mut self) {
        let now = Instant::now();
        self.connections.read(&mut self.engine, |engine, ends, datagram| {
            let src = Remote::tcp(ends.remote);
            guarded(engine, |engine| engine.handle_datagram(now, src, ends.local, datagram, &mut self.out));
        });
        self.connections.sweep(now, &mut self.engine);
    }

    /// A datagram that cannot be sent now is lost, like one that the network loses.
    fn send(&mut self, outboxes: &mut [Outbox]) {
        self.meter.send_errors += send_all(&self.sockets, outboxes, &mut self.connections, &self.out);
        self.out.clear();
    }

    /// What does not fit waits in the engine, which drops news there but never a loss.
    fn tell(&mut self) {
        loop {
            let permit = match self.outlets.events.try_reserve() {
                Ok(permit) => permit,
                Err(TrySendError::Full(())) => return,
                Err(TrySendError::Closed(())) => return self.stopped = true,
            };
            match self.engine.poll_event() {
                Some(event) => permit.send(Event::Media(event)),
                None => return,
            }
        }
    }

    /// A capture that is not taken in time has holes; media never waits for it.
    fn pass_captured(&mut self) {
        while let Some(captured) = self.engine.poll_captured() {
            if let Some(captures) = &self.outlets.captures {
                let _ = captures.try_send(captured);
            }
        }
    }
}

/// Sends in batches of one source address; returns how many datagrams could not be sent.
fn send_all(sockets: &[Socket], outboxes: &mut [Outbox], connections: &mut Connections, out: &Transmits) -> u64 {
    let mut failed = 0;
    let mut transmits = out.iter();
    let mut next = transmits.next();
    while let Some(first) = next {
        let (mut batch, mut len) = ([first; SEND_BATCH_MAX], 1);
        next = transmits.next();
        while let Some(transmit) = next.filter(|transmit| is_alike(transmit, &first) && len < SEND_BATCH_MAX) {
            batch[len] = transmit;
            len += 1;
            next = transmits.next();
        }
        if first.dst.transport == Transport::Tcp {
            failed += batch[..len].iter().filter(|transmit| !connections.send(**transmit)).count() as u64;
            continue;
        }
        let mut with_outbox = sockets.iter().zip(&mut *outboxes);
        failed += match with_outbox.find(|(socket, _)| socket.sends_from(first.src)) {
            Some((socket, outbox)) => outbox.send(socket, &batch[..len]) as u64,
            None => len as u64,
        };
    }
    failed
}

/// Whether both leave by the same socket.
fn is_alike(one: &Transmit<'_>, other: &Transmit<'_>) -> bool {
    one.src == other.src && one.dst.transport == other.dst.transport
}

/// Lets the engine work; a bug costs it the bridge that it worked for.
fn guarded(engine: &mut Engine, work: impl FnOnce(&mut Engine)) {
    // Every method of the engine may be interrupted anywhere: abandoning trusts nothing of the bridge.
    if catch_unwind(AssertUnwindSafe(|| work(engine))).is_err() {
        tracing::error!("panic in the media engine; the bridge that it worked for is ended");
        engine.abandon_current();
    }
}

pub(crate) const WAKER: Token = Token(usize::MAX);
const READINESS_MAX: usize = 64;
const BATCHES_PER_TURN: usize = 16;
/// The meter is read, and events that did not fit are tried again, at least this often.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// What is shorter makes no difference to a leg's time-outs.
const STALL_MIN: Duration = Duration::from_millis(750);
