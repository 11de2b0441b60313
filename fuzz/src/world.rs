//! An engine and everybody around it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use dimpl::certificate::generate_self_signed_certificate;
use offhook_call::{CallId, Side};
use offhook_media::fuzzing::secure;
use offhook_media::{DtlsConfig, Engine, EngineConfig, Remote, SrtpProfile, Transmits};

use crate::judge::Judge;
use crate::memory;
use crate::party::{self, MID_EXTENSION, MIDS, Party};
use crate::script::{Action, Announces, Damage, Script, Word};
use crate::stun::{self, Check};

pub struct World {
    engine: Engine,
    out: Transmits,
    now: Instant,
    parties: Vec<Party>,
    judge: Judge,
    /// Whatever reached the server.
    recorded: Vec<Vec<u8>>,
    opened: u64,
    /// Bytes that were allocated before.
    held: usize,
}

/// An engine as a server has it.
pub(crate) fn engine() -> Engine {
    static CONFIG: OnceLock<EngineConfig> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let certificate = generate_self_signed_certificate().expect("a certificate");
        EngineConfig::new(DtlsConfig::new().expect("a DTLS configuration"), certificate)
    });
    Engine::new(config.clone())
}

impl World {
    /// Plays the script, closes all calls, and looks whether anything is left.
    pub fn play(script: &Script) {
        let mut world = Self::new();
        for leg in 0..world.parties.len() as u8 {
            if script.connected & 1 << leg != 0 {
                world.connect(leg);
            }
        }
        script.actions.iter().take(ACTIONS_MAX).for_each(|action| world.act(action));
        world.end();
    }

    fn new() -> Self {
        let now = Instant::now();
        let calls = [0, 1].map(|number| CallId([number; 32]));
        let sides = [Side::Business, Side::Consumer];
        let parties = calls.into_iter().flat_map(|call| sides.map(|side| Party::new(call, side, now)));
        Self {
            engine: engine(),
            out: Transmits::new(),
            now,
            parties: parties.collect(),
            judge: Judge::default(),
            recorded: Vec::new(),
            opened: 0,
            held: memory::held(),
        }
    }

    fn connect(&mut self, leg: u8) {
        self.act(&Action::Open { leg, announces: Announces::Own });
        let check = Action::Check { leg, place: leg, nominates: true, controlled: false, priority: 1, damage: None };
        self.act(&check);
        let party = &mut self.parties[at(leg)];
        let material = vec![leg; 88];
        party.srtp = secure(&mut self.engine, party.call, party.side, SrtpProfile::AeadAes256Gcm, &material);
        party.was_given_keys = true;
        assert!(party.srtp.is_some(), "the leg is open, and the material as long as the profile wants it");
    }

    fn act(&mut self, action: &Action) {
        let now = self.now;
        match *action {
            Action::Open { leg, announces } => self.open(leg, announces),
            Action::Update { leg, muted, pictures, restarts_ice, announces } => {
                self.update(leg, (muted, pictures), restarts_ice, announces);
            }
            Action::OfferSent { leg } => self.tell(leg, Engine::offer_sent),
            Action::OfferDelivered { leg } => self.tell(leg, Engine::offer_delivered),
            Action::Close { leg } => self.close(leg),
            Action::Check { leg, place, nominates, controlled, priority, damage } => {
                let party = &self.parties[at(leg)];
                let (Some(username), Some(spec)) = (party.username(), &party.spec) else { return };
                let check = stun::check(&username, &spec.local_ice.pwd, nominates, controlled, priority.into());
                self.arrive(place, damaged(check, damage));
            }
            Action::Handshake { leg, place, begins_again, damage } => self.handshake(leg, place, begins_again, damage),
            Action::Say { leg, place, stream, payload_type, back, mid, ref body, damage } => {
                let packet = self.say(leg, (stream, payload_type, back), mid, body, damage);
                packet.into_iter().for_each(|packet| self.arrive(place, packet));
            }
            Action::Report { leg, place, ref packets, damage } => {
                let report = self.report(leg, packets);
                report.into_iter().for_each(|report| self.arrive(place, damaged(report, damage)));
            }
            Action::Leave { leg, place } => {
                self.parties[at(leg)].leave();
                self.flush(leg, place, None);
            }
            Action::Again { which, place } => {
                if let Some(datagram) = self.recorded.get(usize::from(which)).cloned() {
                    self.arrive(place, datagram);
                }
            }
            Action::Noise { place, ref datagram } => self.arrive(place, datagram.clone()),
            Action::Time { ms } => self.pass(Duration::from_millis(ms.into())),
            Action::Stop { ms } => {
                self.engine.excuse(Duration::from_millis(ms.into()));
                self.now = now + Duration::from_millis(ms.into());
            }
        }
    }

    fn open(&mut self, leg: u8, announces: Announces) {
        self.opened += 1;
        let (now, number) = (self.now, self.opened);
        let party = &mut self.parties[at(leg)];
        party.begin_again(now, !number.is_multiple_of(3));
        let spec = party.opened(number, announces);
        self.engine.open_leg(now, party.call, party.side, spec, &mut self.out);
        self.after(None);
    }

    fn update(&mut self, leg: u8, (muted, pictures): (bool, bool), restarts_ice: bool, announces: Announces) {
        self.opened += u64::from(restarts_ice);
        let party = &mut self.parties[at(leg)];
        let Some(spec) = &mut party.spec else { return };
        spec.audio.sends = !muted;
        spec.video = party::video(pictures);
        spec.fingerprints = party::fingerprints(announces);
        party.announced |= announces != Announces::Another;
        if restarts_ice {
            spec.local_ice.ufrag = format!("ours{}", self.opened);
        }
        self.engine.update_leg(self.now, party.call, party.side, spec.clone(), &mut self.out);
        self.after(None);
    }

    fn tell(&mut self, leg: u8, news: impl FnOnce(&mut Engine, Instant, CallId, Side, &mut Transmits)) {
        let party = &self.parties[at(leg)];
        news(&mut self.engine, self.now, party.call, party.side, &mut self.out);
        self.after(None);
    }

    fn close(&mut self, leg: u8) {
        let call = self.parties[at(leg)].call;
        self.engine.close(self.now, call, &mut self.out);
        self.after(None);
        self.parties.iter_mut().filter(|party| party.call == call).for_each(|party| party.spec = None);
    }

    /// Both sides speak until they have said all, or for too long.
    fn handshake(&mut self, leg: u8, place: u8, begins_again: bool, damage: Option<(u8, Damage)>) {
        let now = self.now;
        let party = &mut self.parties[at(leg)];
        if party.was_given_keys {
            return;
        }
        if begins_again {
            party.begin_again(now, true);
        }
        party.handle_time(now);
        let mut damage = damage;
        for _ in 0..ROUNDS_MAX {
            if self.parties[at(leg)].outgoing.is_empty() {
                return;
            }
            damage = self.flush(leg, place, damage);
        }
    }

    /// What the party has to say by DTLS reaches the server. The damage hits the datagram that it counts down to.
    fn flush(&mut self, leg: u8, place: u8, damage: Option<(u8, Damage)>) -> Option<(u8, Damage)> {
        let mut waiting = damage;
        for datagram in std::mem::take(&mut self.parties[at(leg)].outgoing) {
            let (hit, left) = match waiting {
                Some((0, damage)) => (Some(damage), None),
                Some((count, damage)) => (None, Some((count - 1, damage))),
                None => (None, None),
            };
            waiting = left;
            self.arrive(place, damaged(datagram, hit));
        }
        waiting
    }

    fn say(
        &mut self,
        leg: u8,
        (stream, payload_type, back): (u8, u8, u8),
        mid: Option<u8>,
        body: &[u8],
        damage: Option<Damage>,
    ) -> Option<Vec<u8>> {
        let party = &mut self.parties[at(leg)];
        party.srtp.as_ref()?;
        let ssrc = party::stream(stream);
        let extended = party.next_sequence(ssrc, u64::from(back % 8));
        let mut packet = vec![0x80 | u8::from(mid.is_some()) << 4, 96 + payload_type % 10];
        packet.extend_from_slice(&(extended as u16).to_be_bytes());
        packet.extend_from_slice(&(extended as u32 * 960).to_be_bytes());
        packet.extend_from_slice(&ssrc.to_be_bytes());
        if let Some(mid) = mid {
            packet.extend(mid_element(MIDS[usize::from(mid) % MIDS.len()]));
        }
        // Repair and events are changed where they begin.
        packet.extend_from_slice(&[0; 4]);
        packet.extend_from_slice(&body[..body.len().min(BODY_MAX)]);
        let (call, side) = (party.call, party.side);
        // A damage that changes nothing is none.
        let is_whole = damage.is_none();
        packet.extend(self.judge.sign(call, side, is_whole));
        self.parties[at(leg)].srtp.as_ref()?.seal_rtp(extended, &mut packet)?;
        let sealed = packet.clone();
        let packet = damaged(packet, damage);
        (is_whole || packet != sealed).then_some(packet)
    }

    fn report(&mut self, leg: u8, packets: &[(u8, u8, Vec<Word>)]) -> Option<Vec<u8>> {
        let mut compound = Vec::new();
        for (count, kind, words) in packets.iter().take(REPORTS_MAX) {
            let words = &words[..words.len().min(WORDS_MAX)];
            compound.extend([0x80 | (count % 32), 199 + kind % 9, 0, words.len() as u8]);
            compound.extend(words.iter().flat_map(|word| match *word {
                Word::Stream(which) => party::stream(which).to_be_bytes(),
                Word::Any(word) => word.to_be_bytes(),
            }));
        }
        self.parties[at(leg)].srtp.as_mut()?.seal_rtcp(&mut compound)?;
        Some(compound)
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.engine.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.engine.handle_timeout(self.now, &mut self.out);
            self.after(None);
        }
        self.now = end;
    }

    fn arrive(&mut self, place: u8, datagram: Vec<u8>) {
        let from = party::place(place);
        for (number, party) in self.parties.iter().enumerate() {
            match party.spec.as_ref().and_then(|leg| stun::authentic(&datagram, leg)) {
                Some(Check::Path) => self.judge.checked(from, number, party.generation),
                Some(Check::RoleConflict) => self.judge.asked(from),
                None => {}
            }
        }
        if self.recorded.len() < RECORDED_MAX {
            self.recorded.push(datagram.clone());
        }
        let mut contents = datagram;
        self.engine.handle_datagram(self.now, from, SERVER, &mut contents, &mut self.out);
        self.after(Some(from));
    }

    /// Judges what the engine sent, and lets parties have their DTLS.
    fn after(&mut self, from: Option<Remote>) {
        assert!(self.out.len() <= ANSWERS_MAX, "{} datagrams for one", self.out.len());
        let held = memory::held().saturating_sub(self.held);
        assert!(held <= HELD_MAX, "{held} bytes for four legs");
        for transmit in self.out.iter() {
            if let Some(party) = self.judge.sent(transmit, from, &mut self.parties) {
                self.parties[party].handle_dtls(self.now, transmit.contents);
            }
        }
        self.out.clear();
        while let Some(event) = self.engine.poll_event() {
            self.judge.told(event, &self.parties);
        }
    }

    fn end(&mut self) {
        self.engine.close_all(self.now, &mut self.out);
        self.after(None);
        self.pass(LONGER_THAN_ANY_TIMER);
        assert_eq!(self.engine.poll_timeout(), None, "a timer of a leg that is no more");
        let totals = self.engine.totals();
        assert_eq!((totals.live_bridges, totals.live_legs, totals.connected_legs), (0, 0, 0));
        for place in 0..u8::MAX {
            let unknown = self.engine.totals().unknown_source;
            self.engine.handle_datagram(self.now, party::place(place), SERVER, &mut [22; 20], &mut self.out);
            assert_eq!(self.engine.totals().unknown_source, unknown + 1, "an address of a leg that is no more");
        }
    }
}

fn at(leg: u8) -> usize {
    usize::from(leg) % 4
}

fn damaged(mut datagram: Vec<u8>, damage: Option<Damage>) -> Vec<u8> {
    if let Some(damage) = damage {
        damage.apply(&mut datagram);
    }
    datagram
}

/// An extension block with the MID alone (RFC 8285 section 4.2).
fn mid_element(mid: &[u8]) -> Vec<u8> {
    let mut block = vec![MID_EXTENSION << 4 | (mid.len() as u8 - 1)];
    block.extend_from_slice(mid);
    block.resize(block.len().next_multiple_of(4), 0);
    [&[0xBE, 0xDE, 0, (block.len() / 4) as u8], &block[..]].concat()
}

pub(crate) const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 4000);
const ACTIONS_MAX: usize = 64;
const ROUNDS_MAX: usize = 12;
const RECORDED_MAX: usize = 256;
const BODY_MAX: usize = 64;
const REPORTS_MAX: usize = 4;
const WORDS_MAX: usize = 16;
/// A flight of DTLS, or a packet in two streams with requests for pictures.
const ANSWERS_MAX: usize = 24;
/// With what the parties themselves hold.
const HELD_MAX: usize = 4 << 20;
const LONGER_THAN_ANY_TIMER: Duration = Duration::from_secs(120);
