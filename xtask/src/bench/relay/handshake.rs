//! What a DTLS handshake costs a server that does nothing else: the library against itself, in memory.
//!
//! Machines differ by a factor of two in it, so a set-up's cost says little without it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dimpl::{Config, Dtls, DtlsCertificate, Output};

use super::cpu;

pub(super) struct Handshakes {
    config: Arc<Config>,
    certificate: DtlsCertificate,
}

impl Handshakes {
    pub(super) fn new() -> anyhow::Result<Self> {
        let config = Config::builder().use_server_cookie(false).build()?;
        let certificate = dimpl::certificate::generate_self_signed_certificate()?;
        Ok(Self { config: Arc::new(config), certificate })
    }

    /// CPU time of the server in one handshake of DTLS 1.2, which the bench's parties speak.
    pub(super) fn cost(&self) -> anyhow::Result<Duration> {
        (0..COUNT).map(|_| self.shake()).sum::<anyhow::Result<Duration>>().map(|spent| spent / COUNT)
    }

    fn shake(&self) -> anyhow::Result<Duration> {
        let now = Instant::now();
        let mut client = Dtls::new_12(self.config.clone(), self.certificate.clone(), now);
        client.set_active(true);
        client.handle_timeout(now)?;
        let before = cpu::spent_here()?;
        let mut server = Dtls::new_12(self.config.clone(), self.certificate.clone(), now);
        let mut spent = cpu::spent_here()? - before;
        let mut flight = drain(&mut client).sent;
        while !flight.is_empty() {
            let before = cpu::spent_here()?;
            let Drained { sent, connected } = handle(&mut server, now, &flight)?;
            spent += cpu::spent_here()? - before;
            let answered = handle(&mut client, now, &sent)?;
            if connected && answered.connected {
                return Ok(spent);
            }
            flight = answered.sent;
        }
        anyhow::bail!("the handshake stopped")
    }
}

#[derive(Default)]
struct Drained {
    sent: Vec<Vec<u8>>,
    connected: bool,
}

fn handle(end: &mut Dtls, now: Instant, datagrams: &[Vec<u8>]) -> anyhow::Result<Drained> {
    let mut all = Drained::default();
    for datagram in datagrams {
        end.handle_timeout(now)?;
        end.handle_packet(datagram)?;
        let Drained { sent, connected } = drain(end);
        all.sent.extend(sent);
        all.connected |= connected;
    }
    Ok(all)
}

fn drain(end: &mut Dtls) -> Drained {
    let (mut drained, mut buffer) = (Drained::default(), [0; DATAGRAM_LEN_MAX]);
    loop {
        match end.poll_output(&mut buffer) {
            Output::Packet(datagram) => drained.sent.push(datagram.to_vec()),
            Output::Connected => drained.connected = true,
            Output::Timeout(_) => return drained,
            _ => {}
        }
    }
}

const COUNT: u32 = 500;
const DATAGRAM_LEN_MAX: usize = 2048;
