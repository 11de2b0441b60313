use std::process::ExitCode;

use super::client::run;
use crate::calls;
use crate::cli::{ListCallsArgs, ShowCallArgs, TailCallsArgs};

/// `offhook calls list`.
pub(crate) fn list(args: &ListCallsArgs) -> anyhow::Result<ExitCode> {
    run(calls::list(args))
}

/// `offhook calls show`.
pub(crate) fn show(args: &ShowCallArgs) -> anyhow::Result<ExitCode> {
    run(calls::show(args))
}

/// `offhook calls tail`.
pub(crate) fn tail(args: &TailCallsArgs) -> anyhow::Result<ExitCode> {
    run(calls::tail(args))
}
