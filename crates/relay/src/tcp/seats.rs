//! How many connections there may be.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections of a relay are bounded together, and for each address. The lock is taken when one begins or ends.
#[derive(Debug, Clone)]
pub(crate) struct Seats {
    max: usize,
    per_address_max: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One connection's place; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    address: IpAddr,
    taken: Arc<Mutex<Taken>>,
}

/// Why there is no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoSeat {
    /// All are taken.
    Full,
    /// One address has too many.
    AddressFull,
}

impl Seats {
    pub(crate) fn new(max: usize, per_address_max: usize) -> Self {
        Self { max, per_address_max, taken: Arc::default() }
    }

    pub(crate) fn take(&self, address: IpAddr) -> Result<Seat, NoSeat> {
        let address = host(address);
        let mut taken = lock(&self.taken);
        if taken.all >= self.max {
            return Err(NoSeat::Full);
        }
        if taken.by_address.get(&address).is_some_and(|count| *count >= self.per_address_max) {
            return Err(NoSeat::AddressFull);
        }
        taken.all += 1;
        *taken.by_address.entry(address).or_default() += 1;
        Ok(Seat { address, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all -= 1;
        if let Some(count) = taken.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    // Counts change together or not at all.
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A host has all addresses of an IPv6 /64 (RFC 4291 section 2.5.4), so they count as one.
fn host(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn seats_are_bounded_together_and_for_each_host_and_come_back() {
        let seats = Seats::new(4, 2);
        let first = seats.take(ip("2001:db8::1")).expect("free");
        let _second = seats.take(ip("2001:db8::2:0:0:1")).expect("free");
        assert_eq!(seats.take(ip("2001:db8::3")).expect_err("one /64 is one host"), NoSeat::AddressFull);
        let _third = seats.take(ip("2001:db8:0:1::1")).expect("another host");
        let _fourth = seats.take(ip("192.0.2.1")).expect("another host");
        assert_eq!(seats.take(ip("192.0.2.2")).expect_err("all are taken"), NoSeat::Full);
        drop(first);
        let _fifth = seats.take(ip("2001:db8::3")).expect("free again");
        assert_eq!(seats.take(ip("192.0.2.2")).expect_err("all are taken"), NoSeat::Full);
    }
}
