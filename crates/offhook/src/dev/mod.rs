//! The development server: a Page that is ready, consumers that answer, and pages to call from. Its data stay.

mod agent;
mod greeting;
mod kept;
mod seed;
mod simulated;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use anyhow::Context as _;
use offhook_client::graph::Graph;
use offhook_http::{Demo, DemoConsumer};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cli::DevArgs;
use crate::config::Config;
use crate::server::Server;
use crate::shutdown;
use agent::Agent;
use seed::World;

/// The defaults with what development wants: everything on loopback, webhooks to it allowed, a quiet log.
pub(crate) fn config(args: &DevArgs) -> anyhow::Result<Config> {
    let mut config = Config::load(None)?;
    config.listen = args.listen;
    config.store.path.clone_from(&args.data);
    config.sandbox = true;
    config.timeline.keys = true;
    stay_local(&mut config);
    config.log.filter = std::env::var("OFFHOOK_LOG").unwrap_or_else(|_| "warn".to_owned());
    Ok(config)
}

/// Media and webhooks on this machine only.
pub(crate) fn stay_local(config: &mut Config) {
    config.media.bind = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    config.media.advertise = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    config.webhooks.allow_private = true;
}

/// Serves until the process is asked to stop.
pub(crate) async fn run(config: &Config, json: bool) -> anyhow::Result<()> {
    let server = Server::open(config).await?;
    let world = World::load_or_make(&config.store.path, &server.service).await?;
    let agent = Agent::load_or_make(&config.store.path, &server.service, world.page_id).await?;
    let base: Url = format!("http://{}", server.address).parse()?;
    let demo = Arc::new(world.demo());
    let stop = CancellationToken::new();
    let guests = {
        let (world, base, stop) = (world.clone(), base.clone(), stop.clone());
        async move {
            subscribe(&world, &base).await?;
            greeting::show(&world, &agent, &base, json)?;
            simulated::run(&world, &base, stop).await
        }
    };
    let guests = tokio::spawn(guests);
    let until = async {
        shutdown::requested().await;
        stop.cancel();
    };
    let served = server.serve(&world.admin_token, Some(demo), until, async { shutdown::requested().await });
    served.await?;
    guests.await.context("the simulated consumers failed")?
}

/// Points the demo app's webhooks here, unless its developer has pointed them elsewhere.
async fn subscribe(world: &World, base: &Url) -> anyhow::Result<()> {
    let app = Graph::new(base.clone(), format!("{}|{}", world.app_id, world.app_secret))?;
    let elsewhere = |callback: &str| !callback.ends_with(CALLBACK_PATH);
    if app.app_subscriptions(world.app_id).await?.iter().any(|current| elsewhere(&current.callback_url)) {
        return Ok(());
    }
    app.subscribe_app(world.app_id, &base.join(CALLBACK_PATH)?, &world.verify_token, FIELDS)
        .await
        .context("the demo app's callback cannot be set")?;
    let page = Graph::new(base.clone(), world.page_token.clone())?;
    page.subscribe_page(world.page_id, FIELDS).await.context("the demo app cannot be subscribed to its Page")?;
    Ok(())
}

impl World {
    fn demo(&self) -> Demo {
        let consumers = self.consumers.iter().map(|consumer| DemoConsumer {
            psid: consumer.psid,
            name: consumer.name.clone(),
            token: consumer.token.clone(),
        });
        Demo {
            page_id: self.page_id,
            page_name: self.page_name.clone(),
            page_token: self.page_token.clone(),
            app_id: self.app_id,
            consumers: consumers.collect(),
            app_secret: self.app_secret.clone(),
            verify_token: self.verify_token.clone(),
            webhooks: broadcast::Sender::new(WEBHOOKS),
        }
    }
}

const CALLBACK_PATH: &str = "/demo/webhook";

/// What the demo's pages follow.
const FIELDS: &[&str] = &["calls", "call_permission_reply", "call_settings_update", "messages", "messaging_postbacks"];

/// Webhooks that wait for a page that shows them.
const WEBHOOKS: usize = 64;
