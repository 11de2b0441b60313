use std::net::IpAddr;
use std::path::Path;

use anyhow::Context as _;
use offhook_call::Psid;
use offhook_client::admin::Admin;
use offhook_client::graph::Graph;
use offhook_client::load::{Caller, Load, Plan, Props, Report};
use tokio_util::sync::CancellationToken;

use super::screen::Screen;
use super::text;
use crate::cli::{BusinessArgs, LoadArgs};
use crate::{descriptors, local_ip};

/// Whether a load went as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds,
    /// Too many calls failed, or this machine did not keep up.
    Failed,
    Interrupted,
}

/// Runs a load and tells what it showed.
pub(crate) async fn run(args: &LoadArgs, stop: CancellationToken) -> anyhow::Result<Verdict> {
    let plan = Plan::new(args.calls, args.rate, args.time.into())?;
    let files = u64::from(plan.calls()) * FILES_PER_CALL + FILES;
    let limit = descriptors::raise(files).context("the limit of open files cannot be read")?;
    anyhow::ensure!(limit >= files, "{files} files have to be open, and {limit} may be: raise the limit (ulimit -n)");
    let local_ip = args.local_ip.map_or_else(|| local_ip::towards(&args.base_url), Ok)?;
    let screen = Screen::new(&plan);
    let Some(load) = stop.run_until_cancelled(prepare(args, plan, local_ip, &screen)).await else {
        return Ok(Verdict::Interrupted);
    };
    let report = load?.run(stop.clone(), |progress| screen.show(progress)).await?;
    screen.clear();
    match args.json {
        true => anstream::println!("{}", serde_json::to_string(&report)?),
        false => anstream::print!("{}", text::of(&report, &args.base_url)),
    }
    Ok(verdict(args, &report, stop.is_cancelled()))
}

async fn prepare(args: &LoadArgs, plan: Plan, local_ip: IpAddr, screen: &Screen) -> anyhow::Result<Load> {
    let base = args.base_url.clone();
    if let BusinessArgs { page: Some(page), token: Some(token), app_secret, to: Some(to) } = &args.business {
        let mut graph = Graph::new(base, token.clone())?;
        if let Some(app_secret) = app_secret {
            graph = graph.with_proof(app_secret);
        }
        return Ok(Load::of_business(plan, local_ip, graph, *page, &consumers(to)?)?);
    }
    let admin_token = args.admin_token.clone().context(
        "whose load? --admin-token (or OFFHOOK_ADMIN_TOKEN) lets it be both sides on an Offhook server; --page, --token \
         and --to let it call consumers who are there, on any server",
    )?;
    screen.step("setting the stage: Pages, consumers, devices");
    let caller = if args.inbound { Caller::Consumer } else { Caller::Business };
    let props = Props { admin: Admin::new(base.clone(), admin_token)?, base, listen: local_ip };
    Ok(Load::of_both_sides(plan, caller, local_ip, &props).await?)
}

/// One psid a line; empty lines and those that begin with `#` are passed over.
fn consumers(file: &Path) -> anyhow::Result<Vec<Psid>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    let named = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let read = |(number, line): (usize, &str)| {
        line.parse().with_context(|| format!("{} line {number}: {line:?} is no psid", file.display()))
    };
    named.map(read).collect()
}

fn verdict(args: &LoadArgs, report: &Report, is_interrupted: bool) -> Verdict {
    let kept_up = report.generator.kept_up || args.allow_late;
    match () {
        () if is_interrupted => Verdict::Interrupted,
        () if report.calls.failed > args.max_failed || !kept_up => Verdict::Failed,
        () => Verdict::Holds,
    }
}

/// Two sockets of media, the consumer's channel, and a connection of HTTP.
const FILES_PER_CALL: u64 = 4;
/// Consumers who rest, webhooks, everything else.
const FILES: u64 = 2_000;
