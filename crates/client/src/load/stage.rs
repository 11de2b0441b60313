//! Who calls whom: Pages with their tokens and webhooks, consumers with their devices.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use offhook_call::{PageId, Psid};
use url::Url;

use super::Plan;
use super::guest::Guest;
use super::media::Media;
use super::webhooks::{Routes, Source};
use crate::admin::{self, Admin, App};
use crate::graph::{self, Graph};
use crate::webhook::Receiver;

/// Everybody who takes part.
pub(super) struct Stage {
    pub(super) callees: Vec<Arc<Callee>>,
    pub(super) routes: Vec<Arc<Routes>>,
    webhooks: Option<WebhookWay>,
    /// They come as long as the stage stands.
    sources: Vec<Source>,
}

/// How webhooks come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookWay {
    /// The server posts them here.
    Posted,
    /// They are fetched: the server does not post to this machine.
    Fetched,
}

/// A Page.
pub(super) struct Business {
    pub(super) graph: Graph,
    pub(super) page: PageId,
    /// `None`: it is told nothing.
    pub(super) routes: Option<Arc<Routes>>,
}

/// A consumer of a Page, in one call at a time.
pub(super) struct Callee {
    pub(super) business: Arc<Business>,
    pub(super) psid: Psid,
    /// `None`: somebody else answers.
    pub(super) guest: Option<Guest>,
}

/// What a stage is made with.
pub struct Props {
    pub admin: Admin,
    /// The server's root.
    pub base: Url,
    /// Where webhooks are listened for; each app takes a port of its own. If the server does not post there, they are
    /// fetched.
    pub listen: IpAddr,
}

#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("the server's own API refused")]
    Admin(#[from] admin::Error),
    #[error("the Graph API refused")]
    Graph(#[from] graph::Error),
    #[error("no HTTP client")]
    Client(#[from] reqwest::Error),
    #[error("webhooks cannot be listened for")]
    Listen(#[source] io::Error),
    #[error("{0} is no HTTP address")]
    NoHttp(Url),
    #[error("a consumer's device is not let in")]
    NotWelcome,
    #[error(
        "{calls} calls at a time and {rate} new ones a second need {needed} consumers, since each rests after a call; {given} were given"
    )]
    TooFew { calls: u32, rate: f64, needed: u64, given: usize },
}

/// Below the limits that a server has by default: calls of one Page at a time, connects of one app a second.
const CALLS_PER_PAGE: u32 = 400;
const RATE_PER_APP: f64 = 50.0;
/// A consumer is not called again so soon after the scheduled end of a call: time for one that is late to end.
const REST_S: f64 = 12.0;
const REST_OF_GIVEN_S: f64 = 1.0;
/// Below what a server allows a consumer in a day by default.
const CALLS_PER_CONSUMER: u64 = 90;
/// Requests and devices at a time while the stage is set.
const AT_ONCE: usize = 32;
const VERIFY_TOKEN: &str = "load";
const NAME: &str = "Load";

impl Stage {
    /// Makes Pages, apps and consumers on an Offhook server. They stay there.
    pub(super) async fn set(props: &Props, plan: &Plan, media: &Arc<Media>) -> Result<Self, StageError> {
        let pages = plan.calls().div_ceil(CALLS_PER_PAGE).max((plan.rate() / RATE_PER_APP).ceil() as u32);
        let mut stage =
            Self { callees: Vec::new(), routes: Vec::new(), webhooks: Some(WebhookWay::Posted), sources: Vec::new() };
        let mut businesses = Vec::new();
        for _ in 0..pages {
            businesses.push(stage.open_page(props).await?);
        }
        let channel = channel(&props.base)?;
        // The Pages take turns, so that those who are called one after the other belong to different ones.
        let consumers = (0..consumers(plan)).map(|number| Arc::clone(&businesses[number % businesses.len()]));
        let made = stream::iter(consumers).map(|business| invite(props, business, channel.clone(), media));
        stage.callees = made.buffered(AT_ONCE).try_collect().await?;
        Ok(stage)
    }

    /// Calls consumers who are there, and whom somebody else answers for.
    pub(super) fn given(graph: Graph, page: PageId, consumers: &[Psid], plan: &Plan) -> Result<Self, StageError> {
        let needed = u64::from(plan.calls()) + (plan.rate() * REST_OF_GIVEN_S).ceil() as u64;
        let (calls, rate, given) = (plan.calls(), plan.rate(), consumers.len());
        if (given as u64) < needed {
            return Err(StageError::TooFew { calls, rate, needed, given });
        }
        let business = Arc::new(Business { graph, page, routes: None });
        let callee = |psid: &Psid| Arc::new(Callee { business: Arc::clone(&business), psid: *psid, guest: None });
        let callees = consumers.iter().map(callee).collect();
        Ok(Self { callees, routes: Vec::new(), webhooks: None, sources: Vec::new() })
    }

    /// How webhooks come, if they do.
    pub(super) fn webhooks(&self) -> Option<WebhookWay> {
        self.webhooks
    }

    /// Ends the subscriptions, so that nothing more is owed to who is gone.
    pub(super) async fn clear(self) {
        let mut pages: Vec<_> = self.callees.iter().map(|callee| (callee.business.page, &callee.business)).collect();
        pages.sort_by_key(|(page, _)| *page);
        pages.dedup_by_key(|(page, _)| *page);
        for (page, business) in pages.into_iter().filter(|(_, business)| business.routes.is_some()) {
            if let Err(error) = business.graph.unsubscribe_page(page).await {
                tracing::warn!(error = &error as &dyn std::error::Error, %page, "the subscription of a Page stays");
            }
        }
    }

    async fn open_page(&mut self, props: &Props) -> Result<Arc<Business>, StageError> {
        let Props { admin, base, .. } = props;
        let app = admin.create_app(NAME).await?;
        let page = admin.create_page(NAME).await?;
        let graph = Graph::new(base.clone(), admin.create_page_token(page, app.id).await?)?;
        let routes = Arc::new(Routes::default());
        let source = match self.webhooks {
            Some(WebhookWay::Posted) => self.subscribe(props, &app, &routes).await?,
            Some(WebhookWay::Fetched) | None => None,
        };
        let source = match source {
            Some(source) => source,
            None => {
                self.webhooks = Some(WebhookWay::Fetched);
                admin.listen(app.id, Some(page), false).await?;
                Source::fetched(admin, app.id, &app.secret, &routes)
            }
        };
        graph.subscribe_page(page, &["calls"]).await?;
        self.sources.push(source);
        self.routes.push(Arc::clone(&routes));
        Ok(Arc::new(Business { graph, page, routes: Some(routes) }))
    }

    /// Makes a receiver the app's callback; `None` if the server does not take it.
    async fn subscribe(&self, props: &Props, app: &App, routes: &Arc<Routes>) -> Result<Option<Source>, StageError> {
        let address = SocketAddr::new(props.listen, 0);
        let receiver = Receiver::bind(address, app.secret.clone(), VERIFY_TOKEN.to_owned()).await;
        let receiver = receiver.map_err(StageError::Listen)?;
        let as_app = Graph::new(props.base.clone(), format!("{}|{}", app.id, app.secret))?;
        match as_app.subscribe_app(app.id, &receiver.url(), VERIFY_TOKEN, &["calls"]).await {
            Ok(()) => Ok(Some(Source::posted(receiver, Arc::clone(routes)))),
            Err(graph::Error::Refused { refusal, .. }) => {
                tracing::debug!(?refusal, "webhooks are fetched");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// How many consumers it takes that one is always free, and none is called too often.
fn consumers(plan: &Plan) -> usize {
    let at_a_time = u64::from(plan.calls()) + (plan.rate() * REST_S).ceil() as u64;
    let in_all = plan.starts().div_ceil(CALLS_PER_CONSUMER);
    at_a_time.max(in_all).min(plan.starts()) as usize
}

fn channel(base: &Url) -> Result<Url, StageError> {
    let scheme = if base.scheme() == "https" { "wss" } else { "ws" };
    let mut channel = base.join("/consumer/v1").map_err(|_| StageError::NoHttp(base.clone()))?;
    channel.set_scheme(scheme).map_err(|()| StageError::NoHttp(base.clone()))?;
    Ok(channel)
}

/// A consumer who has permitted calls, with a device.
async fn invite(
    props: &Props,
    business: Arc<Business>,
    channel: Url,
    media: &Arc<Media>,
) -> Result<Arc<Callee>, StageError> {
    let (admin, page) = (&props.admin, business.page);
    let psid = admin.create_consumer(page, NAME).await?;
    let token = admin.create_consumer_token(page, psid).await?;
    admin.grant(page, psid).await?;
    let guest = Guest::start(channel, token, Arc::clone(media)).await.ok_or(StageError::NotWelcome)?;
    Ok(Arc::new(Callee { business, psid, guest: Some(guest) }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn there_is_a_consumer_for_each_call_and_some_rest() {
        let of = |calls, rate, seconds| consumers(&Plan::new(calls, rate, Duration::from_secs(seconds)).unwrap());
        assert_eq!(of(500, 20.0, 60), 740);
        assert_eq!(of(20, 20.0, 4), 80, "not more than there are calls");
        assert_eq!(of(500, 20.0, 36_000), 8_000, "not more calls in a day than a consumer may get");
    }

    #[test]
    fn too_few_given_consumers_are_refused_with_how_many_it_takes() {
        let plan = Plan::new(10, 2.0, Duration::from_secs(60)).unwrap();
        let graph = Graph::new("http://127.0.0.1:9".parse().unwrap(), "token").unwrap();
        let psids: Vec<_> = (1..=11).map(Psid).collect();
        let refused = Stage::given(graph.clone(), PageId(1), &psids, &plan).err().unwrap().to_string();
        assert!(refused.contains("12 consumers") && refused.contains("11 were given"), "{refused}");
        assert!(Stage::given(graph, PageId(1), &[&psids[..], &[Psid(12)]].concat(), &plan).is_ok());
    }
}
