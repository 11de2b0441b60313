//! People who are signed in with a browser.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use offhook_call::{AgentId, Duration, Time};
use offhook_store::{Agent, Error, TokenHash};

use crate::Service;
use crate::directory::random_token;

/// Whose a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever has the admin token.
    Operator,
    /// An agent of the desk, as long as they have this secret.
    Agent { agent: AgentId, secret: SecretMark },
}

/// Which secret of several it is; nothing follows from it about the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretMark(u64);

impl SecretMark {
    fn of(agent: &Agent) -> Self {
        let (mark, _) = agent.secret.0.split_first_chunk().expect("a hash has 32 bytes");
        Self(u64::from_be_bytes(*mark))
    }
}

/// The store has a name that this version does not know.
#[derive(Debug, thiserror::Error)]
#[error("a session is of nobody who is known")]
pub struct Nobody;

impl Who {
    pub fn agent(agent: &Agent) -> Self {
        Self::Agent { agent: agent.id, secret: SecretMark::of(agent) }
    }
}

/// A session that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub who: Who,
    pub expires_at: Time,
}

impl Service {
    /// Signs somebody in: the token to show again, which is kept as the hash of what `bind` makes of it. What it binds to is
    /// the caller's; with something else the token is none.
    pub async fn open_session(
        &self,
        who: Who,
        life: Duration,
        bind: impl FnOnce(&str) -> String + Send,
    ) -> Result<(String, Session), Error> {
        let token = random_token(SESSION_TOKEN_PREFIX);
        let now = self.now();
        let expires_at = now + life;
        let row = offhook_store::Session { hash: TokenHash::of(&bind(&token)), who: who.to_string(), expires_at };
        self.store().open_session(row, now).await?;
        Ok((token, Session { who, expires_at }))
    }

    /// The session of a bound token, if it stands.
    pub async fn session(&self, bound: &str) -> Result<Option<Session>, Error> {
        let Some(row) = self.store().session(TokenHash::of(bound)).await? else { return Ok(None) };
        let stands = self.now() < row.expires_at;
        Ok(row.who.parse().ok().filter(|_| stands).map(|who| Session { who, expires_at: row.expires_at }))
    }

    /// The agent whose session this is, if they may still be here.
    pub async fn signed_in_agent(&self, session: Session) -> Result<Option<Agent>, Error> {
        let Who::Agent { agent, secret } = session.who else { return Ok(None) };
        let found = self.store().agent(agent).await?;
        Ok(found.filter(|agent| agent.enabled && SecretMark::of(agent) == secret))
    }

    pub async fn end_session(&self, bound: &str) -> Result<(), Error> {
        self.store().end_session(TokenHash::of(bound)).await
    }

    /// Counts that somebody at this address tries to sign in; if that is too often, how long until the next may.
    pub fn may_sign_in(&self, client: Option<IpAddr>) -> Result<(), Duration> {
        self.inner.sign_in_rate.take(&client.map(household))
    }
}

/// One household or host has a /64 of IPv6 for itself.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => std::net::Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str(OPERATOR),
            Self::Agent { agent, secret: SecretMark(mark) } => write!(f, "{AGENT}{agent}.{mark:016x}"),
        }
    }
}

impl FromStr for Who {
    type Err = Nobody;

    fn from_str(text: &str) -> Result<Self, Nobody> {
        match text {
            OPERATOR => Ok(Self::Operator),
            other => other.strip_prefix(AGENT).and_then(agent).ok_or(Nobody),
        }
    }
}

fn agent(text: &str) -> Option<Who> {
    let (agent, mark) = text.split_once('.')?;
    let secret = SecretMark(u64::from_str_radix(mark, 16).ok()?);
    Some(Who::Agent { agent: agent.parse().ok()?, secret })
}

const OPERATOR: &str = "operator";
const AGENT: &str = "agent.";
const SESSION_TOKEN_PREFIX: &str = "os_";
const NETWORK: u128 = !(u64::MAX as u128);
