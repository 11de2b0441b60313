use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use offhook_service::{Clock as _, SystemClock};
use offhook_store::Checked;
use serde_json::json;

use crate::cli::CheckArgs;

/// `offhook check`: reads a database through and says what is wrong with it; succeeds only if nothing is.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let file = args.data.database()?;
    let checked = offhook_store::check(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    if !args.data.is_file() {
        offhook_store::note_check(&file, &checked, SystemClock::start().now())
            .with_context(|| format!("the result cannot be written beside {}", file.display()))?;
    }
    if args.json {
        anstream::println!("{}", as_json(&file, &checked));
    } else {
        show(&file, &checked);
    }
    Ok(if checked.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(file: &Path, checked: &Checked) -> serde_json::Value {
    let Checked { schema_version, faults, counts } = checked;
    let counts = counts.map(|counts| {
        json!({
            "calls": { "live": counts.live_calls, "ended": counts.ended_calls },
            "deliveries": {
                "pending": counts.pending_deliveries,
                "delivered": counts.delivered_deliveries,
                "dead": counts.dead_deliveries,
            },
        })
    });
    json!({ "file": file, "sound": faults.is_empty(), "schema_version": schema_version, "faults": faults, "counts": counts })
}

fn show(file: &Path, checked: &Checked) {
    let verdict = if checked.faults.is_empty() { "is sound" } else { "is damaged" };
    anstream::println!("{} {verdict}; schema version {}", file.display(), checked.schema_version);
    if let Some(counts) = checked.counts {
        anstream::println!("calls: {} live, {} ended", counts.live_calls, counts.ended_calls);
        let (pending, delivered, dead) =
            (counts.pending_deliveries, counts.delivered_deliveries, counts.dead_deliveries);
        anstream::println!("webhooks: {pending} pending, {delivered} delivered, {dead} dead");
    }
    for fault in &checked.faults {
        anstream::println!("fault: {fault}");
    }
}
