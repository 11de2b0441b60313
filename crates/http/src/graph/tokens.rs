use axum::http::{HeaderMap, header};
use offhook_wire::{GraphError, TokenProblem};
use serde_json::Value;

/// The access tokens of a request, from wherever it may bear them.
#[derive(Default)]
pub(super) struct Tokens(Vec<String>);

impl Tokens {
    pub(super) fn of_headers(headers: &HeaderMap) -> Self {
        let bearers = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| bearer(value.to_str().ok()?));
        Self(bearers.map(str::to_owned).collect())
    }

    /// Whether this parameter bears a token rather than an argument of the edge.
    pub(super) fn are_named(name: &str) -> bool {
        matches!(name, "access_token" | "oauth_token")
    }

    pub(super) fn add(&mut self, value: Value) -> Result<(), GraphError> {
        match value {
            Value::Null => Ok(()),
            Value::String(token) => {
                self.0.push(token);
                Ok(())
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(GraphError::parameter("access_token", "An access token must be a string."))
            }
        }
    }

    pub(super) fn are_absent(&self) -> bool {
        self.0.iter().all(String::is_empty)
    }

    /// The one token, however often it was sent.
    pub(super) fn the_one(&self) -> Result<&str, GraphError> {
        let mut given = self.0.iter().filter(|token| !token.is_empty());
        let first = given.next().ok_or(GraphError::InvalidToken(TokenProblem::Missing))?;
        if given.any(|token| token != first) {
            return Err(GraphError::InvalidToken(TokenProblem::Ambiguous));
        }
        Ok(first)
    }
}

/// The token of a `Bearer` header; its scheme is compared without regard to case (RFC 9110 section 11.1).
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
