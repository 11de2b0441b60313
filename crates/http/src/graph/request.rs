//! A Graph request as section 1 of the contract has it.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts as _, RawPathParams, Request};
use axum::http::HeaderMap;
use offhook_call::fault::RequestMade;
use offhook_call::{AppId, CallId};
use offhook_service::{App, AuthError, Caller, Metered, Service};
use offhook_wire::{CallRequest, Compat, GraphError, Parameters, TokenProblem};

use super::body;
use super::exchange::{About, Exchange};
use super::failure::Failure;
use super::fault;
use super::tokens::Tokens;
use crate::HttpState;

/// Parameters of query and body (the body wins), and who asks.
pub(crate) struct GraphRequest {
    pub(super) parameters: Arc<Parameters>,
    pub(super) headers: HeaderMap,
    /// The id in the path, or `me`.
    node: String,
    /// The last segment of the path.
    edge: String,
    tokens: Tokens,
    exchange: Exchange,
}

/// Credentials that an operation of a batch has from its batch, unless it bears a token of its own.
#[derive(Clone, Default)]
pub(super) struct Inherited {
    token: Option<String>,
    proof: Option<String>,
}

impl FromRequest<HttpState> for GraphRequest {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let path = RawPathParams::from_request_parts(&mut parts, state).await.map_err(|_| GraphError::UnknownPath)?;
        let node = path.iter().find(|(name, _)| *name == "node").map(|(_, value)| value.to_owned());
        let edge = parts.uri.path().rsplit('/').next().unwrap_or_default().to_owned();
        let query = body::form(parts.uri.query().unwrap_or_default().as_bytes());
        let mut tokens = Tokens::of_headers(&parts.headers);
        let mut parameters = Parameters::default();
        let max = parts.extensions.get().copied().unwrap_or_default();
        for (name, value) in query.into_iter().chain(body::read(&parts.headers, body, max).await?) {
            if Tokens::are_named(&name) {
                tokens.add(value)?;
            } else {
                parameters.set(name, value);
            }
        }
        if let Some(Inherited { token: Some(token), proof }) = parts.extensions.remove()
            && tokens.are_absent()
        {
            tokens.add(token.into())?;
            if let Some(proof) = proof {
                parameters.set(PROOF.to_owned(), proof.into());
            }
        }
        let parameters = Arc::new(parameters);
        let exchange: Exchange = parts.extensions.remove().unwrap_or_default();
        exchange.set_parameters(Arc::clone(&parameters));
        Ok(Self { parameters, headers: parts.headers, node: node.unwrap_or_default(), edge, tokens, exchange })
    }
}

impl GraphRequest {
    /// What the operations of this batch inherit.
    pub(super) fn credentials(&self) -> Result<Inherited, GraphError> {
        if self.tokens.are_absent() {
            return Ok(Inherited::default());
        }
        Ok(Inherited { token: Some(self.tokens.the_one()?.to_owned()), proof: self.parameters.text(PROOF)? })
    }

    /// The app and Page of the Page access token.
    pub(super) async fn caller(&self, service: &Service) -> Result<Caller, Failure> {
        Ok(self.caller_and_compat(service).await?.0)
    }

    /// As [`caller`](Self::caller), and how the app wants to be answered. Any Page in the path but the token's is
    /// refused without a look at whether it exists, so nobody can find out.
    pub(super) async fn caller_and_compat(&self, service: &Service) -> Result<(Caller, Compat), Failure> {
        let proof = self.parameters.text(PROOF)?;
        let (caller, app) = service.authenticate(self.tokens.the_one()?, proof.as_deref()).await?;
        self.admit(service, Metered { app: caller.app, page: Some(caller.page) })?;
        if self.node == "me" || self.node.parse() == Ok(caller.page) {
            self.meet_fault(service, caller)?;
            Ok((caller, Compat::of_stored(&app.compat)))
        } else {
            Err(GraphError::InvalidPage.into())
        }
    }

    /// In a sandbox something may be wanted to go wrong now.
    fn meet_fault(&self, service: &Service, caller: Caller) -> Result<(), Failure> {
        let Some(struck) = service.strike_request(|| self.made_by(caller)) else { return Ok(()) };
        let refused = fault::refused(&struck.1);
        self.exchange.set_struck(struck);
        refused.map_or(Ok(()), Err)
    }

    /// What a fault is to strike. It is about its call from now on, since it may come no further.
    fn made_by(&self, caller: Caller) -> RequestMade {
        let request = if self.edge == "calls" { CallRequest::parse(&self.parameters).ok() } else { None };
        let (action, call) = request.map_or((None, None), |request| {
            let (action, call) = request.subject();
            (Some(action), call)
        });
        if let Some(call) = call {
            self.is_about(caller, call, action);
        }
        let (app, page, edge) = (caller.app, caller.page, self.edge.clone());
        RequestMade { app, page, call, edge, action: action.map(str::to_owned) }
    }

    /// The app in the path, whose app access token this must be. Other apps and none at all look the same.
    pub(super) async fn app(&self, service: &Service) -> Result<App, Failure> {
        let token = self.tokens.the_one()?;
        let not_its_token = || Failure::from(GraphError::InvalidToken(TokenProblem::NotAppToken));
        let app: AppId = self.node.parse().map_err(|_| not_its_token())?;
        let found = service.authenticate_app(app, token).await.map_err(|error| match error {
            AuthError::InvalidToken => not_its_token(),
            AuthError::ExpiredToken
            | AuthError::MissingPermission
            | AuthError::WrongProof
            | AuthError::ProofRequired
            | AuthError::Store(_) => error.into(),
        })?;
        self.admit(service, Metered { app, page: None })?;
        Ok(found)
    }

    /// The request is about this call; `action` is what is asked for, where the path does not say it.
    pub(super) fn is_about(&self, caller: Caller, call: CallId, action: Option<&'static str>) {
        self.exchange.set_about(About { caller, call, action });
    }

    /// Counts the request against the quotas of who makes it. One that is refused is shown what is used, too.
    fn admit(&self, service: &Service, who: Metered) -> Result<(), Failure> {
        self.exchange.set_metered(who);
        Ok(service.admit(who)?)
    }
}

pub(super) const PROOF: &str = "appsecret_proof";
