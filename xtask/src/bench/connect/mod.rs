//! How long a business waits for the answer to `connect`: offer in, durable answer out.
//!
//! An open loop: requests start at their times, whether or not earlier ones have been answered, and are timed from the
//! moment at which they should have started. Each call is ended once it has its answer.

mod server;

use std::time::Duration;

use anyhow::Context as _;
use offhook_call::{PageId, Psid};
use offhook_client::graph::Graph;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::times::Times;
use server::Server;

/// Time `connect` against a release build over SQLite
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Calls started per second
    #[arg(long, default_value_t = 50)]
    rate: u32,
    /// How long calls are started
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What a browser sends.
const OFFER: &str = include_str!("../../../../fixtures/sdp/chromium-audio.sdp");
/// A consumer is called again this long after its last call, when that is long over.
const REST: Duration = Duration::from_secs(2);

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (times, elapsed) = runtime.block_on(measure(args))?;
    let rate = times.count() as f64 / elapsed.as_secs_f64();
    if args.json {
        let object = serde_json::json!({ "p50_ms": times.at(0.5), "p99_ms": times.at(0.99), "rate": rate });
        println!("{object}");
    } else {
        println!("connect, {} calls at {rate:.1} a second (SQLite, synchronous=FULL)", times.count());
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
            println!("{name:>6} {:>8.2} ms", times.at(share));
        }
    }
    Ok(())
}

async fn measure(args: &Args) -> anyhow::Result<(Times, Duration)> {
    let server = Server::start().await?;
    let consumers = server.consumers(args.rate.max(1) * REST.as_secs() as u32).await?;
    let graph = Graph::new(server.base_url(), server.page_token())?;
    call(graph.clone(), server.page(), consumers[0], Instant::now()).await.context("before the clock starts")?;
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for index in 0..args.rate * args.seconds {
        let due = start + Duration::from_secs(1) / args.rate.max(1) * index;
        let consumer = consumers[index as usize % consumers.len()];
        calls.spawn(call(graph.clone(), server.page(), consumer, due));
    }
    let mut times = Times::default();
    while let Some(took) = calls.join_next().await {
        times.add(took??);
    }
    Ok((times, start.elapsed()))
}

/// Calls at the moment `due` and hangs up: how long the answer took.
async fn call(graph: Graph, page: PageId, to: Psid, due: Instant) -> anyhow::Result<Duration> {
    tokio::time::sleep_until(due).await;
    let answer = graph.connect(page, to, OFFER).await.context("connect")?;
    let took = due.elapsed();
    graph.terminate(page, &answer.call).await.context("terminate")?;
    Ok(took)
}
