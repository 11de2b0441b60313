use anyhow::Context as _;

use super::html;
use super::text::{Text, head};
use crate::cli::ShowCallArgs;

/// Everything that happened to a call.
pub(crate) async fn show(args: &ShowCallArgs) -> anyhow::Result<()> {
    let ShowCallArgs { server, call: id, full, json, html, pcap } = args;
    let admin = server.admin()?;
    if let Some(file) = pcap {
        let capture = admin.capture(id).await.with_context(|| format!("the server has no capture of {id}"))?;
        return std::fs::write(file, capture).with_context(|| format!("{} cannot be written", file.display()));
    }
    let call = admin.call(id).await.with_context(|| format!("the server does not show {id}"))?;
    let timeline =
        admin.timeline(id).await.with_context(|| format!("the server does not show what happened to {id}"))?;
    if *json {
        anstream::println!("{}", serde_json::to_string(&timeline)?);
    } else if let Some(file) = html {
        let page = html::page(&call, &timeline.entries);
        std::fs::write(file, page).with_context(|| format!("{} cannot be written", file.display()))?;
    } else {
        anstream::println!("{}\n{}", head(&call), Text { full: *full }.entries(&timeline.entries));
    }
    Ok(())
}
