use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A length of time as people write it: "500ms", "60s", "15m", "4h", "7d".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub Duration);

/// A length of time, or "never".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrNever(pub Option<Duration>);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(&String::deserialize(deserializer)?).map(Self)
    }
}

impl<'de> Deserialize<'de> for OrNever {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "never" => Ok(Self(None)),
            text => parse(text).map(|span| Self(Some(span))),
        }
    }
}

fn parse<E: serde::de::Error>(text: &str) -> Result<Duration, E> {
    humantime::parse_duration(text).map_err(|error| E::custom(format!("{text:?}: {error}")))
}
