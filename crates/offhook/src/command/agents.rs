use std::process::ExitCode;

use super::client::run;
use crate::agents;
use crate::cli::{AddAgentArgs, ChangeAgentArgs, ListAgentsArgs, RenewAgentSecretArgs};

/// `offhook agents list`.
pub(crate) fn list(args: &ListAgentsArgs) -> anyhow::Result<ExitCode> {
    run(agents::list(args))
}

/// `offhook agents add`.
pub(crate) fn add(args: &AddAgentArgs) -> anyhow::Result<ExitCode> {
    run(agents::add(args))
}

/// `offhook agents change`.
pub(crate) fn change(args: &ChangeAgentArgs) -> anyhow::Result<ExitCode> {
    run(agents::change(args))
}

/// `offhook agents renew-secret`.
pub(crate) fn renew_secret(args: &RenewAgentSecretArgs) -> anyhow::Result<ExitCode> {
    run(agents::renew_secret(args))
}
