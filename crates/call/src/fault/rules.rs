use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::str::FromStr;

use super::draw::draw;
use super::{Fault, Occasion, Rule, TriedWebhook, WebhookEvent, WebhookFault, When};
use crate::{AppId, InvalidId, PageId};

/// Names a rule: `f_` and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultId(pub u64);

/// A fault that strikes, and the rule that wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    pub id: FaultId,
    pub fault: Fault,
}

/// A rule, and what it has done.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub id: FaultId,
    pub rule: Rule,
    /// Occasions that it is for.
    pub seen: u64,
    /// Those that it struck.
    pub struck: u64,
}

/// There are [`RULES_MAX`] rules already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {RULES_MAX} faults already: delete some")]
pub struct TooManyRules;

/// Rules at a time.
pub const RULES_MAX: usize = 256;

/// The rules in force. They are asked in the order in which they were made; the first one that strikes is it, and those
/// after it do not see the occasion.
#[derive(Debug, Default)]
pub struct Rules {
    last: u64,
    active: Vec<Active>,
    held: VecDeque<Held>,
}

#[derive(Debug)]
struct Active {
    standing: Standing,
    subjects: Subjects,
    /// The deliveries that were seen, by their numbers, and how many tries of them are still to be struck.
    decided: BTreeMap<i64, u32>,
}

/// A webhook that waits to be overtaken.
#[derive(Debug)]
struct Held {
    webhook: TriedWebhook,
    by: Overtaker,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overtaker {
    Any,
    Terminate,
}

impl Rules {
    pub fn add(&mut self, rule: Rule) -> Result<FaultId, TooManyRules> {
        if self.active.len() >= RULES_MAX {
            return Err(TooManyRules);
        }
        self.last += 1;
        let id = FaultId(self.last);
        let standing = Standing { id, rule, seen: 0, struck: 0 };
        self.active.push(Active { standing, subjects: Subjects::default(), decided: BTreeMap::new() });
        Ok(id)
    }

    /// Whether there was one.
    pub fn remove(&mut self, id: FaultId) -> bool {
        let before = self.active.len();
        self.active.retain(|active| active.standing.id != id);
        self.active.len() < before
    }

    pub fn clear(&mut self) {
        self.active.clear();
    }

    /// The oldest first.
    pub fn standing(&self) -> Vec<Standing> {
        self.active.iter().map(|active| active.standing.clone()).collect()
    }

    /// What strikes this, if anything does.
    pub fn strike(&mut self, occasion: &Occasion) -> Option<Struck> {
        let struck = self.active.iter_mut().find_map(|active| active.strike(occasion))?;
        if let (Occasion::Webhook(webhook), Some(by)) = (occasion, overtaker(&struck.fault)) {
            if self.held.len() >= REMEMBERED_MAX {
                self.held.pop_front();
            }
            self.held.push_back(Held { webhook: webhook.clone(), by });
        }
        Some(struck)
    }

    /// A webhook was acknowledged: those that waited for it to overtake them, by their numbers.
    pub fn delivered(&mut self, webhook: &TriedWebhook) -> Vec<i64> {
        self.held.retain(|held| held.webhook.delivery != webhook.delivery);
        let mut overtaken = Vec::new();
        self.held.retain(|held| {
            let over = held.is_overtaken_by(webhook);
            if over {
                overtaken.push(held.webhook.delivery);
            }
            !over
        });
        overtaken
    }
}

impl Active {
    fn strike(&mut self, occasion: &Occasion) -> Option<Struck> {
        if !self.standing.rule.is_for(occasion) {
            return None;
        }
        let strikes = match occasion {
            Occasion::Webhook(webhook) => self.strikes_webhook(webhook),
            Occasion::Request(_) | Occasion::Update(_) | Occasion::Leg(_) => {
                self.standing.seen += 1;
                let number = self.standing.seen;
                self.chooses(number, [0, number])
            }
        };
        strikes.then(|| Struck { id: self.standing.id, fault: self.standing.rule.fault.clone() })
    }

    /// It is decided at the first try of a delivery, for all of them.
    fn strikes_webhook(&mut self, webhook: &TriedWebhook) -> bool {
        if let Some(left) = self.decided.get_mut(&webhook.delivery) {
            let strikes = *left > 0;
            *left = left.saturating_sub(1);
            return strikes;
        }
        self.standing.seen += 1;
        let place = self.subjects.count(webhook);
        let [_, number] = place;
        let strikes = self.chooses(number, place);
        let left = if strikes { tries(&self.standing.rule.fault).saturating_sub(1) } else { 0 };
        if self.decided.len() >= REMEMBERED_MAX {
            self.decided.pop_first();
        }
        self.decided.insert(webhook.delivery, left);
        strikes
    }

    /// `number`: what `nth` counts; `drawn_for`: what the occasion is.
    fn chooses(&mut self, number: u64, drawn_for: [u64; 2]) -> bool {
        let When { nth, probability, times, seed } = self.standing.rule.when;
        let strikes = nth.is_none_or(|nth| number == nth)
            && times.is_none_or(|times| self.standing.struck < times)
            && draw(seed, drawn_for) < probability;
        self.standing.struck += u64::from(strikes);
        strikes
    }
}

impl Held {
    fn is_overtaken_by(&self, webhook: &TriedWebhook) -> bool {
        let TriedWebhook { app, page, subject, .. } = &self.webhook;
        let about_the_same = (app, page, subject) == (&webhook.app, &webhook.page, &webhook.subject);
        about_the_same && (self.by == Overtaker::Any || webhook.event == WebhookEvent::Terminate)
    }
}

/// What webhooks are about, in the order in which it came up, and how many webhooks of each there were.
#[derive(Debug, Default)]
struct Subjects {
    came_up: u64,
    counted: BTreeMap<(AppId, PageId, String), [u64; 2]>,
}

impl Subjects {
    /// Which subject this is, and which webhook of it, both from 1.
    fn count(&mut self, webhook: &TriedWebhook) -> [u64; 2] {
        if self.counted.len() >= REMEMBERED_MAX {
            let oldest = self.came_up.saturating_sub(REMEMBERED_MAX as u64 / 2);
            self.counted.retain(|_, place| place[0] > oldest);
        }
        let key = (webhook.app, webhook.page, webhook.subject.clone());
        let place = self.counted.entry(key).or_insert_with(|| {
            self.came_up += 1;
            [self.came_up, 0]
        });
        place[1] += 1;
        *place
    }
}

fn overtaker(fault: &Fault) -> Option<Overtaker> {
    match fault {
        Fault::Webhook(WebhookFault::OutOfOrder { .. }) => Some(Overtaker::Any),
        Fault::Webhook(WebhookFault::TerminateFirst { .. }) => Some(Overtaker::Terminate),
        Fault::Webhook(
            WebhookFault::Late { .. }
            | WebhookFault::Twice
            | WebhookFault::Dropped { .. }
            | WebhookFault::AcknowledgementLost { .. }
            | WebhookFault::Slow { .. },
        )
        | Fault::Api(_)
        | Fault::VersionCollision
        | Fault::Media(_) => None,
    }
}

/// How many tries of a webhook it strikes.
fn tries(fault: &Fault) -> u32 {
    match fault {
        Fault::Webhook(WebhookFault::Dropped { tries } | WebhookFault::AcknowledgementLost { tries }) => *tries,
        Fault::Webhook(
            WebhookFault::Late { .. }
            | WebhookFault::Twice
            | WebhookFault::OutOfOrder { .. }
            | WebhookFault::TerminateFirst { .. }
            | WebhookFault::Slow { .. },
        )
        | Fault::Api(_)
        | Fault::VersionCollision
        | Fault::Media(_) => 1,
    }
}

/// Webhooks, and what they are about, that are remembered at a time; the oldest are forgotten.
const REMEMBERED_MAX: usize = 4096;

impl fmt::Display for FaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "f_{}", self.0)
    }
}

impl FromStr for FaultId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.strip_prefix("f_").and_then(|number| number.parse().ok()).map(Self).ok_or(InvalidId)
    }
}
