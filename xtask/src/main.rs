//! The repository's own commands. One file per command; to add one, add a variant and its file.
#![expect(clippy::print_stdout, reason = "a command-line tool prints")]

mod bench;
mod crash;
mod fuzz;
mod images;
mod openapi;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Offhook's own commands", version)]
enum Command {
    Test(test::Args),
    Tidy(tidy::Args),
    Bench(bench::Args),
    Crash(crash::Args),
    Fuzz(fuzz::Args),
    Openapi(openapi::Args),
    Images(images::Args),
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    match command {
        Command::Test(args) => test::run(&workspace, &args),
        Command::Tidy(args) => tidy::run(&workspace, &args),
        Command::Bench(args) => bench::run(&workspace, &args),
        Command::Crash(args) => crash::run(&workspace, &args),
        Command::Fuzz(args) => fuzz::run(&workspace, &args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Images(args) => images::run(&workspace, &args),
    }
}
