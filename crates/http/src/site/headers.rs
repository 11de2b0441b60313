//! What each answer tells browsers for their safety. A route that says something else itself is left alone.

use axum::http::header::Entry;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Site, Visit};

pub(super) fn add(headers: &mut HeaderMap, visit: &Visit, site: &Site) {
    for (name, value) in ALWAYS {
        if let Entry::Vacant(vacant) = headers.entry(name) {
            vacant.insert(HeaderValue::from_static(value));
        }
    }
    if visit.is_private && !site.hsts.is_zero() {
        let told =
            HeaderValue::try_from(format!("max-age={}", site.hsts.as_secs())).expect("digits are a header's value");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, told);
    }
}

/// Answers are data unless a route says more: nothing in them runs, nobody frames them, no other site's page gets them, and
/// nobody keeps them.
const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// What calls need, for our own pages; the rest for nobody.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), \
                           autoplay=(self), geolocation=(), payment=(), usb=()";
