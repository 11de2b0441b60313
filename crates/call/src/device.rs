use std::fmt;

use serde::{Deserialize, Serialize};

/// One connected client of a consumer or an agent (a browser tab, a simulated consumer). Chosen by the client, so that it
/// can come back under the same name after its connection broke; meaningful only together with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceId(String);

/// Longest device id, in bytes.
const MAX_LEN: usize = 64;

/// A device id that is empty, too long, or has characters outside `A-Z a-z 0-9 - _`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a device id has 1 to 64 characters of A-Z, a-z, 0-9, '-' and '_'")]
pub struct InvalidDeviceId;

impl TryFrom<String> for DeviceId {
    type Error = InvalidDeviceId;

    fn try_from(text: String) -> Result<Self, InvalidDeviceId> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if text.is_empty() || text.len() > MAX_LEN || !text.bytes().all(allowed) {
            return Err(InvalidDeviceId);
        }
        Ok(Self(text))
    }
}

impl From<DeviceId> for String {
    fn from(id: DeviceId) -> String {
        id.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
