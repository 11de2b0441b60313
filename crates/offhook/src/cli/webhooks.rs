use clap::{Args, Subcommand};
use offhook_call::{AppId, PageId};
use offhook_client::graph::CallId;
use url::Url;

use super::ServerArgs;

#[derive(Debug, Subcommand)]
pub(super) enum WebhooksCommand {
    /// Fetch an app's webhooks and post them to a URL, from behind any NAT; the server does the rest as for a callback
    Listen(ListenArgs),
    /// Show each try of a webhook as it happens
    Tail(TailArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The app
    #[arg(long)]
    pub(crate) app: AppId,
    /// Where to post its webhooks: the very bytes, with their signatures
    #[arg(long, value_name = "URL")]
    pub(crate) forward_to: Url,
    /// A Page to subscribe the app to
    #[arg(long)]
    pub(crate) page: Option<PageId>,
    /// If the app has a callback, REPLACE it, and leave it replaced
    #[arg(long)]
    pub(crate) replace: bool,
    /// Print each webhook as a JSON object and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Only this app's
    #[arg(long)]
    pub(crate) app: Option<AppId>,
    /// Only this call's
    #[arg(long)]
    pub(crate) call: Option<CallId>,
    /// Print each try as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
