use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Site, Visit};

/// Whose page makes a request, as browsers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A page of this server, or the person at the browser.
    Own,
    /// A page of another origin that is allowed to open WebSockets here.
    Allowed,
    /// Any other page.
    Foreign,
    /// No browser: those tell.
    NoBrowser,
}

impl Sender {
    /// Fetch Metadata is the browser's own comparison, which no proxy disturbs. WebSockets and old browsers come without it:
    /// then the host of `Origin` must be the one that was asked.
    pub(crate) fn of(headers: &HeaderMap, visit: &Visit, site: &Site) -> Self {
        let origin = headers.get(header::ORIGIN);
        let is_allowed = || origin.is_some_and(|sent| site.origins.iter().any(|allowed| allowed.is(sent)));
        let is_own = match (headers.get(SEC_FETCH_SITE), origin) {
            (Some(relation), _) => relation == "same-origin" || relation == "none",
            (None, Some(origin)) => is_own(origin, visit),
            (None, None) => return Self::NoBrowser,
        };
        match is_own {
            true => Self::Own,
            false if is_allowed() => Self::Allowed,
            false => Self::Foreign,
        }
    }
}

/// Over HTTPS, a page that came without it is another's: anybody on the way could have written it. The reverse is what a
/// server sees behind a proxy of which it has not been told.
fn is_own(origin: &HeaderValue, visit: &Visit) -> bool {
    let Some((scheme, host)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else { return false };
    let same_host = visit.authority.as_deref().is_some_and(|asked| asked.eq_ignore_ascii_case(host));
    same_host && (scheme == "https" || !visit.is_private)
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
