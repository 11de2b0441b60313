//! Answers the calls of a Page's consumers, one after the other, and says what it hears.
//!
//! ```sh
//! offhook dev --json            # prints what to fill in
//! cargo run --example answer_calls -- BASE_URL PAGE PAGE_TOKEN APP APP_SECRET
//! ```
//!
//! It makes itself the app's callback, on a port of this machine. For Meta, put an HTTPS proxy before
//! `Receiver::bind` and subscribe its address.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;
use std::time::Duration;

use offhook_client::business::{Business, Report, Talk};
use offhook_client::graph::{AppId, CallSettings, Graph, PageId, RingTarget};
use offhook_client::phone::{Config, Source};
use offhook_client::story::{Narrator, Party};
use offhook_client::webhook::Receiver;
use tokio_util::sync::CancellationToken;
use url::Url;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [base, page, token, app, app_secret] = args.as_slice() else {
        return Err("usage: answer_calls BASE_URL PAGE PAGE_TOKEN APP APP_SECRET".into());
    };
    let stop = CancellationToken::new();
    let on_ctrl_c = stop.clone();
    tokio::spawn(async move {
        tokio::signal::ctrl_c().await.ok();
        on_ctrl_c.cancel();
    });
    let mut business = open_for_calls(base.parse()?, page.parse()?, token, app.parse()?, app_secret).await?;
    while let Some(report) = echo_next_call(&mut business, &stop).await? {
        println!("{}: {} packets heard", report.call, report.statistics.packets_played());
    }
    Ok(())
}

/// Takes the app's webhooks, and has the Page's calls ring here.
pub(crate) async fn open_for_calls(
    base: Url,
    page: PageId,
    token: &str,
    app: AppId,
    app_secret: &str,
) -> Result<Business, Box<dyn Error>> {
    let webhooks = Receiver::start(0, app_secret.to_owned(), "a verify token".to_owned()).await?;
    let as_app = Graph::new(base.clone(), format!("{app}|{app_secret}"))?;
    as_app.subscribe_app(app, &webhooks.url(), "a verify token", &["calls"]).await?;
    let graph = Graph::new(base, token)?;
    graph.subscribe_page(page, &["calls"]).await?;
    let ring_apps = CallSettings { call_routing: Some(RingTarget::Partners), ..CallSettings::default() };
    graph.set_call_settings(page, &ring_apps).await?;

    // Prints what happens, as it happens.
    let (narrator, mut story) = Narrator::begin(Party::Business);
    tokio::spawn(async move {
        while let Some(event) = story.recv().await {
            println!("{event}");
        }
    });
    Ok(Business::new(graph, page, webhooks, narrator))
}

/// Accepts the next call: its `connect` webhook, the offer, the answer, perhaps an offer of the server's own. `None`
/// once it is stopped.
pub(crate) async fn echo_next_call(
    business: &mut Business,
    stop: &CancellationToken,
) -> Result<Option<Report>, Box<dyn Error>> {
    let source = Source::Echo { delay: Duration::ZERO };
    let phone = Config { source, ..Config::default() };
    Ok(business.answer(Talk { phone, stop: stop.clone(), ..Talk::default() }).await?)
}
