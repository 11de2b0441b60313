use std::fmt;

use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use serde::Deserialize;

/// What stands before every path of this server: nothing, or `/calling`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct BasePath(String);

/// The text is no base path.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no base path: it begins with /, does not end with it, and has letters, digits, `-`, `_` and `.` between"
)]
pub struct NoBasePath(String);

impl BasePath {
    /// The path and query below it; `None`: the path is not below it.
    pub(super) fn strip(&self, uri: &Uri) -> Option<Uri> {
        let below = uri.path().strip_prefix(&self.0)?;
        if !below.is_empty() && !below.starts_with('/') {
            return None;
        }
        let root = if below.is_empty() { "/" } else { "" };
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(format!("{root}{below}{query}")).ok()?);
        Uri::from_parts(parts).ok()
    }

    /// What cookies and links of the whole server name.
    pub(crate) fn root(&self) -> &str {
        if self.0.is_empty() { "/" } else { &self.0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for BasePath {
    type Error = NoBasePath;

    fn try_from(text: String) -> Result<Self, NoBasePath> {
        let plain = |segment: &str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !segment.bytes().all(|byte| byte == b'.') && segment.bytes().all(known)
        };
        let sound = match text.strip_prefix('/') {
            Some(segments) => segments.split('/').all(plain),
            None => text.is_empty(),
        };
        if sound { Ok(Self(text)) } else { Err(NoBasePath(text)) }
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_plain_segments_are_base_paths() {
        for text in ["", "/calling", "/a/b-c_d.e", "/v1"] {
            assert!(BasePath::try_from(text.to_owned()).is_ok(), "{text:?}");
        }
        for text in ["/", "calling", "/calling/", "//a", "/a//b", "/a b", "/..", "/a/./b", "/é", "/a?b", "/{a}"] {
            assert!(BasePath::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_below_keeps_its_query() {
        let base = BasePath::try_from("/calling".to_owned()).unwrap();
        let below = |uri: &str| base.strip(&uri.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(below("/calling/v1/calls?a=b").as_deref(), Some("/v1/calls?a=b"));
        assert_eq!(below("/calling?a=b").as_deref(), Some("/?a=b"));
        assert_eq!(below("/calling/").as_deref(), Some("/"));
        assert_eq!(below("https://here.example/calling/a").as_deref(), Some("https://here.example/a"));
        assert_eq!(below("/callings/a"), None);
        assert_eq!(below("/a"), None);
    }
}
