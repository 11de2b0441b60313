use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use offhook_media::{Finding, Severity, Subject};

use crate::cli::LintArgs;

/// `offhook sdp lint FILE`.
pub(crate) fn run(args: &LintArgs) -> anyhow::Result<ExitCode> {
    let offer = read(&args.file)?;
    let findings = match (&args.answer, &args.previous) {
        (Some(answer), _) => offhook_media::lint_answer(&offer, &read(answer)?),
        (None, Some(previous)) => offhook_media::lint_again(&read(previous)?, &offer),
        (None, None) => offhook_media::lint(&offer),
    };
    if args.json {
        anstream::println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        findings.iter().for_each(print);
        anstream::println!("{}", verdict(args, &findings));
    }
    let errors = count(&findings, Severity::Error);
    Ok(if errors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

fn print(finding: &Finding) {
    let place = match finding.line {
        Some(line) => format!("{}, line {line}", finding.subject),
        None => finding.subject.to_string(),
    };
    anstream::println!("{} [{}] {place}: {}", finding.severity, finding.rule, finding.detail);
    if let (Some(line), Some(quote)) = (finding.line, &finding.quote) {
        anstream::println!("  {line:>5} | {quote}");
    }
    tell("why", &format!("{} ({})", finding.why, finding.source));
    tell("mend", finding.mend);
    for (client, how) in finding.mend_in {
        tell(client.name(), how);
    }
    anstream::println!();
}

fn tell(what: &str, text: &str) {
    anstream::println!("  {what:>8}: {text}");
}

fn verdict(args: &LintArgs, findings: &[Finding]) -> String {
    let (errors, warnings) = (count(findings, Severity::Error), count(findings, Severity::Warning));
    let counts = format!("{errors} errors, {warnings} warnings, {} remarks", count(findings, Severity::Info));
    let in_answer = |finding: &&Finding| finding.severity == Severity::Error && finding.subject == Subject::Answer;
    let verdict = if findings.iter().any(|finding| in_answer(&finding)) {
        "The answer cannot be applied"
    } else if errors > 0 {
        "The offer would be refused"
    } else if args.answer.is_some() {
        "The answer fits the offer"
    } else {
        "The offer would be answered"
    };
    format!("{verdict}: {counts}.")
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}
