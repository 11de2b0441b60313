//! A Graph request as section 1 of the contract has it.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts as _, RawPathParams, Request};
use axum::http::HeaderMap;
use offhook_call::AppId;
use offhook_service::{App, AuthError, Caller, Service};
use offhook_wire::{Compat, GraphError, Parameters, TokenProblem};

use super::body;
use super::exchange::Exchange;
use super::failure::Failure;
use super::tokens::Tokens;
use crate::HttpState;

/// Parameters of query and body (the body wins), and who asks.
pub(crate) struct GraphRequest {
    pub(super) parameters: Arc<Parameters>,
    pub(super) headers: HeaderMap,
    /// The id in the path, or `me`.
    node: String,
    tokens: Tokens,
}

impl FromRequest<HttpState> for GraphRequest {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let path = RawPathParams::from_request_parts(&mut parts, state).await.map_err(|_| GraphError::UnknownPath)?;
        let node = path.iter().find(|(name, _)| *name == "node").map(|(_, value)| value.to_owned());
        let query = body::form(parts.uri.query().unwrap_or_default().as_bytes());
        let mut tokens = Tokens::of_headers(&parts.headers);
        let mut parameters = Parameters::default();
        for (name, value) in query.into_iter().chain(body::read(&parts.headers, body).await?) {
            if Tokens::are_named(&name) {
                tokens.add(value)?;
            } else {
                parameters.set(name, value);
            }
        }
        let parameters = Arc::new(parameters);
        if let Some(exchange) = parts.extensions.get::<Exchange>() {
            exchange.set_parameters(Arc::clone(&parameters));
        }
        Ok(Self { parameters, headers: parts.headers, node: node.unwrap_or_default(), tokens })
    }
}

impl GraphRequest {
    /// The app and Page of the Page access token.
    pub(super) async fn caller(&self, service: &Service) -> Result<Caller, Failure> {
        Ok(self.caller_and_compat(service).await?.0)
    }

    /// As [`caller`](Self::caller), and how the app wants to be answered. Any Page in the path but the token's is
    /// refused without a look at whether it exists, so nobody can find out.
    pub(super) async fn caller_and_compat(&self, service: &Service) -> Result<(Caller, Compat), Failure> {
        let proof = self.parameters.text("appsecret_proof")?;
        let (caller, app) = service.authenticate(self.tokens.the_one()?, proof.as_deref()).await?;
        if self.node == "me" || self.node.parse() == Ok(caller.page) {
            Ok((caller, Compat::of_stored(&app.compat)))
        } else {
            Err(GraphError::InvalidPage.into())
        }
    }

    /// The app in the path, whose app access token this must be. Other apps and none at all look the same.
    pub(super) async fn app(&self, service: &Service) -> Result<App, Failure> {
        let token = self.tokens.the_one()?;
        let not_its_token = || Failure::from(GraphError::InvalidToken(TokenProblem::NotAppToken));
        let app: AppId = self.node.parse().map_err(|_| not_its_token())?;
        service.authenticate_app(app, token).await.map_err(|error| match error {
            AuthError::InvalidToken => not_its_token(),
            AuthError::ExpiredToken
            | AuthError::MissingPermission
            | AuthError::WrongProof
            | AuthError::ProofRequired
            | AuthError::Store(_) => error.into(),
        })
    }
}
