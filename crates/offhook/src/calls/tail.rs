use anyhow::Context as _;
use futures_util::StreamExt as _;
use offhook_client::admin::CallEvent;
use serde_json::json;

use super::said::Said;
use super::text::Text;
use super::time::time_of_day;
use crate::cli::TailCallsArgs;
use crate::shutdown;

/// Shows what happens to calls, until the process is asked to stop or the call that is followed is over.
pub(crate) async fn tail(args: &TailCallsArgs) -> anyhow::Result<()> {
    tokio::select! {
        ended = follow(args) => ended,
        () = shutdown::requested() => Ok(()),
    }
}

async fn follow(args: &TailCallsArgs) -> anyhow::Result<()> {
    let TailCallsArgs { server, call, full, json } = args;
    let mut events =
        server.admin()?.events(call.as_ref()).await.context("the server does not tell what happens to calls")?;
    while let Some(event) = events.next().await {
        match event? {
            CallEvent::Entry { call: of, entry } if *json => {
                let mut line = json!(entry);
                line["call_id"] = json!(of);
                anstream::println!("{line}");
            }
            CallEvent::Entry { call: of, entry } => {
                let when = time_of_day(entry.at_us);
                let when = if call.is_some() { when } else { format!("{when}  {of}") };
                anstream::print!("{}", Text { full: *full }.entry(&when, WHO_WIDTH, &Said::of(&entry.event)));
            }
            CallEvent::Missed(missed) => {
                anstream::eprintln!("offhook: {missed} events came too fast and are not shown")
            }
            CallEvent::Call(_) => {}
        }
    }
    anyhow::ensure!(call.is_some(), "the server ended the stream");
    Ok(())
}

/// Enough for an app's id.
const WHO_WIDTH: usize = 29;
