//! The benches behind `cargo xtask bench`. Each prints a table, or one JSON object with `--json`.
#![expect(clippy::print_stdout, reason = "a command-line tool prints")]

mod connect;
mod peers;
mod relay;
mod store;
mod times;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "What Offhook promises, measured")]
enum Bench {
    Connect(connect::Args),
    Peers(peers::Args),
    Relay(relay::Args),
    Store(store::Args),
    #[command(hide = true)]
    RelayProcess(peers::RelayProcess),
}

fn main() -> ExitCode {
    let result = match Bench::parse() {
        Bench::Connect(args) => connect::run(&args),
        Bench::Peers(args) => peers::run(&args),
        Bench::Relay(args) => relay::run(&args),
        Bench::Store(args) => store::run(&args),
        Bench::RelayProcess(args) => args.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
