use std::process::ExitCode;

use serde_json::json;

use crate::cli::DoctorArgs;
use crate::doctor::{self, Verdict};

/// `offhook doctor`: fails if a check does.
pub(crate) fn run(args: &DoctorArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let lines = runtime.block_on(doctor::examine(args, |line| {
        if !args.json {
            anstream::println!("{line}");
        }
    }))?;
    let count = |verdict| lines.iter().filter(|line| line.verdict == verdict).count();
    let (warnings, failures) = (count(Verdict::Warn), count(Verdict::Fail));
    if args.json {
        anstream::println!("{}", json!({ "ok": failures == 0, "checks": lines }));
    } else {
        anstream::println!("{} checks: {warnings} warnings, {failures} failures", lines.len());
    }
    Ok(if failures > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
