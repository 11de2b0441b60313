use axum::http::HeaderValue;
use serde::Deserialize;
use url::Url;

/// An origin as browsers send it: `https://shop.example`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

/// The text is no origin.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no origin: write scheme and host, and the port if it is not the scheme's own: \"https://shop.example\""
)]
pub struct NoOrigin(String);

impl Origin {
    pub(super) fn is(&self, sent: &HeaderValue) -> bool {
        self.0.as_bytes() == sent.as_bytes()
    }
}

impl TryFrom<String> for Origin {
    type Error = NoOrigin;

    fn try_from(text: String) -> Result<Self, NoOrigin> {
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        // Browsers send it as the URL standard writes it; whatever else a text has is not part of it.
        match url.map(|url| url.origin().ascii_serialization()) {
            Some(origin) if text.trim_end_matches('/').eq_ignore_ascii_case(&origin) => Ok(Self(origin)),
            Some(_) | None => Err(NoOrigin(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_host_and_port_are_an_origin() {
        let origin = |text: &str| Origin::try_from(text.to_owned()).map(|origin| origin.0).ok();
        assert_eq!(origin("https://Shop.example/").as_deref(), Some("https://shop.example"));
        assert_eq!(origin("http://[::1]:8080").as_deref(), Some("http://[::1]:8080"));
        for text in ["", "shop.example", "*", "null", "https://a.example/b", "https://u@a.example", "ftp://a.example"] {
            assert_eq!(origin(text), None, "{text:?}");
        }
    }
}
