//! One port on several addresses.

use std::io;
use std::net::{IpAddr, SocketAddr};

/// What is bound to an address.
pub(crate) trait Bound: Sized {
    /// Port 0 lets the system choose.
    fn bind(address: SocketAddr) -> io::Result<Self>;

    fn address(&self) -> SocketAddr;
}

/// Binds each address, on the same port if that can be had. An address whose family the machine lacks is left out.
pub(crate) fn bind_all<T: Bound>(addresses: &[IpAddr], port: u16) -> io::Result<Vec<T>> {
    let mut attempts = if port == 0 { SAME_PORT_ATTEMPTS } else { 1 };
    loop {
        attempts -= 1;
        match bind_on_one_port(addresses, port) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts > 0 => {}
            result => return result,
        }
    }
}

fn bind_on_one_port<T: Bound>(addresses: &[IpAddr], port: u16) -> io::Result<Vec<T>> {
    let mut all: Vec<T> = Vec::new();
    let mut missing = None;
    for address in addresses {
        let port = all.first().map_or(port, |first| first.address().port());
        match T::bind(SocketAddr::new(*address, port)) {
            Ok(bound) => all.push(bound),
            Err(error) if is_missing_family(&error) => missing = Some(error),
            Err(error) => return Err(error),
        }
    }
    match (all.is_empty(), missing) {
        (true, Some(error)) => Err(error),
        (_, _) => Ok(all),
    }
}

fn is_missing_family(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(EAFNOSUPPORT)
}

/// "Address family not supported": Linux without IPv6. `std` has no kind for it.
const EAFNOSUPPORT: i32 = 97;
/// How often to ask the system for a port that all addresses have free.
const SAME_PORT_ATTEMPTS: u32 = 16;
