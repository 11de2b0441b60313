//! Graph API versions, the first segment of a path.

use std::fmt;
use std::str::FromStr;

/// A version of the Graph API that is served: v17.0 or later (contract section 1). All behave the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GraphVersion {
    major: u16,
    minor: u16,
}

/// Written like a version, but of an API that is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a served version of the Graph API")]
pub struct UnsupportedVersion;

impl GraphVersion {
    /// What an unversioned path means.
    pub const LATEST: Self = Self { major: 26, minor: 0 };
    const OLDEST: Self = Self { major: 17, minor: 0 };

    /// Whether a path's first segment is meant as a version: `v`, then a digit.
    pub fn is_meant_by(segment: &str) -> bool {
        segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }
}

impl FromStr for GraphVersion {
    type Err = UnsupportedVersion;

    fn from_str(segment: &str) -> Result<Self, UnsupportedVersion> {
        let numbers = segment.strip_prefix('v').and_then(|rest| rest.split_once('.')).ok_or(UnsupportedVersion)?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        match (digits(numbers.0), digits(numbers.1)) {
            (Some(major), Some(minor)) if (Self { major, minor }) >= Self::OLDEST => Ok(Self { major, minor }),
            (Some(_) | None, Some(_) | None) => Err(UnsupportedVersion),
        }
    }
}

impl fmt::Display for GraphVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventeen_and_later_are_served() {
        for text in ["v17.0", "v20.0", "v26.0", "v27.0"] {
            assert_eq!(text.parse::<GraphVersion>().unwrap().to_string(), text);
        }
        for text in ["v16.0", "v2.12", "v26", "v26.", "v.0", "v26.0.1", "v+26.0", "v99999.0", "26.0", "v26.x"] {
            assert_eq!(text.parse::<GraphVersion>(), Err(UnsupportedVersion), "{text}");
        }
    }
}
