//! A report for people.

use std::fmt::Write as _;

use offhook_client::load::{
    Asked, Bin, Caller, Calls, Direction, Flow, Generator, Report, Step, Summary, Webhook, WebhookWay,
};
use url::Url;

pub(super) fn of(report: &Report, base: &Url) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, report, base);
    text
}

fn write(text: &mut String, report: &Report, base: &Url) -> std::fmt::Result {
    let Asked { caller, calls, rate, for_s, call_length_s, .. } = &report.asked;
    let who = match caller {
        Caller::Business => "the business calls",
        Caller::Consumer => "consumers call",
    };
    writeln!(
        text,
        "{base}: {who}, {calls} calls at a time, {rate} new ones a second for {for_s} s; each lasts {call_length_s} s\n"
    )?;
    write_calls(text, &report.calls)?;
    let steps = Step::ALL.map(|step| (step_name(step, *caller), report.setup_ms.get(&step)));
    write_table(text, "Set-up, in ms from when each call should have started", &steps)?;
    if let Some(webhooks) = &report.webhooks {
        let way = match webhooks.way {
            WebhookWay::Posted => "posted to this machine",
            WebhookWay::Fetched => "fetched, since the server does not post to this machine",
        };
        let rows = Webhook::ALL.map(|webhook| (webhook_name(webhook), webhooks.lag_ms.get(&webhook)));
        write_table(text, &format!("Webhooks, in ms from what they tell of ({way})"), &rows)?;
        if webhooks.wrong > 0 {
            writeln!(text, "  {} more were not rightly signed", webhooks.wrong)?;
        }
    }
    write_direction(text, "Business to consumer", report.audio.to_consumer.as_ref())?;
    write_direction(text, "Consumer to business", Some(&report.audio.to_business))?;
    write_histogram(text, "Until the parties talk", report.setup_ms.get(&Step::Talking))?;
    write_generator(text, &report.generator)?;
    report.left_out.iter().try_for_each(|what| writeln!(text, "Left out: {what}."))
}

fn write_calls(text: &mut String, calls: &Calls) -> std::fmt::Result {
    let Calls { started, completed, failed, interrupted, failures, live_max, .. } = calls;
    writeln!(text, "{started} calls: {completed} as planned, {failed} failed; at most {live_max} at a time")?;
    failures.iter().try_for_each(|(reason, count)| writeln!(text, "  {count:>8}  {reason}"))?;
    if *interrupted > 0 {
        writeln!(text, "  {interrupted:>8}  given up when the load was interrupted")?;
    }
    Ok(())
}

fn write_table<const N: usize>(
    text: &mut String,
    title: &str,
    rows: &[(&str, Option<&Summary>); N],
) -> std::fmt::Result {
    if rows.iter().all(|(_, summary)| summary.is_none()) {
        return Ok(());
    }
    writeln!(text, "\n{title}\n{:32}{:>9}{}", "", "count", HEADS)?;
    for (name, summary) in rows {
        if let Some(summary) = summary {
            writeln!(text, "  {name:30}{:>9}{}", summary.count, figures(summary))?;
        }
    }
    Ok(())
}

fn write_direction(text: &mut String, title: &str, direction: Option<&Direction>) -> std::fmt::Result {
    let Some(Direction { flow, loss_percent, delay_ms }) = direction else { return Ok(()) };
    let Flow { sent, lost, duplicated, reordered, strays, .. } = flow;
    writeln!(
        text,
        "\n{title}: {sent} packets, {lost} lost ({loss_percent} %), {duplicated} came again, {reordered} out of order, \
         {strays} of another call"
    )?;
    write_table(text, &format!("{title}, in ms on the way"), &[("delay", delay_ms.as_ref())])
}

fn write_histogram(text: &mut String, title: &str, summary: Option<&Summary>) -> std::fmt::Result {
    let Some(summary) = summary else { return Ok(()) };
    let most = summary.histogram.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    writeln!(text, "\n{title}")?;
    for Bin { to_ms, count } in &summary.histogram {
        let width = (*count as f64 / most as f64 * BAR_MAX as f64).ceil() as usize;
        writeln!(text, "  up to {to_ms:>8} ms {:BAR_MAX$} {count}", "█".repeat(width))?;
    }
    Ok(())
}

fn write_generator(text: &mut String, generator: &Generator) -> std::fmt::Result {
    let late = |summary: &Option<Summary>| summary.as_ref().map_or(0.0, |summary| summary.p99);
    let Generator { kept_up, cpu_cores, unsent, packet_late_ms, start_late_ms, .. } = generator;
    let cores = cpu_cores.map(|cores| format!("{cores} processor cores used; ")).unwrap_or_default();
    writeln!(
        text,
        "\nThe load generator: {cores}p99 of its own lateness {:.1} ms (starts) and {:.1} ms (packets); {unsent} packets unsent",
        late(start_late_ms),
        late(packet_late_ms)
    )?;
    match kept_up {
        true => Ok(()),
        false => writeln!(
            text,
            "This machine did NOT keep up: the figures tell more of it than of the server. Use a machine of its own for \
             the load, or make less."
        ),
    }
}

fn figures(summary: &Summary) -> String {
    let Summary { p50, p90, p99, p99_9, max, .. } = summary;
    [p50, p90, p99, p99_9, max].iter().map(|ms| format!("{ms:>10.2}")).collect()
}

const HEADS: &str = "       p50       p90       p99     p99.9       max";

/// Widest bar.
const BAR_MAX: usize = 40;

fn step_name(step: Step, caller: Caller) -> &'static str {
    match (step, caller) {
        (Step::Asked, _) => "request made",
        (Step::Answered, _) => "answered",
        (Step::Ringing, Caller::Business) => "ringing (webhook)",
        (Step::Ringing, Caller::Consumer) => "business is told (webhook)",
        (Step::Accepted, Caller::Business) => "picked up (webhook)",
        (Step::Accepted, Caller::Consumer) => "business's accept answered",
        (Step::BusinessIce, _) => "business: ICE connected",
        (Step::BusinessDtls, _) => "business: DTLS connected",
        (Step::ConsumerIce, _) => "consumer: ICE connected",
        (Step::ConsumerDtls, _) => "consumer: DTLS connected",
        (Step::HeardByBusiness, _) => "business hears the consumer",
        (Step::HeardByConsumer, _) => "consumer hears the business",
        (Step::Talking, _) => "the parties talk",
    }
}

fn webhook_name(webhook: Webhook) -> &'static str {
    match webhook {
        Webhook::Connect => "connect",
        Webhook::Ringing => "call_status ringing",
        Webhook::Accepted => "call_status accepted",
        Webhook::MediaUpdate => "media_update",
        Webhook::Terminate => "terminate",
    }
}
