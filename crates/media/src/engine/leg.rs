//! One party's media connection: its state, and what time and connectivity do to it.

use std::time::{Duration, Instant};

use offhook_call::{CallId, LegEvent, Side};

use super::dtls::{Link, Secured, Step};
use super::event::{EngineEvent, LegState, Lost};
use super::hearing::Hearing;
use super::ice::IceLite;
use super::io::Io;
use super::jitter::Jitter;
use super::ledger::Ledger;
use super::outbound::{AUDIO_CLOCK_RATE, Outbound};
use super::retired::Retired;
use super::sources::{Section, Sources};
use super::stats::LegStats;
use super::timer::Timer;
use super::transmits::{Remote, Route};
use super::video::Video;
use crate::leg::{AudioSpec, Fingerprint, LegSpec, VideoSpec};
use crate::srtp::{MasterKey, OpenContext, SealContext};

/// Names a leg of this engine. The generation tells a leg from the one that it replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LegKey {
    pub(super) slot: usize,
    pub(super) side: Side,
    pub(super) generation: u64,
}

/// In this order in memory: what received packets need, what all need, what sent ones need, and what packets seldom need.
/// So each needs few cache lines, and it is known which (`foresee`).
#[repr(C, align(64))]
pub(super) struct Leg {
    pub(super) link: Link,
    /// The SSRC whose audio is forwarded.
    pub(super) heard_source: Option<u32>,
    /// What the peer sends goes no further.
    pub(super) cut: bool,
    heard_at: Instant,
    pub(super) jitter: Jitter,
    /// `None` as long as no video was ever negotiated.
    pub(super) video: Option<Box<Video>>,
    pub(super) sources: Sources,
    pub(super) stats: LegStats,
    pub(super) audio: AudioSpec,
    /// Where to send: what ICE selected.
    pub(super) route: Option<Route>,
    pub(super) hearing: Hearing,
    /// The other party's audio in the peer's own section.
    pub(super) a: Outbound,
    /// The same in the section of the server's offer.
    pub(super) b: Outbound,
    pub(super) key: LegKey,
    pub(super) call: CallId,
    retired: Retired,
    pub(super) ledger: Box<Ledger>,
    pub(super) ice: IceLite,
    fingerprints: Vec<Fingerprint>,
    /// An authentic check came.
    checked: bool,
    connected_by: Instant,
    /// The earliest handshake timer that is set.
    handshake_timer: Option<Instant>,
    pub(super) lost: Option<Lost>,
}

impl Leg {
    pub(super) fn open(key: LegKey, call: CallId, spec: LegSpec, io: &mut Io<'_>) -> Self {
        io.timers.set(io.now + io.config.connect_timeout, key, Timer::Connect);
        let mut retired = Retired::default();
        Self {
            key,
            call,
            route: None,
            link: Link::Waiting,
            sources: Sources::new(spec.video.declared()),
            heard_source: None,
            cut: false,
            a: Outbound::new(spec.audio.ssrc_a, &spec.audio.mid, AUDIO_CLOCK_RATE),
            b: Outbound::new(spec.audio.ssrc_b, far_mid(&spec.audio), AUDIO_CLOCK_RATE),
            hearing: Hearing::Own,
            video: (!spec.video.is_empty()).then(|| Box::new(Video::new(spec.video, &mut retired))),
            retired,
            stats: LegStats::default(),
            jitter: Jitter::default(),
            ledger: Box::new(Ledger::new(io.now)),
            ice: IceLite::new(spec.local_ice, spec.remote_ice.ufrag),
            audio: spec.audio,
            fingerprints: spec.fingerprints,
            checked: false,
            heard_at: io.now,
            connected_by: io.now + io.config.connect_timeout,
            handshake_timer: None,
            lost: None,
        }
    }

    /// Another offer of the same peer connection, or a track switched on or off.
    pub(super) fn update(&mut self, spec: LegSpec) {
        let restarted = self.ice.update(spec.local_ice, spec.remote_ice.ufrag);
        self.ledger.ice_restarts += u32::from(restarted);
        self.fingerprints = spec.fingerprints;
        self.retired.change(&mut self.a, spec.audio.ssrc_a, &spec.audio.mid, AUDIO_CLOCK_RATE);
        if self.retired.change(&mut self.b, spec.audio.ssrc_b, far_mid(&spec.audio), AUDIO_CLOCK_RATE) {
            // The section that the peer may hear B in is no more.
            self.hearing = Hearing::Own;
        }
        self.audio = spec.audio;
        self.update_video(spec.video);
    }

    fn update_video(&mut self, spec: VideoSpec) {
        let declared = spec.declared();
        let moved = match &mut self.video {
            Some(video) => video.update(spec, &mut self.retired),
            None if spec.is_empty() => return,
            None => {
                self.video = Some(Box::new(Video::new(spec, &mut self.retired)));
                Vec::new()
            }
        };
        self.sources.update(declared, |section| match section {
            Section::Audio => Some(Section::Audio),
            Section::Video(at) => moved.get(at).copied().flatten().map(Section::Video),
        });
    }

    /// What feeds the streams that the peer gets is no more.
    pub(super) fn restart(&mut self) {
        self.a.restart();
        self.b.restart();
        if let Some(video) = &mut self.video {
            video.restart();
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        matches!(self.link, Link::Secured(_))
    }

    pub(super) fn stats(&self) -> LegStats {
        LegStats { lost_in: self.sources.lost(), ..self.stats }
    }

    /// An authentic packet came. Returns how long none had.
    pub(super) fn heard(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(std::mem::replace(&mut self.heard_at, now))
    }

    /// Nobody listened for so long.
    pub(super) fn excuse(&mut self, missed: Duration) {
        self.heard_at += missed;
        self.connected_by += missed;
    }

    /// ICE accepted a check, and may have selected another path.
    pub(super) fn follow_ice(&mut self, io: &mut Io<'_>) {
        self.route = self.ice.selected();
        if let Some(route) = self.route
            && self.ledger.selected(route)
        {
            self.note(LegEvent::Selected(route.shown()), io);
        }
        if !std::mem::replace(&mut self.checked, true) {
            self.tell(LegState::IceConnected, io);
        }
    }

    /// The peer is not reached there any more. One that gets nothing is not sent to elsewhere either.
    pub(super) fn lose_path(&mut self, remote: Remote) {
        self.ice.forget(remote);
        self.route = self.route.and(self.ice.selected());
    }

    pub(super) fn handle_dtls(&mut self, datagram: &[u8], io: &mut Io<'_>) {
        if self.ledger.begins_handshake() {
            self.note(LegEvent::DtlsBegun, io);
        }
        let peer = (&self.fingerprints[..], self.route);
        let (step, at) = match self.link.association_for(datagram, io.now, io.config) {
            Some(association) => association.receive(io.now, datagram, peer, io.out),
            None => return self.stats.early += 1,
        };
        self.advance(step, at, io);
    }

    pub(super) fn handle_timer(&mut self, timer: Timer, io: &mut Io<'_>) {
        match timer {
            Timer::Connect if self.is_connected() => {}
            Timer::Connect if io.now < self.connected_by => io.timers.set(self.connected_by, self.key, Timer::Connect),
            Timer::Connect => self.lose(Lost::NeverConnected, io),
            Timer::Silence => self.check_silence(io),
            Timer::Handshake => self.retransmit(io),
            Timer::Hearing => self.hearing.timeout(io.now),
            // The bridge asks for pictures whenever it worked on a leg.
            Timer::Picture => {}
            Timer::Cut => self.cut = true,
        }
    }

    /// Takes leave of the peer, as far as it is there: by close_notify, which is not repeated if it is lost.
    pub(super) fn close(&mut self, io: &mut Io<'_>) {
        if let (Some(association), Some(route)) = (self.link.association(), self.route) {
            association.close(route, io.out);
        }
    }

    pub(super) fn offer_sent(&mut self) {
        self.want_pictures();
        if self.audio.far_mid.is_none() {
            return;
        }
        self.restart_b_unless_sent();
        self.hearing.offer_sent(self.audio.mid_extension.is_some(), self.audio.receives);
    }

    pub(super) fn offer_delivered(&mut self, io: &mut Io<'_>) {
        self.want_pictures();
        if self.audio.far_mid.is_none() {
            return;
        }
        self.restart_b_unless_sent();
        if let Some(at) = self.hearing.offer_delivered(io.now, self.audio.mid_extension.is_some()) {
            io.timers.set(at, self.key, Timer::Hearing);
        }
    }

    /// A packet of B was sent.
    pub(super) fn b_sent(&mut self, io: &mut Io<'_>) {
        if let Some(at) = self.hearing.b_sent(io.now, io.config.offer_timeout) {
            io.timers.set(at, self.key, Timer::Hearing);
        }
    }

    /// A receiver report about B came.
    pub(super) fn b_reported(&mut self) {
        self.restart_b_unless_sent();
        self.hearing.b_reported();
    }

    pub(super) fn tell(&self, state: LegState, io: &mut Io<'_>) {
        io.events.push(EngineEvent::LegState { call: self.call, side: self.key.side, state });
    }

    /// For the record.
    pub(super) fn note(&self, event: LegEvent, io: &mut Io<'_>) {
        io.events.push(EngineEvent::Noted { call: self.call, side: self.key.side, at: io.now, event });
    }

    /// What B left out while it was not sent is no loss.
    fn restart_b_unless_sent(&mut self) {
        if !self.hearing.sends_b() {
            self.b.restart();
        }
    }

    fn want_pictures(&mut self) {
        if let Some(video) = &mut self.video {
            video.want_pictures();
        }
    }

    fn retransmit(&mut self, io: &mut Io<'_>) {
        self.handshake_timer = None;
        let peer = (&self.fingerprints[..], self.route);
        if let Some(association) = self.link.association() {
            let (step, at) = association.timeout(io.now, peer, io.out);
            self.advance(step, at, io);
        }
    }

    fn check_silence(&mut self, io: &mut Io<'_>) {
        let at = self.heard_at + io.config.silence_timeout;
        if at <= io.now {
            self.lose(Lost::Silent, io);
        } else {
            io.timers.set(at, self.key, Timer::Silence);
        }
    }

    fn advance(&mut self, step: Step, at: Option<Instant>, io: &mut Io<'_>) {
        if let Some(at) = at {
            self.set_handshake_timer(at, io);
        }
        match step {
            Step::Nothing => {}
            Step::Secured { version, profile, peer, ours } => {
                self.secure(&peer, &ours);
                self.ledger.secured(io.now, version, profile);
                io.timers.set(io.now + io.config.silence_timeout, self.key, Timer::Silence);
                self.heard(io.now);
                self.tell(LegState::DtlsConnected { version, profile }, io);
                if let Some(dtls) = self.ledger.dtls() {
                    self.note(LegEvent::DtlsConnected(dtls), io);
                }
            }
            Step::Closed => self.part(io),
            Step::Failed(lost) => match &mut self.link {
                Link::Handshaking(_) => {
                    self.link = Link::Over;
                    self.lose(lost, io);
                }
                Link::Secured(secured) => secured.association = None,
                Link::Waiting | Link::Over => {}
            },
        }
    }

    /// The peer takes its leave. What it sent before may still arrive (a BYE, in disorder), so its media is opened as
    /// before; but it gets nothing unless it checks connectivity again.
    fn part(&mut self, io: &mut Io<'_>) {
        match &mut self.link {
            Link::Handshaking(_) => self.link = Link::Over,
            Link::Secured(secured) => secured.association = None,
            Link::Waiting | Link::Over => {}
        }
        self.route = None;
        self.tell(LegState::Closed, io);
        self.note(LegEvent::DtlsClosed, io);
    }

    /// The handshake gave keys: what the peer sends with, and what we do.
    pub(super) fn secure(&mut self, peer: &MasterKey, ours: &MasterKey) {
        let association = match std::mem::replace(&mut self.link, Link::Over) {
            Link::Handshaking(association) => Some(association),
            // Keys from elsewhere: a test's.
            Link::Waiting => None,
            Link::Secured(_) | Link::Over => return,
        };
        let (open, seal) = (OpenContext::new(peer), SealContext::new(ours));
        self.link = Link::Secured(Box::new(Secured { open, seal, association }));
    }

    /// An idle association names a time far away.
    fn set_handshake_timer(&mut self, at: Instant, io: &mut Io<'_>) {
        let soon = at <= io.now + io.config.connect_timeout;
        let set = self.handshake_timer.is_some_and(|earlier| earlier <= at);
        if soon && !set {
            self.handshake_timer = Some(at);
            io.timers.set(at, self.key, Timer::Handshake);
        }
    }

    /// A peer that is lost gets nothing, unless it checks connectivity again (RFC 7675 section 5.1).
    fn lose(&mut self, lost: Lost, io: &mut Io<'_>) {
        self.route = None;
        if self.lost.is_none() {
            self.lost = Some(lost);
            io.events.push(EngineEvent::Lost { call: self.call, side: self.key.side, lost });
        }
    }
}

/// The MID that stream B bears; it is never sent to a leg that has no section for it.
fn far_mid(audio: &AudioSpec) -> &str {
    audio.far_mid.as_deref().unwrap_or_default()
}
