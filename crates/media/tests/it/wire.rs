//! An impaired network in virtual time, the same for the same seed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// What the network does to datagrams.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    /// Probability of each.
    pub(crate) loss: f64,
    pub(crate) duplicates: f64,
    pub(crate) delay: Duration,
    /// Added to the delay, evenly spread: beyond 20 ms it reorders audio.
    pub(crate) jitter: Duration,
}

/// Whether a datagram is lost.
pub(crate) type Loses = Box<dyn FnMut(&Datagram) -> bool>;

#[derive(Debug, Clone)]
pub(crate) struct Datagram {
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) contents: Vec<u8>,
}

pub(crate) struct Wire {
    pub(crate) weather: Weather,
    /// Nothing goes to or comes from these any more.
    pub(crate) cut_off: Vec<SocketAddr>,
    /// What is lost beside what the weather loses.
    pub(crate) loses: Option<Loses>,
    /// Addresses that are farther away than the others.
    pub(crate) farther: Vec<(SocketAddr, Duration)>,
    rng: ChaCha8Rng,
    /// By arrival; the number keeps the order of those that arrive together.
    underway: BTreeMap<(Instant, u64), Datagram>,
    sent: u64,
}

impl Weather {
    pub(crate) const FAIR: Self =
        Self { loss: 0.0, duplicates: 0.0, delay: Duration::from_millis(10), jitter: Duration::ZERO };
    pub(crate) const FOUL: Self =
        Self { loss: 0.05, duplicates: 0.02, delay: Duration::from_millis(30), jitter: Duration::from_millis(45) };
}

impl Datagram {
    /// `None` if it is no RTP.
    pub(crate) fn rtp_ssrc(&self) -> Option<u32> {
        let is_rtp = matches!(self.contents[..], [128..=191, second, ..] if !(192..=223).contains(&second));
        let ssrc = self.contents.get(8..12).filter(|_| is_rtp)?;
        ssrc.try_into().ok().map(u32::from_be_bytes)
    }

    /// The value of a header extension (RFC 8285 section 4.2), which SRTP leaves readable.
    pub(crate) fn rtp_extension(&self, id: u8) -> Option<&[u8]> {
        self.rtp_ssrc().filter(|_| self.contents[0] & 0x1F == 0x10)?;
        let words = usize::from(u16::from_be_bytes([*self.contents.get(14)?, *self.contents.get(15)?]));
        let mut rest = self.contents.get(16..16 + 4 * words)?;
        while let [first, after @ ..] = rest {
            let len = if *first == 0 { 0 } else { usize::from(first & 0x0F) + 1 };
            let (value, after) = after.split_at_checked(len)?;
            if *first != 0 && first >> 4 == id {
                return Some(value);
            }
            rest = after;
        }
        None
    }

    pub(crate) fn is_stun(&self) -> bool {
        self.contents.first().is_some_and(|first| *first <= 3)
    }
}

impl Wire {
    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        Self {
            weather,
            cut_off: Vec::new(),
            loses: None,
            farther: Vec::new(),
            rng: ChaCha8Rng::seed_from_u64(seed),
            underway: BTreeMap::new(),
            sent: 0,
        }
    }

    pub(crate) fn send(&mut self, now: Instant, datagram: Datagram) {
        let cut_off = self.cut_off.contains(&datagram.src) || self.cut_off.contains(&datagram.dst);
        let cut_off = cut_off || datagram.src.is_ipv4() != datagram.dst.is_ipv4();
        let is_lost = self.loses.as_mut().is_some_and(|loses| loses(&datagram));
        if cut_off || is_lost || self.rng.random_bool(self.weather.loss) {
            return;
        }
        if self.rng.random_bool(self.weather.duplicates) {
            self.put(now, datagram.clone());
        }
        self.put(now, datagram);
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.underway.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn arrived(&mut self, now: Instant) -> Option<Datagram> {
        let first = self.underway.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }

    fn put(&mut self, now: Instant, datagram: Datagram) {
        let jitter = self.weather.jitter.mul_f64(self.rng.random());
        let is_far = |far: &&(SocketAddr, Duration)| far.0 == datagram.src || far.0 == datagram.dst;
        let farther: Duration = self.farther.iter().filter(is_far).map(|far| far.1).sum();
        self.sent += 1;
        self.underway.insert((now + self.weather.delay + farther + jitter, self.sent), datagram);
    }
}
