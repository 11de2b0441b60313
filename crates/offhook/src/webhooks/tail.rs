use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use offhook_client::admin::{Admin, Deliveries, Delivery};

use super::line::{Line, event};
use crate::cli::TailArgs;
use crate::shutdown;

/// Shows each try of a webhook from now on, until the process is asked to stop.
pub(crate) async fn tail(args: TailArgs) -> anyhow::Result<()> {
    let admin = args.server.admin()?;
    let mut tail = Tail::begin(admin, args).await?;
    tokio::select! {
        ended = tail.follow() => ended,
        () = shutdown::requested() => Ok(()),
    }
}

struct Tail {
    admin: Admin,
    args: TailArgs,
    /// The newest delivery that was looked at.
    newest: i64,
    /// Deliveries that may be tried again, with the tries that were shown.
    pending: BTreeMap<i64, u32>,
}

impl Tail {
    async fn begin(admin: Admin, args: TailArgs) -> anyhow::Result<Self> {
        let newest = Deliveries { limit: 1, ..Deliveries::default() };
        let newest = admin.deliveries(&newest).await.context("the server does not show its webhooks")?;
        Ok(Self { admin, args, newest: newest.first().map_or(0, |delivery| delivery.id), pending: BTreeMap::new() })
    }

    async fn follow(&mut self) -> anyhow::Result<()> {
        loop {
            self.look().await?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Looks at what may be tried again and at what is new.
    async fn look(&mut self) -> anyhow::Result<()> {
        let mut after = self.pending.first_key_value().map_or(self.newest, |(first, _)| first - 1);
        loop {
            let (app, call) = (self.args.app, self.args.call.clone());
            let page = self.admin.deliveries(&Deliveries { app, call, after: Some(after), limit: PAGE }).await?;
            for delivery in &page {
                self.show(delivery).await?;
                after = delivery.id;
            }
            if page.len() < PAGE as usize {
                return Ok(());
            }
        }
    }

    async fn show(&mut self, delivery: &Delivery) -> anyhow::Result<()> {
        let known = self.pending.remove(&delivery.id);
        if known.is_none() && delivery.id <= self.newest {
            return Ok(());
        }
        self.newest = self.newest.max(delivery.id);
        let shown = known.unwrap_or(0);
        if delivery.attempts > shown {
            for attempt in self.admin.attempts(delivery.id).await? {
                let is_last = attempt.number == delivery.attempts;
                if attempt.number <= shown || attempt.number > delivery.attempts {
                    continue;
                }
                let line = Line {
                    at: attempt.at,
                    app_id: delivery.app_id.to_string(),
                    delivery: delivery.id.to_string(),
                    call_id: delivery.call_id.as_ref().map(ToString::to_string),
                    event: event(&delivery.body),
                    number: Some(attempt.number),
                    status: attempt.status,
                    took_ms: attempt.took_ms,
                    state: is_last.then(|| delivery.state.clone()),
                    why: attempt.status.is_none().then_some(attempt.response),
                };
                line.show(self.args.json)?;
            }
        }
        if delivery.state == "pending" {
            self.pending.insert(delivery.id, delivery.attempts);
            if self.pending.len() > PENDING_MAX {
                self.pending.pop_first();
            }
        }
        Ok(())
    }
}

/// How often the server is asked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Deliveries that are asked for at a time; with bodies of SDP they fit the client's limit.
const PAGE: u32 = 20;

/// Deliveries that are watched for another try; of more the oldest are left out.
const PENDING_MAX: usize = 200;
