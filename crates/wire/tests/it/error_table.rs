use std::time::Duration;

use offhook_wire::{ErrorBody, GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};
use serde_json::json;

const PAGE: &str = include_str!("../../../../docs/api.md");

/// One of each row.
fn errors() -> Vec<GraphError> {
    let retry_after = Duration::from_secs(1);
    let detail = || "detail".to_owned();
    vec![
        GraphError::InvalidToken(TokenProblem::Missing),
        GraphError::InvalidToken(TokenProblem::Expired),
        GraphError::InvalidAppSecretProof(ProofProblem::Wrong),
        GraphError::MissingPermission,
        GraphError::InvalidPage,
        GraphError::missing("to"),
        GraphError::InvalidPsid,
        GraphError::NoCallPermission,
        GraphError::CallingNotEnabled,
        GraphError::VideoNotEnabled,
        GraphError::ConnectionInfoMissing { name: "sdp" },
        GraphError::InvalidSdp { detail: detail(), findings: json!([]) },
        GraphError::InvalidCallId,
        GraphError::PageNotInCall,
        GraphError::NotCallOwner,
        GraphError::CallFailed,
        GraphError::CallEnded,
        GraphError::AlreadyAccepted,
        GraphError::AlreadyRejected,
        GraphError::AlreadyTerminated,
        GraphError::WrongDirection,
        GraphError::VersionConflict { current: 4 },
        GraphError::InvalidTrack { msid: detail() },
        GraphError::OutsideMessagingWindow,
        GraphError::PermissionRequestLimit(RequestLimit::Daily),
        GraphError::settings("detail"),
        GraphError::ConsumerBusy,
        GraphError::CallQuotaReached,
        GraphError::MetricsRefused { detail: "detail" },
        GraphError::RateLimited { scope: RateScope::App, retry_after },
        GraphError::RateLimited { scope: RateScope::Page, retry_after },
        GraphError::Overloaded { retry_after },
        GraphError::Draining { retry_after },
        GraphError::Internal,
        GraphError::CallbackRefused { detail: detail() },
        GraphError::UnsupportedVersion,
        GraphError::UnknownPath,
        GraphError::UnsupportedMethod,
    ]
}

/// The row's cells but the last, which is prose.
fn row(error: &GraphError) -> String {
    let object = ErrorBody::new(error, String::new()).error;
    let subcode = object.error_subcode.map(|subcode| format!("{subcode} ")).unwrap_or_default();
    format!("| `{}` | {} | {} | {subcode}|", error.name(), error.status(), object.code)
}

#[test]
fn the_table_has_the_codes_rows_in_order() {
    let table = PAGE.split("| name | HTTP | code | subcode | when |\n").nth(1).unwrap();
    let written: Vec<_> = table.lines().skip(1).take_while(|line| line.starts_with('|')).collect();
    let expected: Vec<_> = errors().iter().map(row).collect();
    assert_eq!(written.len(), expected.len());
    for (line, row) in written.iter().zip(&expected) {
        assert!(line.starts_with(row.as_str()), "{line} is not {row}");
    }
}

#[test]
fn every_error_says_what_to_do() {
    for error in errors() {
        assert!(!error.detail().is_empty() && !error.detail().contains("  "), "{error:?}");
    }
}
