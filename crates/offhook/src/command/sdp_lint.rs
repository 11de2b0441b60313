use std::io::Read as _;
use std::process::ExitCode;

use anyhow::Context as _;
use offhook_media::{Finding, Severity};

use crate::cli::LintArgs;

/// `offhook sdp lint FILE`.
pub(crate) fn run(args: &LintArgs) -> anyhow::Result<ExitCode> {
    let findings = offhook_media::lint(&read(args)?);
    if args.json {
        anstream::println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print(&findings);
    }
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(args: &LintArgs) -> anyhow::Result<String> {
    if args.file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        return Ok(text);
    }
    std::fs::read_to_string(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))
}

fn print(findings: &[Finding]) {
    for finding in findings {
        let line = finding.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        anstream::println!("{:?}: {line}{} [{}]", finding.severity, finding.detail, finding.rule);
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match errors {
        0 => anstream::println!("The offer would be answered ({} remarks).", findings.len()),
        errors => anstream::println!("The offer would be refused ({errors} errors)."),
    }
}
