use std::process::ExitCode;

use super::client::run;
use crate::cli::{ListenArgs, TailArgs};
use crate::webhooks;

/// `offhook webhooks listen`.
pub(crate) fn listen(args: ListenArgs) -> anyhow::Result<ExitCode> {
    run(webhooks::listen(args))
}

/// `offhook webhooks tail`.
pub(crate) fn tail(args: TailArgs) -> anyhow::Result<ExitCode> {
    run(webhooks::tail(args))
}
