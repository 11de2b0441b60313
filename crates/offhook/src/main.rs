//! The `offhook` program: commands, configuration and wiring. See `offhook help`.

mod agents;
mod call;
mod calls;
mod clean;
mod cli;
mod command;
mod config;
mod demo;
mod descriptors;
mod dev;
mod doctor;
mod load;
mod local_ip;
mod only_page;
mod run;
mod sandbox;
mod secret;
mod server;
mod shutdown;
mod supervisor;
mod telemetry;
mod webhooks;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    // FAILPOINTS in the environment, in the build that tests start; in any other there are no fail points.
    let _scenario = fail::has_failpoints().then(fail::FailScenario::setup);
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            // The one place where a command's failure is shown: its whole chain, for a person.
            anstream::eprintln!("offhook: {error:#}");
            ExitCode::FAILURE
        }
    }
}
