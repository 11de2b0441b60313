use std::process::ExitCode;

use offhook_media::{Rule, rules};

/// `offhook sdp rules`: the table of docs/sdp.md.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    anstream::println!("| rule | severity | what is wrong | why it matters | how to mend it |");
    anstream::println!("|---|---|---|---|---|");
    for rule in rules() {
        anstream::println!("{}", row(rule));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(rule: &Rule) -> String {
    let ways = rule.mend_in.iter().map(|(client, how)| format!(" {}: {how}", client.name()));
    let cells = [
        format!("`{}`", rule.name),
        rule.severity.to_string(),
        rule.what.to_owned(),
        format!("{} ({})", rule.why, rule.source),
        rule.mend.to_owned() + &ways.collect::<String>(),
    ];
    // A bar would end the cell, in code too.
    format!("| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}
