//! Connectivity checks as a peer makes them.

use hmac::{Hmac, KeyInit, Mac};
use is::stun::{StunMessage, StunMessageBuilder, TransId};
use offhook_media::LegSpec;
use sha1::Sha1;

/// An authentic check, which the leg must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// The leg can be reached where it came from.
    Path,
    /// The peer must first learn that it controls.
    RoleConflict,
}

/// `None` if the datagram is no check that the leg must answer.
pub(crate) fn authentic(datagram: &[u8], leg: &LegSpec) -> Option<Check> {
    let request = StunMessage::parse(datagram).ok()?;
    let is_authentic = request.is_binding_request()
        && request.split_username() == Some((&leg.local_ice.ufrag, &leg.remote_ice.ufrag))
        && request.verify(leg.local_ice.pwd.as_bytes(), hmac_sha1);
    let check = if request.ice_controlled().is_some() { Check::RoleConflict } else { Check::Path };
    is_authentic.then_some(check)
}

pub(crate) fn check(username: &str, pwd: &str, nominates: bool, is_controlled: bool, priority: u32) -> Vec<u8> {
    let builder = StunMessageBuilder::new().binding().request().username(username).prio(priority);
    let builder = if nominates { builder.use_candidate() } else { builder };
    let builder = if is_controlled { builder.ice_controlled(1) } else { builder.ice_controlling(1) };
    let mut bytes = vec![0; 512];
    let len = builder.build(TransId::new()).to_bytes(Some(pwd.as_bytes()), &mut bytes, hmac_sha1).expect("it fits");
    bytes.truncate(len);
    bytes
}

/// A message to the leg with any attributes, signed as the leg wants it (RFC 8489 section 14.5).
pub(crate) fn signed(leg: &LegSpec, attributes: &[u8]) -> Vec<u8> {
    let username = format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag);
    let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
    message.extend_from_slice(&[0; 12]);
    append(&mut message, 6, username.as_bytes());
    message.extend_from_slice(&attributes[..attributes.len() - attributes.len() % 4]);
    let len = message.len() - HEADER_LEN + INTEGRITY_LEN;
    message[2..4].copy_from_slice(&(len as u16).to_be_bytes());
    let integrity = hmac_sha1(leg.local_ice.pwd.as_bytes(), &[&message]);
    append(&mut message, 8, &integrity);
    message
}

fn append(message: &mut Vec<u8>, kind: u16, value: &[u8]) {
    message.extend_from_slice(&kind.to_be_bytes());
    message.extend_from_slice(&(value.len() as u16).to_be_bytes());
    message.extend_from_slice(value);
    message.resize(message.len().next_multiple_of(4), 0);
}

fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

const HEADER_LEN: usize = 20;
const INTEGRITY_LEN: usize = 24;
