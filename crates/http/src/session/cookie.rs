use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::site::{Site, Visit};

/// Where somebody signs in. One browser may be signed in at several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The operator's console, and with it the own API.
    Console,
    /// The agents' desk.
    Desk,
}

impl Place {
    /// The cookie that keeps somebody signed in.
    pub(super) fn give(self, token: &str, visit: &Visit, site: &Site) -> HeaderValue {
        let life = site.session_life.try_into().unwrap_or(Duration::MAX);
        self.cookie(token, life, visit, site)
    }

    /// The cookie that takes it away.
    pub(super) fn take(self, visit: &Visit, site: &Site) -> HeaderValue {
        self.cookie("", Duration::ZERO, visit, site)
    }

    /// What a request bears, under the one name that it can have been given here.
    pub(super) fn read(self, headers: &HeaderMap, visit: &Visit, site: &Site) -> Option<String> {
        let name = self.name(visit, site);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    fn cookie(self, value: &str, life: Duration, visit: &Visit, site: &Site) -> HeaderValue {
        let cookie = Cookie::build((self.name(visit, site), value))
            .path(site.base_path.root())
            .max_age(life)
            .http_only(true)
            .secure(visit.is_private)
            .same_site(SameSite::Strict);
        HeaderValue::try_from(cookie.to_string()).expect("a token, a path and attributes are a header's value")
    }

    /// Browsers let nobody but this host set a name with `__Host-`, which demands the path `/`, nor without HTTPS one with
    /// `__Secure-` (RFC 6265bis, section 4.1.3).
    fn name(self, visit: &Visit, site: &Site) -> String {
        let prefix = match (visit.is_private, site.base_path.is_empty()) {
            (true, true) => "__Host-",
            (true, false) => "__Secure-",
            (false, _) => "",
        };
        let name = match self {
            Self::Console => "offhook-console",
            Self::Desk => "offhook-desk",
        };
        format!("{prefix}{name}")
    }
}
