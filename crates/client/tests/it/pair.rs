//! A line, another party, and a wire between them, in virtual time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use offhook_client::audio::FRAME_TIME;
use offhook_client::phone::{Config, Line, LineEvent, Output};

/// One way of the wire.
const DELAY: Duration = Duration::from_millis(10);

/// Steps in one tick that no healthy party needs.
const STEPS_MAX: usize = 1_000;

/// Who is at an end of the wire.
pub(crate) trait Party {
    fn handle_datagram(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]);
    fn handle_timeout(&mut self, now: Instant);
    fn tick(&mut self, now: Instant);
    fn poll(&mut self) -> Output;
}

impl Party for Line {
    fn handle_datagram(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) {
        Line::handle_datagram(self, now, source, datagram);
    }

    fn handle_timeout(&mut self, now: Instant) {
        Line::handle_timeout(self, now);
    }

    fn tick(&mut self, now: Instant) {
        Line::tick(self, now);
    }

    fn poll(&mut self) -> Output {
        Line::poll(self)
    }
}

/// Two parties; time passes only when a test lets it.
pub(crate) struct Pair<P> {
    pub(crate) line: Line,
    pub(crate) peer: P,
    /// Of the line, then of the peer.
    pub(crate) events: [Vec<LineEvent>; 2],
    /// Decides by its number whether a datagram is lost.
    pub(crate) loses: fn(u64) -> bool,
    now: Instant,
    wake: [Instant; 2],
    /// Under way: by arrival and number, to which end.
    wire: BTreeMap<(Instant, u64), (usize, Vec<u8>)>,
    sent: u64,
}

const ADDRESSES: [([u8; 4], u16); 2] = [([192, 0, 2, 1], 5000), ([192, 0, 2, 2], 5000)];

impl<P: Party> Pair<P> {
    /// The line offers, and the peer that `answering` makes of its address, the time and the offer answers.
    pub(crate) fn connected(config: Config, answering: impl FnOnce(SocketAddr, Instant, &str) -> (P, String)) -> Self {
        let now = Instant::now();
        let mut line = Line::new(config, ADDRESSES[0].into(), now);
        let (peer, answer) = answering(ADDRESSES[1].into(), now, &line.offer());
        line.apply_answer(&answer).unwrap();
        let (events, wire) = ([Vec::new(), Vec::new()], BTreeMap::new());
        Self { line, peer, events, loses: |_| false, now, wake: [now; 2], wire, sent: 0 }
    }

    /// Lets this much time pass.
    pub(crate) fn run(&mut self, duration: Duration) {
        for _ in 0..duration.as_millis() / FRAME_TIME.as_millis() {
            let tick = self.now + FRAME_TIME;
            self.run_until(tick);
            for end in 0..2 {
                self.party(end).tick(tick);
                self.drain(end);
            }
        }
    }

    fn run_until(&mut self, end_of_run: Instant) {
        self.drain(0);
        self.drain(1);
        let mut steps = 0..STEPS_MAX;
        while let Some(step) = self.next_step().filter(|step| *step <= end_of_run) {
            assert!(steps.next().is_some(), "time stands still");
            self.now = self.now.max(step);
            if let Some(first) = self.wire.first_entry().filter(|first| first.key().0 <= self.now) {
                let (end, datagram) = first.remove();
                let (source, now) = (ADDRESSES[1 - end].into(), self.now);
                self.party(end).handle_datagram(now, source, &datagram);
                self.drain(end);
            }
            for end in 0..2 {
                if self.wake[end] <= self.now {
                    let now = self.now;
                    self.party(end).handle_timeout(now);
                    self.drain(end);
                }
            }
        }
        self.now = end_of_run;
    }

    /// When something happens next.
    fn next_step(&self) -> Option<Instant> {
        let arrival = self.wire.first_key_value().map(|((at, _), _)| *at);
        arrival.into_iter().chain(self.wake).min()
    }

    fn party(&mut self, end: usize) -> &mut dyn Party {
        if end == 0 { &mut self.line } else { &mut self.peer }
    }

    fn drain(&mut self, end: usize) {
        loop {
            match self.party(end).poll() {
                Output::Timeout(wake) => {
                    self.wake[end] = wake;
                    return;
                }
                Output::Event(event) => self.events[end].push(event),
                Output::Transmit(transmit) => {
                    self.sent += 1;
                    if !(self.loses)(self.sent) {
                        let arrival = (self.now + DELAY, self.sent);
                        self.wire.insert(arrival, (1 - end, transmit.contents.to_vec()));
                    }
                }
            }
        }
    }
}

impl Pair<Line> {
    /// Two lines.
    pub(crate) fn of_lines(offering: Config, answering: Config) -> Self {
        Self::connected(offering, |address, now, offer| {
            let mut line = Line::new(answering, address, now);
            let answer = line.apply_offer(offer).unwrap();
            (line, answer)
        })
    }
}
