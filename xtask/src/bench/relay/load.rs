//! The load: parties that connect, and a closed window of their packets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::ensure;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

use super::party::Party;
use super::wire::Wire;

/// A packet and the party that sends it.
pub(super) type Sealed = (usize, Vec<u8>);

/// Adds parties until there are `count`: answers every party's offer and lets them connect.
pub(super) fn connect(
    wire: &mut Wire,
    parties: &mut Vec<Party>,
    count: usize,
    mut answer: impl FnMut(usize, &str) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    for first in (parties.len()..count).step_by(AT_ONCE) {
        for number in first..count.min(first + AT_ONCE) {
            let (mut party, offer) = Party::new(Instant::now(), wire.address(number))?;
            party.accept(&answer(number, &offer)?)?;
            parties.push(party);
        }
        finish_handshakes(wire, &mut parties[first..], first)?;
    }
    Ok(())
}

/// Lets these parties connect, the first of which has this number.
pub(crate) fn finish_handshakes(wire: &mut Wire, parties: &mut [Party], first: usize) -> anyhow::Result<()> {
    let deadline = Instant::now() + CONNECT_WITHIN;
    while parties.iter().any(|party| !party.connected) {
        ensure!(Instant::now() < deadline, "the parties did not connect");
        for (number, party) in parties.iter_mut().enumerate() {
            party.tick(Instant::now())?;
            send_all(wire, first + number, party)?;
        }
        // A late answer to one who is connected already is nobody's any more.
        while wire.receive(|number, from, datagram| match number.checked_sub(first) {
            Some(number) => parties[number].receive(from, datagram),
            None => Ok(()),
        })? > 0
        {}
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Sends what a party has to send.
pub(crate) fn send_all(wire: &Wire, number: usize, party: &mut Party) -> anyhow::Result<()> {
    while let Some((destination, datagram)) = party.poll_transmit() {
        wire.send(number, destination, &datagram)?;
    }
    Ok(())
}

/// The next packets of all parties: one of each in an order of chance, then one of each in another. So nothing can be
/// guessed from the last packet about the next one, as on a network.
pub(super) fn seal(parties: &mut [Party], each: usize, chance: &mut StdRng) -> anyhow::Result<VecDeque<Sealed>> {
    let mut packets = VecDeque::with_capacity(parties.len() * each);
    let mut order: Vec<usize> = (0..parties.len()).collect();
    for _ in 0..each {
        order.shuffle(chance);
        for &number in &order {
            packets.push_back((number, parties[number].next_packet()?));
        }
    }
    Ok(packets)
}

/// Sends the packets to `destination`, never more than a window ahead of what comes back; all must. While it waits it
/// sleeps, so that the one under test has the CPU that they share, and finds its queue full.
pub(super) fn flood(
    wire: &mut Wire,
    mut packets: VecDeque<Sealed>,
    destination: SocketAddr,
    mut each: impl FnMut(usize, SocketAddr, &[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut outstanding = 0;
    while !packets.is_empty() {
        for (number, packet) in packets.drain(..WINDOW.min(packets.len())) {
            wire.send(number, destination, &packet)?;
            outstanding += 1;
        }
        let deadline = Instant::now() + RETURN_WITHIN;
        while outstanding > 0 {
            ensure!(Instant::now() < deadline, "{outstanding} packets of a window were lost");
            std::thread::sleep(PAUSE);
            loop {
                let count = wire.receive(&mut each)?;
                outstanding -= count;
                if count == 0 {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Datagrams on their way. Below what the smallest default socket buffer holds.
const WINDOW: usize = 192;
/// Parties that shake hands at the same time; a slow machine does not make their time-outs fire.
pub(crate) const AT_ONCE: usize = 20;
const CONNECT_WITHIN: Duration = Duration::from_secs(30);
const RETURN_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_micros(200);
