use std::io::IsTerminal as _;
use std::process::ExitCode;

use crate::cli::DemoArgs;
use crate::demo;
use crate::demo::Screen;

/// `offhook demo`: a real call on this machine, shown as it happens. Succeeds only if audio went both ways.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    let screen = match args.json {
        true => Screen::Silent,
        false if std::io::stdout().is_terminal() => Screen::Terminal,
        false => Screen::Plain,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let verdict = runtime.block_on(demo::run(screen))?;
    if args.json {
        anstream::println!("{}", serde_json::to_string(&verdict)?);
    }
    Ok(if verdict.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
