//! Ids as types: what Graph writes as a decimal string, and the call id.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is no id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

macro_rules! graph_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
                match text.parse() {
                    Ok(number) if canonical => Ok(Self(number)),
                    _ => Err(InvalidId),
                }
            }
        }

        text_serde!($name);
    };
}

macro_rules! text_serde {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

graph_id! {
    /// An agent: a person who answers at the built-in desk. A decimal number as text, as of apps.
    AgentId
}
graph_id! {
    /// An app: acts for Pages, owns calls, receives webhooks. A decimal number as text, as in Graph.
    AppId
}
graph_id! {
    /// A Page: the business's identity.
    PageId
}
graph_id! {
    /// A consumer as one Page knows it (page-scoped id).
    Psid
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let encoded = text.strip_prefix($prefix).ok_or(InvalidId)?;
                let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| InvalidId)?;
                Ok(Self(bytes.try_into().map_err(|_| InvalidId)?))
            }
        }

        text_serde!($name);
    };
}

random_id! {
    /// A call: `c_` and 32 random bytes in base64url, unguessable.
    CallId, "c_"
}
random_id! {
    /// An entry of a consumer's thread, Graph's message id: `m_` and 32 random bytes in base64url.
    EntryId, "m_"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_print() {
        let call = CallId([7; 32]);
        assert_eq!(call.to_string().parse(), Ok(call));
        assert_eq!(PageId(1044000000001).to_string().parse(), Ok(PageId(1044000000001)));
    }

    #[test]
    fn text_that_is_no_id_is_refused() {
        for text in ["", "me", "-1", "+5", "01", "1044x", "99999999999999999999999"] {
            assert_eq!(text.parse::<PageId>(), Err(InvalidId), "{text}");
        }
        for text in ["", "c_", "c_AAAA", "AAAA", "c_!!!"] {
            assert_eq!(text.parse::<CallId>(), Err(InvalidId), "{text}");
        }
        assert_eq!(CallId([7; 32]).to_string().parse::<EntryId>(), Err(InvalidId));
    }
}
