//! A call's timeline: what is recorded, and the webhooks that the store has.

use std::collections::BTreeMap;
use std::sync::Arc;

use offhook_call::{Call, CallId, Happening, TimelineEntry};
use offhook_store::{DeliveryFilter, DeliveryId, DeliveryState, Error, PastAttempt};
use tokio::sync::broadcast::Receiver;

use super::recorder::News;
use crate::Service;

/// Everything about a call, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTimeline {
    pub call: Call,
    pub entries: Vec<TimelineEntry>,
    /// What [`Happening::Webhook`]s are about.
    pub webhooks: CallWebhooks,
}

/// Deliveries with their attempts.
pub type CallWebhooks = BTreeMap<DeliveryId, (DeliveryState, Vec<PastAttempt>)>;

/// A call's timeline and what comes after it; none is missing in between, and none comes twice.
pub struct Followed {
    pub timeline: CallTimeline,
    /// Of all calls. `None`: the call ended a while ago, and nothing more is recorded.
    pub news: Option<Receiver<Arc<News>>>,
}

impl Service {
    /// `None`: no such call.
    pub async fn timeline(&self, call: CallId) -> Result<Option<CallTimeline>, Error> {
        Ok(self.follow_call(call).await?.map(|followed| followed.timeline))
    }

    /// What happens to all calls from now on.
    pub fn follow_calls(&self) -> Receiver<Arc<News>> {
        self.inner.recorder.listen()
    }

    /// A call's timeline, and what happens from then on. `None`: no such call.
    pub async fn follow_call(&self, call: CallId) -> Result<Option<Followed>, Error> {
        let Some(found) = self.store().call(call).await? else { return Ok(None) };
        let webhooks = self.webhooks_of(call).await?;
        let (news, present) = self.inner.recorder.present(call);
        // Of what this process sees, memory has more than the store.
        let parts = self.store().timeline(call).await?;
        let present_from = present.as_ref().map(|present| present.begun_at_us);
        let past = parts.into_iter().filter(|part| Some(part.begun_at_us) != present_from).map(|part| part.entries);
        let news = present.is_some().then_some(news);
        let mut entries: Vec<_> = past.chain(present.map(|present| present.entries)).flatten().collect();
        for (id, (_, attempts)) in &webhooks {
            attempts.iter().for_each(|attempt| join(&mut entries, *id, attempt));
        }
        Ok(Some(Followed { timeline: CallTimeline { call: found, entries, webhooks }, news }))
    }

    async fn webhooks_of(&self, call: CallId) -> Result<CallWebhooks, Error> {
        let of_call = DeliveryFilter { call: Some(call), after: Some(DeliveryId(0)), ..DeliveryFilter::default() };
        let mut webhooks = BTreeMap::new();
        for delivery in self.store().deliveries(of_call, WEBHOOKS_MAX).await? {
            let id = delivery.id;
            webhooks.extend(self.store().delivery(id).await?.map(|found| (id, found)));
        }
        Ok(webhooks)
    }
}

/// What this process has seen of a call.
struct Present {
    begun_at_us: i64,
    entries: Vec<TimelineEntry>,
}

impl super::Recorder {
    /// What is recorded of a call that lives or ended a moment ago, since when this process looks at it, and what comes
    /// after.
    fn present(&self, call: CallId) -> (Receiver<Arc<News>>, Option<Present>) {
        let records = self.lock();
        // Under the lock: nothing is recorded in between.
        let news = self.listen();
        let present = records.get(&call);
        let present =
            present.map(|record| Present { begun_at_us: record.begun_at_us, entries: record.timeline.entries() });
        (news, present)
    }
}

/// A try that nobody saw, because it was made long after the end or by a process that died, stands where its time says.
fn join(entries: &mut Vec<TimelineEntry>, of: DeliveryId, attempt: &PastAttempt) {
    let is_it = |entry: &TimelineEntry| matches!(entry.what, Happening::Webhook { delivery, number, .. } if delivery == of.0 && number == attempt.number);
    if entries.iter().any(is_it) {
        return;
    }
    let at_us = attempt.at.0.saturating_mul(1000);
    let what = Happening::Webhook {
        delivery: of.0,
        number: attempt.number,
        status: attempt.status,
        took_us: u64::try_from(attempt.took.as_micros()).unwrap_or(u64::MAX),
    };
    let at = entries.iter().rposition(|before| before.at_us <= at_us).map_or(0, |before| before + 1);
    entries.insert(at, TimelineEntry { at_us, what });
}

/// Webhooks of a call that its timeline shows; the first ones.
const WEBHOOKS_MAX: u32 = 200;
