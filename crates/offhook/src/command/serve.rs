use std::process::ExitCode;

use crate::cli::ServeArgs;
use crate::config::{Config, Secret};
use crate::server::Server;
use crate::{shutdown, supervisor, telemetry};

/// `offhook serve`: a server as the configuration says, until it is interrupted.
pub(crate) fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(Some(&args.config))?;
    if let Some(token) = args.admin_token {
        config.admin_token = Secret(token);
    }
    anyhow::ensure!(
        !config.admin_token.0.is_empty(),
        "admin_token is empty: set it in {} or in OFFHOOK_ADMIN_TOKEN, so that the own API is not open to everybody",
        args.config.display()
    );
    telemetry::log(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::open(&config).await?;
        tracing::info!(address = %server.address, "serving");
        let requested = shutdown::requested();
        supervisor::tell_ready();
        let until = async {
            requested.await;
            supervisor::tell_stopping();
        };
        server.serve(&config.admin_token.0, None, until, async { shutdown::requested().await }).await
    })?;
    Ok(ExitCode::SUCCESS)
}
