use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A length of time as people write it: "500ms", "60s", "15m", "4h", "7d".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_duration(&text)
            .map(Self)
            .map_err(|error| serde::de::Error::custom(format!("{text:?}: {error}")))
    }
}
