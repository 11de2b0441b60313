//! SRTP and SRTCP (RFC 3711, RFC 7714) for the profiles that DTLS-SRTP negotiates here (RFC 5764).
//!
//! A leg has one [`OpenContext`] (what its peer sends) and one [`SealContext`] (what we send to it), built from the
//! [`MasterKey`]s of [`MasterKey::pair_from_dtls`]. What differs per SSRC is kept by the caller: a [`StreamIndex`] per
//! received RTP stream and a [`ReplayWindow`] per received RTCP sender, both changed only by an authentic packet, so
//! the caller adds one to its table only after a packet was opened with it. Everything works in place, without
//! allocation; the state of a leg is inline and compact because thousands of legs take turns in the cache.
//!
//! To add a profile: a variant of [`Profile`] and a cipher module beside `gcm` and `aes_cm`.

mod aes_cm;
mod context;
mod gcm;
mod index;
mod keys;

pub(crate) use context::{OpenContext, OpenError, SealContext};
pub(crate) use index::{ReplayWindow, StreamIndex};
pub(crate) use keys::MasterKey;
pub use keys::Profile;

#[cfg(test)]
mod hex;
#[cfg(test)]
mod tests;
