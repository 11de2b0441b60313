use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use offhook_client::admin::{Admin, Deliveries, Error, Tried};

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
            if let Err(error) = self.look().await {
                // What is wrong with the request stays so; a server that restarts comes back.
                if error.refusal().is_some() {
                    return Err(error.into());
                }
                anstream::eprintln!("offhook: {:#}; trying again", anyhow::Error::from(error));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Looks at what may be tried again and at what is new.
    async fn look(&mut self) -> Result<(), Error> {
        let pending: Vec<_> = self.pending.keys().copied().collect();
        for id in pending {
            let tried = self.admin.delivery(id).await?;
            self.show(tried);
        }
        loop {
            let (app, call, after) = (self.args.app, self.args.call.clone(), Some(self.newest));
            let page = self.admin.deliveries(&Deliveries { app, page: None, call, after, limit: PAGE }).await?;
            for delivery in &page {
                let tried = self.admin.delivery(delivery.id).await?;
                self.show(tried);
                self.newest = delivery.id;
            }
            if page.len() < PAGE as usize {
                return Ok(());
            }
        }
    }

    /// Shows the tries that were not shown yet.
    fn show(&mut self, Tried { delivery, history }: Tried) {
        let shown = self.pending.remove(&delivery.id).unwrap_or(0);
        let unshown = shown + 1..=delivery.attempts;
        for attempt in history.into_iter().filter(|attempt| unshown.contains(&attempt.number)) {
            let is_last = attempt.number == delivery.attempts;
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
            line.show(self.args.json);
        }
        if delivery.state == "pending" {
            self.pending.insert(delivery.id, delivery.attempts);
            if self.pending.len() > PENDING_MAX {
                self.pending.pop_first();
            }
        }
    }
}

/// How often the server is asked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Deliveries that are asked for at a time; with bodies of SDP they fit the client's limit.
const PAGE: u32 = 20;

/// Deliveries that are watched for another try, each by a request of its own; of more the oldest are left out.
const PENDING_MAX: usize = 50;
