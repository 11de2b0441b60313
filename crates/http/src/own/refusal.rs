//! Domain errors as the own API's errors.

use std::error::Error;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offhook_call::Duration;
use offhook_service::{CreateError, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::run_to_end::Panicked;

/// Why a request was refused; `detail` is one sentence for its developer.
#[derive(Debug)]
pub(crate) enum Refusal {
    Unauthorized,
    /// Who signs in does not know it.
    WrongAdminToken,
    /// There is no such agent, or the secret is not theirs.
    WrongAgentSecret,
    /// Too many have tried to sign in from this address.
    TooManySignIns {
        wait: Duration,
    },
    /// Another site's page made a browser send it.
    ForeignPage,
    /// Only a sandbox does that.
    NoSandbox,
    /// The path or the body names something that does not exist.
    NotFound {
        what: &'static str,
    },
    InvalidRequest {
        detail: String,
    },
    UnknownPath,
    UnsupportedMethod,
    /// As many as may be are under way.
    TooMany {
        detail: String,
    },
    Overloaded,
    Internal(Box<dyn Error + Send + Sync>),
}

/// `{"error": {"name", "detail"}}`.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusalBody {
    error: RefusalObject,
}

#[derive(Serialize, ToSchema)]
struct RefusalObject {
    /// A stable name.
    name: String,
    /// One sentence that a developer can act on.
    detail: String,
}

impl Refusal {
    /// One of each.
    pub(crate) fn catalogue() -> Vec<Self> {
        vec![
            Self::Unauthorized,
            Self::WrongAdminToken,
            Self::WrongAgentSecret,
            Self::TooManySignIns { wait: Duration::from_secs(1) },
            Self::ForeignPage,
            Self::NoSandbox,
            Self::NotFound { what: "thing" },
            Self::InvalidRequest { detail: "Why, in one sentence.".to_owned() },
            Self::UnknownPath,
            Self::UnsupportedMethod,
            Self::TooMany { detail: "How many may be.".to_owned() },
            Self::Overloaded,
            Self::Internal("why".into()),
        ]
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized | Self::WrongAdminToken | Self::WrongAgentSecret => StatusCode::UNAUTHORIZED,
            Self::TooManySignIns { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::ForeignPage | Self::NoSandbox => StatusCode::FORBIDDEN,
            Self::NotFound { .. } | Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::InvalidRequest { .. } => StatusCode::BAD_REQUEST,
            Self::UnsupportedMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::WrongAdminToken => "wrong_admin_token",
            Self::WrongAgentSecret => "wrong_agent_secret",
            Self::TooManySignIns { .. } => "too_many_sign_ins",
            Self::ForeignPage => "foreign_page",
            Self::NoSandbox => "no_sandbox",
            Self::NotFound { .. } => "not_found",
            Self::InvalidRequest { .. } => "invalid_request",
            Self::UnknownPath => "unknown_path",
            Self::UnsupportedMethod => "unsupported_method",
            Self::TooMany { .. } => "too_many",
            Self::Overloaded => "overloaded",
            Self::Internal(_) => "internal",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Unauthorized => "Send the admin token as `Authorization: Bearer …`, or sign in.".to_owned(),
            Self::WrongAdminToken => "This is not the admin token of this server.".to_owned(),
            Self::WrongAgentSecret => "There is no agent of this name and secret who may sign in.".to_owned(),
            Self::TooManySignIns { .. } => {
                "Too many have tried to sign in from this address; wait a little.".to_owned()
            }
            Self::ForeignPage => {
                "Only pages of this server may do this with a cookie. Behind a proxy, see http.trusted_proxies."
                    .to_owned()
            }
            Self::NoSandbox => "This is no sandbox: run `offhook dev`, or set `sandbox = true`.".to_owned(),
            Self::NotFound { what } => format!("There is no such {what}."),
            Self::InvalidRequest { detail } | Self::TooMany { detail } => detail.clone(),
            Self::UnknownPath => "The own API has no such path.".to_owned(),
            Self::UnsupportedMethod => "This path exists, but not for this HTTP method.".to_owned(),
            Self::Overloaded => "The store takes no more work now; try again.".to_owned(),
            Self::Internal(_) => "This is a bug in Offhook; the log has it.".to_owned(),
        }
    }

    fn headers(&self) -> Vec<(header::HeaderName, HeaderValue)> {
        match self {
            Self::Unauthorized | Self::WrongAdminToken | Self::WrongAgentSecret => {
                vec![(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))]
            }
            Self::TooManySignIns { wait } => {
                vec![(header::RETRY_AFTER, (wait.as_millis().div_ceil(1000) as u64).max(1).into())]
            }
            Self::Overloaded => vec![(header::RETRY_AFTER, HeaderValue::from_static("1"))],
            Self::ForeignPage
            | Self::NoSandbox
            | Self::NotFound { .. }
            | Self::InvalidRequest { .. }
            | Self::UnknownPath
            | Self::UnsupportedMethod
            | Self::TooMany { .. }
            | Self::Internal(_) => Vec::new(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Internal(cause) = &self {
            tracing::error!(error = &**cause as &dyn Error, "a request of the own API failed");
        }
        let body = Json(RefusalBody { error: RefusalObject { name: self.name().to_owned(), detail: self.detail() } });
        let mut response = (self.status(), body).into_response();
        response.headers_mut().extend(self.headers());
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable | StoreError::Disk(_) => Self::Overloaded,
            StoreError::Backend(_) | StoreError::Corrupt { .. } => Self::Internal(Box::new(error)),
        }
    }
}

impl From<CreateError> for Refusal {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::UnknownAppOrPage => Self::NotFound { what: "app or Page" },
            CreateError::UnknownPage => Self::NotFound { what: "Page" },
            CreateError::UnknownConsumer => Self::NotFound { what: "consumer on this Page" },
            CreateError::Store(error) => error.into(),
        }
    }
}

impl From<Panicked> for Refusal {
    fn from(panicked: Panicked) -> Self {
        Self::Internal(Box::new(panicked))
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::InvalidRequest { detail: rejection.body_text() }
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::InvalidRequest { detail: rejection.body_text() }
    }
}

/// An id that is none names nothing.
impl From<PathRejection> for Refusal {
    fn from(_: PathRejection) -> Self {
        Self::NotFound { what: "id" }
    }
}

pub(crate) async fn unknown_path() -> Refusal {
    Refusal::UnknownPath
}

pub(crate) async fn unsupported_method() -> Refusal {
    Refusal::UnsupportedMethod
}
