use std::fs;
use std::net::IpAddr;

use anyhow::Context as _;
use offhook_client::scenario::{Outcome, Run, Server, junit};
use tokio_util::sync::CancellationToken;

use super::script::Script;
use super::show;
use crate::cli::RunArgs;
use crate::only_page::only_page;
use crate::{local_ip, shutdown};

/// Plays all scenarios, one after the other; whether everything was as expected.
pub(crate) async fn run(args: &RunArgs) -> anyhow::Result<bool> {
    let scripts: Vec<Script> = args.scenarios.iter().map(|named| Script::find(named)).collect::<Result<_, _>>()?;
    let server = server(args).await?;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        shutdown::requested().await;
        asked.cancel();
    });
    let mut outcomes = Vec::new();
    for script in scripts {
        let named = script.named.clone();
        let outcome =
            play(script, args, &server, &stop).await.with_context(|| format!("{named} could not be played"))?;
        show::outcome(&outcome, args.json);
        outcomes.push(outcome);
    }
    if let Some(file) = &args.junit {
        fs::write(file, junit(&outcomes)).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(outcomes.iter().all(|outcome| outcome.passed))
}

async fn play(script: Script, args: &RunArgs, server: &Server, stop: &CancellationToken) -> anyhow::Result<Outcome> {
    let record = args.record.as_ref().map(|folder| folder.join(script.stem()));
    let Script { scenario, files, .. } = script;
    let observer = show::observer(args.json);
    Ok(Run { scenario, server: server.clone(), files, record, observer, stop: stop.clone() }.play().await?)
}

async fn server(args: &RunArgs) -> anyhow::Result<Server> {
    let base = args.server.base_url.clone();
    let local_ip: IpAddr = args.local_ip.map_or_else(|| local_ip::towards(&base), Ok)?;
    let page = match args.page {
        Some(page) => page,
        None => only_page(&args.server.admin()?).await?,
    };
    Ok(Server { base, admin_token: args.server.admin_token.clone(), page, local_ip })
}
