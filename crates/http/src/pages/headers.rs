//! What browsers are told about our pages and their parts.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use offhook_call::WebOrigin;

/// Who may show a page within a page of theirs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Frames<'a> {
    Nobody,
    /// These sites.
    By(&'a [WebOrigin]),
}

/// What a page, and whatever it loads, is sent with.
pub(super) const PART: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // A browser asks each time and is told that its copy is good: a new version of the server is seen at once.
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What only the page itself is sent with.
pub(super) fn of_page(frames: Frames<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(frames));
    headers.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers
}

fn policy(frames: Frames<'_>) -> HeaderValue {
    let framed_by = match frames {
        Frames::Nobody | Frames::By([]) => "'none'".to_owned(),
        Frames::By(sites) => sites.iter().map(WebOrigin::as_str).collect::<Vec<_>>().join(" "),
    };
    HeaderValue::try_from(format!("{POLICY}; frame-ancestors {framed_by}")).expect("a policy is printable ASCII")
}

/// Nothing runs but our own files. Pictures may come from where a business keeps those of its messages. lit is the only one
/// that makes markup of text, all of it our own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; \
                      media-src 'self' blob:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
                      trusted-types lit-html";

/// Of what a browser asks people for, calls need these.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), \
                           autoplay=(self), geolocation=(), payment=(), usb=(), serial=(), midi=()";
