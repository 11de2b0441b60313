//! The parties' sockets: a few threads, each with many parties.
//!
//! Each party has a socket of its own, since nothing else tells datagrams of one server to two parties apart.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSocketState};
use tokio::sync::mpsc::{self, error::TryRecvError};

use super::hearing::Hearing;
use super::leg::{Command, Leg, LegError, News};
use super::party::{Moment, Output, Party};
use super::stamp::{Side, Speaker, Voice};
use super::times::Times;

/// Threads that carry parties; they end with this.
pub(super) struct Media {
    threads: Vec<Handle>,
    next: AtomicUsize,
}

/// What a thread is reached by.
#[derive(Clone)]
pub(super) struct Handle {
    commands: mpsc::Sender<Command>,
    waker: Arc<Waker>,
}

/// What all parties counted.
#[derive(Debug, Clone)]
pub(super) struct MediaTimes {
    /// From when a packet was said until it reached the socket of the one who heard it.
    pub(super) to_business: Times,
    pub(super) to_consumer: Times,
    /// How much after its time each packet was said.
    pub(super) late: Times,
    /// Datagrams that this machine did not send.
    pub(super) unsent: u64,
}

/// Commands that may wait for a thread.
const COMMANDS_MAX: usize = 1024;

impl Media {
    /// `local_ip`: the address to bind and to offer as the only candidate.
    pub(super) fn start(local_ip: IpAddr, threads: usize) -> io::Result<Self> {
        let voice = Arc::new(Voice::encode());
        let start = |number| Thread::start(number, local_ip, Arc::clone(&voice));
        Ok(Self { threads: (0..threads.max(1)).map(start).collect::<io::Result<_>>()?, next: AtomicUsize::new(0) })
    }

    /// A new party, and its offer.
    pub(super) async fn open(&self, speaker: Speaker, partner: Option<Speaker>) -> Result<(Leg, String), LegError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let thread = self.threads[turn % self.threads.len()].clone();
        Leg::open(thread, speaker, partner).await
    }

    /// What was counted so far.
    pub(super) async fn times(self: Arc<Self>) -> Result<MediaTimes, LegError> {
        let mut all = MediaTimes::new();
        for thread in &self.threads {
            all.add(&thread.ask(|done| Command::Times { done }).await?);
        }
        Ok(all)
    }
}

impl Handle {
    pub(super) async fn tell(&self, command: Command) -> Result<(), LegError> {
        self.commands.send(command).await.map_err(|_| LegError::Gone)?;
        self.waker.wake().map_err(LegError::Io)
    }

    /// Gives up a party that nobody holds any more.
    pub(super) fn forget(&self, party: usize) {
        // If the queue is full, the party talks to itself until its thread ends; that wastes a socket and no result.
        if self.commands.try_send(Command::Close { party, done: None }).is_ok() {
            let _ = self.waker.wake();
        }
    }
}

impl MediaTimes {
    fn new() -> Self {
        Self { to_business: Times::new(), to_consumer: Times::new(), late: Times::new(), unsent: 0 }
    }

    fn add(&mut self, other: &Self) {
        self.to_business.add(&other.to_business);
        self.to_consumer.add(&other.to_consumer);
        self.late.add(&other.late);
        self.unsent += other.unsent;
    }
}

struct Thread {
    poll: Poll,
    commands: mpsc::Receiver<Command>,
    local_ip: IpAddr,
    voice: Arc<Voice>,
    seats: HashMap<usize, Seat>,
    next_seat: usize,
    /// By time. An entry that is not its party's `wake` is stale.
    wakes: BinaryHeap<Reverse<(Instant, usize)>>,
    buffers: Vec<Vec<u8>>,
    times: MediaTimes,
}

/// One party and its socket.
struct Seat {
    party: Party,
    side: Side,
    socket: mio::net::UdpSocket,
    state: UdpSocketState,
    news: mpsc::Sender<(News, Instant)>,
    wake: Option<Instant>,
}

/// The kernel joins up to 64 KiB of datagrams (UDP GRO).
const DATAGRAMS_LEN_MAX: usize = 1 << 16;
const EVENTS_MAX: usize = 1024;
const WAKER: Token = Token(usize::MAX);

impl Thread {
    fn start(number: usize, local_ip: IpAddr, voice: Arc<Voice>) -> io::Result<Handle> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let (told, commands) = mpsc::channel(COMMANDS_MAX);
        let thread = Self {
            poll,
            commands,
            local_ip,
            voice,
            seats: HashMap::new(),
            next_seat: 0,
            wakes: BinaryHeap::new(),
            buffers: vec![vec![0; DATAGRAMS_LEN_MAX]; BATCH_SIZE],
            times: MediaTimes::new(),
        };
        std::thread::Builder::new().name(format!("load-{number}")).spawn(move || thread.run())?;
        Ok(Handle { commands: told, waker })
    }

    /// Runs until nobody can tell it anything any more.
    fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS_MAX);
        loop {
            if let Err(error) = self.poll.poll(&mut events, self.until_wake())
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "a thread of the load cannot wait for datagrams");
                return;
            }
            loop {
                match self.commands.try_recv() {
                    Ok(command) => self.obey(command),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
            }
            for event in events.iter().filter(|event| event.token() != WAKER) {
                self.receive(event.token().0);
            }
            self.wake_due();
        }
    }

    fn until_wake(&self) -> Option<Duration> {
        let Reverse((at, _)) = self.wakes.peek()?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    fn obey(&mut self, command: Command) {
        // Whoever asked and went away does not need the answer.
        match command {
            Command::Open { speaker, partner, news, done } => {
                let _ = done.send(self.open(speaker, partner, news));
            }
            Command::Answer { party, sdp, done } => {
                let applied = self.seats.get_mut(&party).map(|seat| seat.party.apply_answer(&sdp));
                self.settle(party);
                let _ = done.send(applied.unwrap_or(Ok(())));
            }
            Command::Offer { party, sdp, done } => {
                let applied = self.seats.get_mut(&party).map(|seat| seat.party.apply_offer(&sdp));
                self.settle(party);
                let _ = done.send(applied.unwrap_or(Ok(())));
            }
            Command::Hush { party } => {
                if let Some(seat) = self.seats.get_mut(&party) {
                    seat.party.hush();
                }
                self.settle(party);
            }
            Command::Close { party, done } => {
                let counts = self.close(party);
                if let Some((done, counts)) = done.zip(counts) {
                    let _ = done.send(counts);
                }
            }
            Command::Times { done } => {
                let _ = done.send(self.times.clone());
            }
        }
    }

    fn open(
        &mut self,
        speaker: Speaker,
        partner: Option<Speaker>,
        news: mpsc::Sender<(News, Instant)>,
    ) -> io::Result<(usize, String)> {
        let socket = UdpSocket::bind((self.local_ip, 0))?;
        let state = UdpSocketState::new((&socket).into())?;
        let local = socket.local_addr()?;
        let mut socket = mio::net::UdpSocket::from_std(socket);
        let party = self.next_seat;
        self.next_seat += 1;
        self.poll.registry().register(&mut socket, Token(party), Interest::READABLE)?;
        let (seated, offer) = Party::new(speaker, partner, Arc::clone(&self.voice), local, Instant::now());
        let seat = Seat { party: seated, side: speaker.side, socket, state, news, wake: None };
        self.seats.insert(party, seat);
        self.settle(party);
        Ok((party, offer))
    }

    /// What the party said and heard in all; `None` if it is gone already.
    fn close(&mut self, party: usize) -> Option<(u32, Hearing)> {
        self.seats.get_mut(&party)?.party.hang_up();
        self.settle(party);
        let mut seat = self.seats.remove(&party)?;
        if let Err(error) = self.poll.registry().deregister(&mut seat.socket) {
            tracing::debug!(%error, "a socket was not watched any more");
        }
        let (said, hearing) = seat.party.counts();
        Some((said, hearing.clone()))
    }

    fn receive(&mut self, party: usize) {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        loop {
            let Some(seat) = self.seats.get_mut(&party) else { return };
            let mut buffers = self.buffers.iter_mut();
            let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
                std::array::from_fn(|_| IoSliceMut::new(buffers.next().expect("there are BATCH_SIZE buffers")));
            // An error is that nothing more is there, or an ICMP answer to something sent; ICE notices what matters of it.
            let Ok(filled) = seat.state.recv((&seat.socket).into(), &mut slices, &mut metas) else { break };
            let now = Moment::now();
            for (meta, buffer) in metas.iter().zip(&self.buffers).take(filled) {
                let arrived = meta.timestamp.unwrap_or(now.since_epoch);
                for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                    seat.party.handle_datagram(now, arrived, meta.addr, datagram);
                }
            }
            if filled < BATCH_SIZE {
                break;
            }
        }
        self.settle(party);
    }

    /// Each party at most once, so that those who are late do not keep the thread from what arrives and what it is told.
    fn wake_due(&mut self) {
        for _ in 0..self.seats.len() {
            let now = Moment::now();
            let Some(Reverse((at, party))) = self.wakes.peek().copied().filter(|Reverse((at, _))| *at <= now.at) else {
                return;
            };
            self.wakes.pop();
            if let Some(seat) = self.seats.get_mut(&party).filter(|seat| seat.wake == Some(at)) {
                seat.wake = None;
                seat.party.handle_timeout(now);
                self.settle(party);
            }
        }
    }

    /// Does all that the party asks for, until it wants to be woken.
    fn settle(&mut self, party: usize) {
        let Some(seat) = self.seats.get_mut(&party) else { return };
        let now = Moment::now();
        loop {
            match seat.party.poll(now) {
                Output::Transmit(transmit) => {
                    let sent = send(&seat.socket, &transmit.contents, transmit.destination);
                    self.times.unsent += u64::from(!sent);
                }
                Output::News(news) => {
                    // A full queue belongs to nobody who reads it.
                    let _ = seat.news.try_send((news, now.at));
                }
                Output::Said { late } => self.times.late.record(late),
                Output::Heard { delay } => match seat.side {
                    Side::Business => self.times.to_business.record(delay),
                    Side::Consumer => self.times.to_consumer.record(delay),
                },
                Output::Wake(at) if seat.wake == Some(at) => return,
                Output::Wake(at) => {
                    seat.wake = Some(at);
                    self.wakes.push(Reverse((at, party)));
                    return;
                }
            }
        }
    }
}

/// Whether the system took the datagram.
fn send(socket: &mio::net::UdpSocket, contents: &[u8], destination: SocketAddr) -> bool {
    match socket.send_to(contents, destination) {
        Ok(_) => true,
        // An ICMP answer to an earlier datagram; this one may be tried once more.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => socket.send_to(contents, destination).is_ok(),
        Err(error) => {
            tracing::debug!(%error, %destination, "datagram not sent");
            false
        }
    }
}
