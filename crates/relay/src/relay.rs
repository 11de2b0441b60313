//! The handle on the media threads.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use dimpl::certificate::{CertificateError, generate_self_signed_certificate};
use mio::{Poll, Waker};
use offhook_call::{CallId, ConsumerAudio, LegSample, LegStatistics, Side, Track};
use offhook_media::{
    Answered, Candidate, Captured, Change, DtlsConfig, Engine, EngineConfig, EngineEvent, LegChange, Local, Lost,
    NegotiateError, Sessions, UnknownTrack,
};
use tokio::sync::{mpsc, oneshot};

use crate::address;
use crate::bind::bind_all;
use crate::calls::Calls;
use crate::command::{COMMANDS_MAX, Command};
use crate::config::{RelayConfig, TcpConfig};
use crate::meter::Meter;
use crate::shard::{Shard, WAKER};
use crate::socket::Socket;
use crate::tcp::{Doorman, Entrance, Listener};

/// The running media threads. Dropping it stops them without waiting; [`Self::shutdown`] waits.
///
/// Its methods may be called from async code: a command waits only if [`COMMANDS_MAX`] others do, for the one turn in
/// which the shard takes them.
#[derive(Debug)]
pub struct Relay {
    shards: Vec<Handle>,
    /// `None`: no media over TCP.
    door: Option<Doorman>,
    calls: Calls,
}

/// One shard, seen from outside.
#[derive(Debug)]
struct Handle {
    entrance: Entrance,
    local: Local,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// An offer answered. Nothing is reserved: it may be dropped.
#[derive(Debug)]
pub struct Negotiated {
    /// SDP answer for the party.
    pub answer: String,
    /// The server's own offer for this leg; `None` if the answer says it all, or the other party is not there yet.
    pub offer: Option<String>,
    /// The server's offer that the other party must get because of this; `None` if nothing changes for it, or it is not
    /// there.
    pub far_offer: Option<String>,
    pub change: Prepared,
}

/// Tracks switched on or off. Nothing is reserved: it may be dropped.
#[derive(Debug)]
pub struct Switched {
    /// As in [`Negotiated::far_offer`].
    pub far_offer: Option<String>,
    pub change: Prepared,
}

/// A change of a call's legs that waits for [`Relay::apply`].
#[derive(Debug)]
pub struct Prepared {
    call: CallId,
    change: Change,
}

/// A leg that is open; `lost`: how it was lost, if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLeg {
    pub call: CallId,
    pub side: Side,
    pub lost: Option<Lost>,
}

/// What the relay reports on its own.
#[derive(Debug)]
pub enum Event {
    Media(EngineEvent),
    /// A media thread ended though nobody stopped it, and all its calls with it. The process cannot serve any more.
    ShardFailed {
        shard: usize,
        error: Option<io::Error>,
    },
    /// The thread that accepts media connections ended though nobody stopped it.
    DoorFailed {
        error: Option<io::Error>,
    },
}

/// Where shards report to.
#[derive(Debug, Clone)]
pub(crate) struct Outlets {
    pub(crate) events: mpsc::Sender<Event>,
    /// `None`: nothing is captured.
    pub(crate) captures: Option<mpsc::Sender<Captured>>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot bind the media sockets of shard {shard}")]
    Bind { shard: usize, source: io::Error },
    #[error("cannot list the addresses of this machine")]
    Interfaces(#[source] io::Error),
    #[error("cannot bind the TCP port of media")]
    BindTcp(#[source] io::Error),
    #[error("no address to advertise in candidates")]
    NoAddress,
    #[error("{0} in public_ip or advertise is not the address of a host that peers could reach")]
    NoHost(IpAddr),
    #[error("{0} is in public_ip or advertise, but bind has no address of its family that this machine has")]
    NotBound(IpAddr),
    #[error("the ports of {0} shards do not fit below 65536")]
    PortRange(usize),
    #[error("cannot make a DTLS certificate")]
    Certificate(#[from] CertificateError),
    #[error("cannot set up DTLS")]
    Dtls(#[from] dimpl::Error),
    #[error("cannot start a media thread")]
    Thread(#[source] io::Error),
}

impl Relay {
    /// Binds the sockets and starts the threads. The receiver is where the relay reports; if nobody reads it, only news
    /// is lost, but when it is dropped the threads stop.
    pub fn start(config: RelayConfig) -> Result<(Self, mpsc::Receiver<Event>), StartError> {
        let certificate = generate_self_signed_certificate()?;
        let fingerprint = certificate.fingerprint().try_into().expect("SHA-256 has 32 bytes");
        let engine = EngineConfig {
            connect_timeout: config.connect_timeout,
            silence_timeout: config.silence_timeout,
            offer_timeout: config.offer_timeout,
            bridges_max: config.bridges_per_shard_max,
            ..EngineConfig::new(DtlsConfig::new()?, certificate)
        };
        let (events, receiver) = mpsc::channel(EVENTS_MAX);
        let outlets = Outlets { events: events.clone(), captures: config.captures.clone() };
        let tcp_port = |tcp: &TcpConfig| bind_all::<Listener>(&config.bind, tcp.port).map_err(StartError::BindTcp);
        let listeners = config.tcp.as_ref().map_or(Ok(Vec::new()), tcp_port)?;
        let mut shards = Vec::new();
        for shard in 0..config.shards.get() {
            let sockets = bind_shard(&config, shard)?;
            let local = local(&config, shard, &sockets, &listeners, fingerprint)?;
            shards.push(start_shard(shard, Engine::new(engine.clone()), sockets, local, outlets.clone())?);
        }
        let entrances = shards.iter().map(|shard| shard.entrance.clone()).collect();
        let door = config.tcp.as_ref().map(|tcp| Doorman::start(tcp, listeners, entrances, events));
        let calls = Calls::new(config.bridges_per_shard_max.saturating_mul(shards.len()));
        Ok((Self { shards, door: door.transpose().map_err(StartError::Thread)?, calls }, receiver))
    }

    /// Answers an offer for one side of a call, whose tracks are as given. Pure: no shard hears of it before
    /// [`Self::apply`].
    pub fn negotiate(
        &self,
        call: CallId,
        side: Side,
        offer: &str,
        tracks: &[Track],
        audio: ConsumerAudio,
    ) -> Result<Negotiated, NegotiateError> {
        let local = &self.shard(call).local;
        let negotiate = |sessions: &Sessions| sessions.negotiate(side, offer, tracks, audio, local, &mut rand::rng());
        let Answered { answer, offer, far_offer, change } = self.calls.with(call, negotiate)?;
        Ok(Negotiated { answer, offer, far_offer, change: Prepared { call, change } })
    }

    /// Switches tracks of a party on or off. Pure: no shard hears of it before [`Self::apply`].
    pub fn switch(&self, call: CallId, side: Side, tracks: &[Track]) -> Result<Switched, UnknownTrack> {
        let local = &self.shard(call).local;
        let switched = self.calls.with(call, |sessions| sessions.switch(side, tracks, local))?;
        let change = Prepared { call, change: switched.change };
        Ok(Switched { far_offer: switched.far_offer, change })
    }

    /// Makes a change: opens the leg, and the bridge with its first one, or replaces or changes the side's leg; and
    /// changes the other leg if that follows.
    pub fn apply(&self, prepared: Prepared) {
        let Prepared { call, change } = prepared;
        self.calls.adopt(call, change, |side, change| match change {
            LegChange::Open(leg) => self.command(call, Command::Open { call, side, spec: Box::new(leg) }),
            LegChange::Update(leg) => self.command(call, Command::Update { call, side, spec: Box::new(leg) }),
            LegChange::OfferApplied => {
                self.offer_sent(call, side);
                self.offer_delivered(call, side);
            }
        });
    }

    /// The server's offer is on its way to this side: its own section comes alive.
    pub fn offer_sent(&self, call: CallId, side: Side) {
        self.command(call, Command::OfferSent { call, side });
    }

    /// The server's offer has reached this side.
    pub fn offer_delivered(&self, call: CallId, side: Side) {
        self.command(call, Command::OfferDelivered { call, side });
    }

    /// What this side sends goes no further, so long after its first packet.
    pub fn stop_one_way(&self, call: CallId, side: Side, after: Duration) {
        self.command(call, Command::StopOneWay { call, side, after });
    }

    /// Begins or ends the capture of a call, which may have no leg yet; it ends with the bridge.
    pub fn capture(&self, call: CallId, on: bool) {
        self.command(call, Command::Capture { call, on });
    }

    /// Ends the bridge with both legs, at once. The future, which nobody has to wait for, is how they did; empty if there
    /// was no such bridge.
    pub fn close(&self, call: CallId) -> impl Future<Output = Vec<LegStatistics>> + Send + use<> {
        self.calls.remove(call);
        let (answer, legs) = oneshot::channel();
        self.command(call, Command::Close { call, answer });
        async { legs.await.unwrap_or_default() }
    }

    /// How the legs of a call do, those that were replaced included; empty if there is no such bridge.
    pub async fn statistics(&self, call: CallId) -> Vec<LegStatistics> {
        let (answer, legs) = oneshot::channel();
        self.command(call, Command::Statistics { call, answer });
        legs.await.unwrap_or_default()
    }

    /// How the legs of all calls do, in short; those of a call stand together. A shard is asked for a few at a time, so that
    /// no packet waits long.
    pub async fn samples(&self) -> Vec<(CallId, LegSample)> {
        let mut samples = Vec::new();
        for shard in &self.shards {
            let mut next = Some(0);
            while let Some(from) = next {
                let (answer, some) = oneshot::channel();
                shard.send(Command::Samples { from, answer });
                let (some, rest) = some.await.unwrap_or_default();
                samples.extend(some);
                next = rest;
            }
        }
        samples
    }

    /// All legs of all shards. `None`: a shard is gone, so nobody can say.
    pub async fn legs(&self) -> Option<Vec<OpenLeg>> {
        let ask = |shard: &Handle| {
            let (answer, legs) = oneshot::channel();
            shard.send(Command::Legs { answer });
            legs
        };
        let answers: Vec<_> = self.shards.iter().map(ask).collect();
        let mut legs = Vec::new();
        for answer in answers {
            legs.extend(answer.await.ok()?);
        }
        Some(legs)
    }

    /// Stops the threads and waits for them. All bridges end.
    pub async fn shutdown(&self) {
        let door = self.door.as_ref().and_then(Doorman::stop);
        let threads: Vec<_> = door.into_iter().chain(self.shards.iter().filter_map(Handle::stop)).collect();
        let joined = tokio::task::spawn_blocking(|| threads.into_iter().for_each(|thread| drop(thread.join())));
        if let Err(error) = joined.await {
            tracing::error!(%error, "waiting for the media threads failed");
        }
    }

    /// A call id is random, so calls spread evenly and nobody has to remember where one is.
    fn shard(&self, call: CallId) -> &Handle {
        let [first, ..] = call.0.as_chunks().0 else { unreachable!("a call id has 32 bytes") };
        &self.shards[u64::from_le_bytes(*first) as usize % self.shards.len()]
    }

    fn command(&self, call: CallId, command: Command) {
        self.shard(call).send(command);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.door.as_ref().map(Doorman::stop);
        for shard in &self.shards {
            shard.stop();
        }
    }
}

impl Handle {
    fn send(&self, command: Command) {
        // A shard that is gone has reported it, and its calls are over.
        if self.entrance.commands.send(command).is_ok()
            && let Err(error) = self.entrance.waker.wake()
        {
            tracing::error!(%error, "cannot wake a media thread");
        }
    }

    /// The thread, for the first caller.
    fn stop(&self) -> Option<JoinHandle<()>> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        self.send(Command::Stop);
        Some(thread)
    }
}

fn bind_shard(config: &RelayConfig, shard: usize) -> Result<Vec<Socket>, StartError> {
    let port = match config.port_base {
        0 => 0,
        base => {
            let port = usize::from(base) + shard;
            u16::try_from(port).map_err(|_| StartError::PortRange(config.shards.get()))?
        }
    };
    bind_all(&config.bind, port).map_err(|source| StartError::Bind { shard, source })
}

fn local(
    config: &RelayConfig,
    shard: usize,
    sockets: &[Socket],
    listeners: &[Listener],
    fingerprint: [u8; 32],
) -> Result<Local, StartError> {
    let shard = u16::try_from(shard).map_err(|_| StartError::PortRange(config.shards.get()))?;
    let bound: Vec<IpAddr> = sockets.iter().map(|socket| socket.local().ip()).collect();
    let advertised = address::advertised(config, &bound)?;
    let udp = address::candidates(&advertised, sockets, Candidate::Udp);
    let candidates: Vec<_> = udp.chain(address::candidates(&advertised, listeners, Candidate::Tcp)).collect();
    if candidates.is_empty() {
        return Err(StartError::NoAddress);
    }
    Ok(Local { candidates, fingerprint, shard, opus_fmtp: config.opus_fmtp.clone() })
}

fn start_shard(
    number: usize,
    engine: Engine,
    sockets: Vec<Socket>,
    local: Local,
    outlets: Outlets,
) -> Result<Handle, StartError> {
    let poll = Poll::new().map_err(StartError::Thread)?;
    let waker = Arc::new(Waker::new(poll.registry(), WAKER).map_err(StartError::Thread)?);
    let (commands, receiver) = std::sync::mpsc::sync_channel(COMMANDS_MAX);
    let meter = Meter::new(Instant::now(), number);
    let shard =
        Shard::new(number, engine, poll, sockets, receiver, outlets.clone(), meter).map_err(StartError::Thread)?;
    let thread = std::thread::Builder::new()
        .name(format!("shard-{number}"))
        .spawn(move || watch(number, shard, &outlets.events))
        .map_err(StartError::Thread)?;
    Ok(Handle { entrance: Entrance { commands, waker }, local, thread: Mutex::new(Some(thread)) })
}

/// Runs the shard and reports an end that nobody asked for.
fn watch(number: usize, shard: Shard, events: &mpsc::Sender<Event>) {
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shard.run()));
    let error = match ended {
        Ok(Ok(())) => return,
        Ok(Err(error)) => Some(error),
        Err(_) => None,
    };
    // If nobody listens any more, the process is about to end anyway.
    let _ = events.blocking_send(Event::ShardFailed { shard: number, error });
}

/// Reports that wait for their reader.
const EVENTS_MAX: usize = 4096;
