//! What the store carries: calls set up and ended, all webhooks owed, each answered only once it is on the disk; and how
//! soon webhooks leave. Everything runs in this process: the store, the worker and a subscriber on loopback.

mod furnished;
mod raw;
mod setups;
mod webhooks;

use serde::Serialize;

use self::furnished::Furnished;
use self::webhooks::Webhooks;

/// Calls set up per second on SQLite with synchronous=FULL, beside what bare SQLite commits; delay of webhooks
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Calls set up and ended in each round
    #[arg(long, default_value_t = 10_000)]
    calls: u32,
    /// Rounds of each, by turns; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// Parties that set up calls at the same time
    #[arg(long, default_value_t = 128)]
    clients: u32,
    /// Calls per second while the delay of webhooks is measured
    #[arg(long, default_value_t = 50)]
    rate: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    /// Calls connected and terminated per second: two changes and two owed webhooks each.
    setups_per_s: f64,
    /// As many of the same rows, written by bare SQLite in groups of the same size.
    raw_group_commits_per_s: f64,
    ratio_to_raw: f64,
    webhooks_per_s: f64,
    webhook_lag_p50_ms: f64,
    webhook_lag_p99_ms: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(measure(args))?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!(
        "SQLite, synchronous=FULL, {} clients; a setup is connect, terminate and their webhooks owed",
        args.clients
    );
    println!(
        "  setups               {:>8.0} /s   (promised: at least 1,500, or half of bare SQLite)",
        report.setups_per_s
    );
    println!("  bare SQLite          {:>8.0} /s   in groups of {}", report.raw_group_commits_per_s, raw::GROUP);
    println!("  ratio                {:>8.2}", report.ratio_to_raw);
    println!(
        "  webhooks delivered   {:>8.0} /s   to one endpoint, {} at a time",
        report.webhooks_per_s,
        webhooks::AT_A_TIME
    );
    println!(
        "  commit to first try  {:>8.2} ms  median at {} calls/s (promised: under 5 ms)",
        report.webhook_lag_p50_ms, args.rate
    );
    println!("                       {:>8.2} ms  p99", report.webhook_lag_p99_ms);
    Ok(())
}

async fn measure(args: &Args) -> anyhow::Result<Report> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        let furnished = Furnished::new(args.clients).await?;
        ours.push(setups::per_second(&furnished, args.calls).await?);
        bare.push(raw::per_second(furnished, args.calls)?);
    }
    let (setups_per_s, raw_group_commits_per_s) = (median(ours), median(bare));
    let Webhooks { per_second: webhooks_per_s, lag } = webhooks::measure(args.rate).await?;
    Ok(Report {
        setups_per_s,
        raw_group_commits_per_s,
        ratio_to_raw: setups_per_s / raw_group_commits_per_s,
        webhooks_per_s,
        webhook_lag_p50_ms: lag.at(0.5),
        webhook_lag_p99_ms: lag.at(0.99),
    })
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}
