//! The headers that say how much of its hourly quota a client has used (Graph's "Rate Limits" page).

use axum::http::{HeaderName, HeaderValue};
use offhook_service::{Metered, Service, Usage};
use serde_json::{Value, json};

/// `X-App-Usage`, and `X-Business-Use-Case-Usage` for the Page that the app acts for. All figures are percentages.
pub(super) fn headers(service: &Service, who: Metered) -> Vec<(HeaderName, HeaderValue)> {
    let mut usages = service.usage(who).into_iter();
    let app = usages.next().map(|usage| (APP_USAGE, figures(&usage)));
    let page = usages.next().zip(who.page).map(|(usage, page)| {
        let mut entry = figures(&usage);
        entry["type"] = "messenger".into();
        entry["estimated_time_to_regain_access"] = usage.regain.as_secs().div_ceil(SECONDS_A_MINUTE).into();
        (PAGE_USAGE, json!({ page.to_string(): [entry] }))
    });
    let header = |(name, usage): (HeaderName, Value)| {
        (name, HeaderValue::try_from(usage.to_string()).expect("ids and numbers are visible ASCII"))
    };
    app.into_iter().chain(page).map(header).collect()
}

fn figures(usage: &Usage) -> Value {
    let Usage { call_count, total_time, total_cputime, regain: _ } = usage;
    json!({ "call_count": call_count, "total_time": total_time, "total_cputime": total_cputime })
}

const APP_USAGE: HeaderName = HeaderName::from_static("x-app-usage");
const PAGE_USAGE: HeaderName = HeaderName::from_static("x-business-use-case-usage");

/// `estimated_time_to_regain_access` is in minutes.
const SECONDS_A_MINUTE: u64 = 60;
