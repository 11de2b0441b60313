use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use offhook_call::{DeviceId, PageId, Psid};
use offhook_client::admin::Admin;
use offhook_client::audio::MarkedTone;
use offhook_client::business::{Business, Dial, Talk};
use offhook_client::consumer::{self, SimulatedConsumer};
use offhook_client::graph::Graph;
use offhook_client::phone::{self, Source, Statistics};
use offhook_client::rest::Observer;
use offhook_client::story::{Narrator, Party, StoryEvent, What};
use offhook_client::webhook::{Arrival, Receiver};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::screen::{Screen, Show};
use super::verdict::Verdict;
use crate::config::Config;
use crate::server::Server;
use crate::{dev, secret};

/// Starts a server in a temporary folder, plays a call on it and stops it.
pub(crate) async fn run(screen: Screen) -> anyhow::Result<Verdict> {
    let show = Show::new(screen);
    show.step("starting the server");
    let folder = tempfile::tempdir()?;
    let mut config = Config::load(None)?;
    config.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.store.path = folder.path().to_owned();
    dev::stay_local(&mut config);
    let server = Server::open(&config).await?;
    let base: Url = format!("http://{}", server.address).parse()?;
    show.line(&format!("Offhook listens on {base}, its data are in a temporary folder."));
    let admin_token = secret::random();
    let (stop, stopped) = oneshot::channel::<()>();
    let token = admin_token.clone();
    let serving = tokio::spawn(async move {
        let until = async {
            // The sender's end is as good as its word.
            let _ = stopped.await;
        };
        server.serve(&token, None, until, std::future::pending()).await
    });
    let played = play(base, &admin_token, show).await;
    let _ = stop.send(());
    serving.await?.context("the server failed")?;
    played
}

/// A stage that is set: who calls whom, and where webhooks arrive.
struct Stage {
    page: PageId,
    page_token: String,
    consumer: Psid,
    consumer_token: String,
    webhooks: Receiver,
}

async fn play(base: Url, admin_token: &str, show: Show) -> anyhow::Result<Verdict> {
    let (business, story) = Narrator::begin(Party::Business);
    let audience = tokio::spawn(watch(story, show));
    let stage = set(&base, admin_token, &business).await?;
    let stop = CancellationToken::new();
    let device = tokio::spawn(SimulatedConsumer::run(
        echo(&base, stage.consumer_token)?,
        business.for_party(Party::Consumer),
        stop.clone(),
    ));
    let graph = Graph::new(base, stage.page_token)?;
    let phone = phone::Config {
        source: Source::MarkedTone(MarkedTone::new(VOICE_HZ, VOICE_DBFS)),
        listen_for_hz: VOICE_HZ,
        ..phone::Config::default()
    };
    let talk = Talk { phone, length: Some(TALK), ..Talk::default() };
    let dial = Dial { to: stage.consumer, talk, patience: PATIENCE };
    let called = Business::new(graph, stage.page, stage.webhooks, business).call(dial).await;
    stop.cancel();
    device.await?.context("the simulated consumer failed")?;
    let (seen, show) = audience.await?;
    let report = called.context("the call failed")?;
    let consumer = seen.consumer.context("the consumer's phone reported nothing")?;
    let verdict = Verdict::of(&report, &consumer, seen.webhooks, seen.signatures_wrong);
    show.verdict(&verdict);
    Ok(verdict)
}

/// Makes an app, a Page and a consumer, as an operator would, and subscribes the app's webhooks.
async fn set(base: &Url, admin_token: &str, narrator: &Narrator) -> anyhow::Result<Stage> {
    let admin = Admin::new(base.clone(), admin_token)?.observed(observer(narrator));
    let app = admin.create_app("Demo app").await?;
    let page = admin.create_page("Demo Page").await?;
    let page_token = admin.create_page_token(page, app.id).await?;
    let consumer = admin.create_consumer(page, "Echo").await?;
    let consumer_token = admin.create_consumer_token(page, consumer).await?;
    admin.grant(page, consumer).await?;
    let webhooks = Receiver::start(0, app.secret.clone(), VERIFY_TOKEN.to_owned()).await?;
    let as_app = Graph::new(base.clone(), format!("{}|{}", app.id, app.secret))?.observed(observer(narrator));
    as_app.subscribe_app(app.id, &webhooks.url(), VERIFY_TOKEN, &["calls"]).await?;
    let as_page = Graph::new(base.clone(), page_token.clone())?.observed(observer(narrator));
    as_page.subscribe_page(page, &["calls"]).await?;
    Ok(Stage { page, page_token, consumer, consumer_token, webhooks })
}

fn observer(narrator: &Narrator) -> Observer {
    let narrator = narrator.clone();
    Arc::new(move |exchange| narrator.tell(What::Request(exchange.clone())))
}

fn echo(base: &Url, token: String) -> anyhow::Result<consumer::Config> {
    Ok(consumer::Config {
        channel: consumer::channel_of(base).with_context(|| format!("{base} is no HTTP address"))?,
        token,
        device: DeviceId::try_from("demo".to_owned())?,
        behaviour: consumer::Behaviour::Echo { delay: Duration::ZERO },
        accept_after: RING,
        hang_up_after: None,
        video: false,
        local_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        listen_for_hz: VOICE_HZ,
        listener: None,
    })
}

/// What the audience has seen.
#[derive(Default)]
struct Seen {
    consumer: Option<Statistics>,
    webhooks: usize,
    signatures_wrong: usize,
}

/// Shows the story until nobody tells it any more.
async fn watch(mut story: mpsc::Receiver<StoryEvent>, show: Show) -> (Seen, Show) {
    let mut seen = Seen::default();
    show.step("a call is under way");
    while let Some(event) = story.recv().await {
        show.event(&event);
        match event {
            StoryEvent { what: What::Webhook(arrival), .. } => {
                seen.webhooks += 1;
                seen.signatures_wrong += usize::from(!matches!(arrival, Arrival::Valid { .. }));
            }
            StoryEvent { who: Party::Consumer, what: What::HungUp(statistics), .. } => {
                seen.consumer = Some(*statistics);
            }
            StoryEvent { .. } => {}
        }
    }
    (seen, show)
}

const VERIFY_TOKEN: &str = "demo";
const VOICE_HZ: u32 = 440;
const VOICE_DBFS: f32 = -12.0;
const RING: Duration = Duration::from_millis(500);
const TALK: Duration = Duration::from_secs(5);

/// Longest wait for the consumer to pick up and be heard.
const PATIENCE: Duration = Duration::from_secs(10);
