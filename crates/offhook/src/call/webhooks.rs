use anyhow::Context as _;
use offhook_client::graph::Graph;
use offhook_client::webhook::Receiver;
use url::Url;

use crate::cli::{CallArgs, CallbackArgs};
use crate::secret;

/// Starts a receiver, if one is wanted, and makes it the app's callback.
pub(super) async fn receive(args: &CallArgs, page: &Graph) -> anyhow::Result<Option<Receiver>> {
    let CallbackArgs { listen: Some(listen), callback, app: Some(app), verify_token } = &args.callback else {
        return Ok(None);
    };
    let app_secret = args.app_secret.clone().context("--listen needs --app-secret, to check signatures")?;
    let verify_token = verify_token.clone().unwrap_or_else(secret::random);
    let receiver = Receiver::bind(*listen, app_secret.clone(), verify_token.clone())
        .await
        .with_context(|| format!("{listen} cannot be listened on"))?;
    let callback: Url = callback.clone().unwrap_or_else(|| receiver.url());
    let as_app = Graph::new(args.base_url.clone(), format!("{app}|{app_secret}"))?;
    as_app
        .subscribe_app(*app, &callback, &verify_token, &["calls"])
        .await
        .with_context(|| format!("{callback} is not taken as the app's callback"))?;
    page.subscribe_page(args.page, &["calls"]).await.context("the app cannot be subscribed to the Page")?;
    Ok(Some(receiver))
}
