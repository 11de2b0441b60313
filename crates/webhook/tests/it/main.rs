//! Deliveries against real receivers on loopback, which fail in every way that section 7 of the contract names.

mod delivery;
mod failing;
mod faults;
mod handshake;
mod hostile;
mod listening;
mod receiver;
mod running;
mod signature;
mod world;
