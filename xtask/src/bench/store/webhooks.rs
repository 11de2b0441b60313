use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::future::try_join_all;
use offhook_call::Time;
use offhook_client::webhook::{Arrival, CallEventKind, Event, Receiver};
use offhook_webhook::{Clock, Handle, Outbound, Parts, Settings, Worker};
use tokio::time::{sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::furnished::{APP_SECRET, Furnished, VERIFY_TOKEN, now};
use crate::times::Times;

pub(super) struct Webhooks {
    pub(super) per_second: f64,
    /// From the answered commit to the arrival of the first try.
    pub(super) lag: Times,
}

/// Deliveries in flight to one endpoint, as in `default.toml`.
pub(super) const AT_A_TIME: u32 = 8;
/// Calls whose webhooks are owed before the worker starts, for the throughput.
const OWED_CALLS: u32 = 2_000;
const SECONDS: u32 = 10;
/// How long a call of the delay's measurement lasts, so that its end waits for nothing.
const CALL: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn measure(rate: u32) -> anyhow::Result<Webhooks> {
    Ok(Webhooks { per_second: per_second().await?, lag: lag(rate.max(1)).await? })
}

async fn per_second() -> anyhow::Result<f64> {
    let (furnished, mut receiver) = listened(OWED_CALLS).await?;
    try_join_all(furnished.consumers.iter().map(async |consumer| {
        let call = furnished.connect(*consumer).await?;
        furnished.terminate(call).await
    }))
    .await?;
    let start = Instant::now();
    let _working = Working::start(&furnished)?;
    for _ in 0..2 * OWED_CALLS {
        arrival(&mut receiver).await?;
    }
    Ok(f64::from(2 * OWED_CALLS) / start.elapsed().as_secs_f64())
}

/// Calls start at their times, whether or not earlier ones have ended.
async fn lag(rate: u32) -> anyhow::Result<Times> {
    let (furnished, mut receiver) = listened(rate * SECONDS).await?;
    let working = Working::start(&furnished)?;
    let start = tokio::time::Instant::now();
    let calls = try_join_all((0..).zip(&furnished.consumers).map(async |(index, consumer)| {
        sleep_until(start + Duration::from_secs(1) / rate * index).await;
        let call = furnished.connect(*consumer).await?;
        let connected = working.committed();
        sleep(CALL).await;
        furnished.terminate(call).await?;
        anyhow::Ok((call.to_string(), [connected, working.committed()]))
    }));
    let arrivals = async {
        let mut arrived = HashMap::new();
        while arrived.len() < 2 * furnished.consumers.len() {
            let (key, at) = arrival(&mut receiver).await?;
            arrived.entry(key).or_insert(at);
        }
        anyhow::Ok(arrived)
    };
    let (calls, arrived) = tokio::try_join!(calls, arrivals)?;
    let mut lag = Times::default();
    for (call, committed) in calls {
        for (ended, committed) in [false, true].into_iter().zip(committed) {
            let at = arrived.get(&(call.clone(), ended)).context("a webhook of a call that nobody made")?;
            lag.add(at.saturating_duration_since(committed));
        }
    }
    Ok(lag)
}

async fn listened(consumers: u32) -> anyhow::Result<(Furnished, Receiver)> {
    let furnished = Furnished::new(consumers).await?;
    let receiver = Receiver::start(0, APP_SECRET.into(), VERIFY_TOKEN.into()).await?;
    furnished.call_back(receiver.url().as_str()).await?;
    Ok((furnished, receiver))
}

/// The next webhook: its call, whether it is the call's end, and when it came.
async fn arrival(receiver: &mut Receiver) -> anyhow::Result<((String, bool), Instant)> {
    let arrival = timeout(PATIENCE, receiver.next()).await.context("a webhook is missing")?;
    let at = Instant::now();
    let Some(Arrival::Valid { events, .. }) = arrival else { anyhow::bail!("{arrival:?}") };
    let [Event::Call(event)] = &events[..] else { anyhow::bail!("{events:?}") };
    let ended = matches!(event.kind, CallEventKind::Terminate(_));
    Ok(((event.call.to_string(), ended), at))
}

/// A worker that delivers until this is dropped.
struct Working {
    handle: Handle,
    stop: CancellationToken,
}

impl Working {
    fn start(furnished: &Furnished) -> anyhow::Result<Self> {
        let settings = Settings {
            allow_private: true,
            timeout: Duration::from_secs(5),
            concurrency: 64,
            concurrency_per_endpoint: AT_A_TIME,
            give_up_after: Duration::from_hours(7 * 24),
            disable_after: None,
            keep: Duration::from_hours(30 * 24),
            sweep: Duration::from_secs(1),
        };
        let worker = Worker::new(Parts {
            store: furnished.store.clone(),
            outbound: Outbound::new(settings.allow_private, settings.timeout)?,
            clock: Arc::new(MachineClock),
            delivered: Arc::new(|_call| {}),
            settings,
            faults: None,
        });
        let (handle, stop) = (worker.handle(), CancellationToken::new());
        tokio::spawn(worker.run(stop.clone()));
        Ok(Self { handle, stop })
    }

    /// Pokes the worker, as the service does after each commit; when.
    fn committed(&self) -> Instant {
        self.handle.poke();
        Instant::now()
    }
}

struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Time {
        now()
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
