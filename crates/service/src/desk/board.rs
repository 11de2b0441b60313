//! What an agent is shown.

use std::collections::{BTreeSet, HashMap};

use offhook_call::{AgentId, Call, PageId, Psid, Time};
use offhook_store::Agent;

/// What an agent is shown, at all of their devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// They said that they take calls.
    pub free: bool,
    /// What rings at them, the oldest call first.
    pub ringing: Vec<DeskCall>,
    /// The call that they have.
    pub call: Option<DeskCall>,
    /// The other agents who are there and answer for a Page of this one's, by name.
    pub colleagues: Vec<Colleague>,
}

/// A live call with what an agent is told of it beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskCall {
    pub call: Call,
    /// Of the consumer.
    pub name: String,
    pub ring_until: Time,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub id: AgentId,
    pub name: String,
    pub pages: Vec<PageId>,
    pub presence: Presence,
}

/// How an agent who is there stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// They take calls, and have none.
    Free,
    /// They have a call.
    Busy,
    /// They take no calls.
    Away,
}

/// The desk at one moment.
pub(super) struct Floor {
    /// By name.
    pub(super) agents: Vec<Agent>,
    pub(super) connected: BTreeSet<AgentId>,
    /// The oldest first.
    pub(super) calls: Vec<Call>,
    pub(super) names: HashMap<(PageId, Psid), String>,
    pub(super) ring_timeout: offhook_call::Duration,
}

impl Floor {
    /// `None`: there is no such agent, or they may not be here.
    pub(super) fn board(&self, agent: AgentId) -> Option<Board> {
        let me = self.agent(agent)?;
        let call = self.had_by(agent).map(|call| self.shown(call));
        let rings = |call: &&Call| self.presence(me) == Presence::Free && rings_at(call, me);
        let ringing = self.calls.iter().filter(rings).map(|call| self.shown(call)).collect();
        let shares = |other: &&Agent| other.pages.iter().any(|page| me.pages.contains(page));
        let others = self.agents.iter().filter(|other| other.id != agent && self.is_here(other));
        let colleagues = others.filter(shares).map(|other| self.colleague(other)).collect();
        Some(Board { free: me.free, ringing, call, colleagues })
    }

    /// Whether a call of this Page can be handed over to them.
    pub(super) fn is_free(&self, agent: AgentId, page: PageId) -> bool {
        let found = self.agent(agent).filter(|agent| self.is_here(agent) && agent.pages.contains(&page));
        found.is_some_and(|agent| self.presence(agent) == Presence::Free)
    }

    fn agent(&self, agent: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|one| one.id == agent && one.enabled)
    }

    fn is_here(&self, agent: &Agent) -> bool {
        agent.enabled && self.connected.contains(&agent.id)
    }

    fn presence(&self, agent: &Agent) -> Presence {
        match (self.had_by(agent.id), agent.free) {
            (Some(_), _) => Presence::Busy,
            (None, true) => Presence::Free,
            (None, false) => Presence::Away,
        }
    }

    fn had_by(&self, agent: AgentId) -> Option<&Call> {
        self.calls.iter().find(|call| call.seat().is_some_and(|seat| seat.agent == agent))
    }

    fn colleague(&self, agent: &Agent) -> Colleague {
        let Agent { id, name, pages, .. } = agent.clone();
        Colleague { id, name, pages, presence: self.presence(agent) }
    }

    fn shown(&self, call: &Call) -> DeskCall {
        let name = self.names.get(&(call.page, call.psid)).cloned().unwrap_or_default();
        DeskCall { call: call.clone(), name, ring_until: call.created_at + self.ring_timeout }
    }
}

fn rings_at(call: &Call, agent: &Agent) -> bool {
    agent.pages.contains(&call.page) && call.rings_at(agent.id)
}
