//! A run: consumers are made, their devices connect, and all of them take their steps at the same time.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use offhook_call::{PageId, Psid};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::event::{Present, RunEvent};
use super::outcome::{ConsumerOutcome, DeviceOutcome, Outcome};
use super::performance::{Part, Stage};
use super::props::{self, Props};
use super::script::{Consumer, Scenario, Who};
use super::tape::{Tape, TapeError};
use crate::admin::{self, Admin, Deliveries};
use crate::audio::FileError;
use crate::consumer;

/// A scenario that is to be played on a server.
pub struct Run {
    pub scenario: Scenario,
    pub server: Server,
    /// The contents of [`Scenario::files`], by their names.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The folder that gets what the devices heard and saw; it is made if it is not there.
    pub record: Option<PathBuf>,
    /// Is told what happens.
    pub observer: Observer,
    /// Ends the run early.
    pub stop: CancellationToken,
}

/// Where to play.
#[derive(Clone)]
pub struct Server {
    pub base: Url,
    /// Bearer token of the own API.
    pub admin_token: String,
    /// The Page that the consumers are known to.
    pub page: PageId,
    /// The address that the devices send and receive media on.
    pub local_ip: IpAddr,
}

/// Must not block.
pub type Observer = Arc<dyn Fn(RunEvent) + Send + Sync>;

/// Why a run did not come about. What does not go as the scenario says is no error, but an [`Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("the server does not set the stage")]
    Server(#[from] admin::Error),
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
    #[error("{0} is no HTTP address")]
    Address(Url),
    #[error("the file `{0}` was not given")]
    NoFile(String),
    #[error("`{name}` cannot be played")]
    File { name: String, source: FileError },
    #[error("{} cannot be made", folder.display())]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Tape(#[from] TapeError),
    #[error("a device cannot connect: {0}")]
    Device(String),
}

impl Run {
    /// Plays the scenario to its end.
    pub async fn play(self) -> Result<Outcome, RunError> {
        let began = Instant::now();
        let Self { scenario, server, files, record, observer, stop } = self;
        if let Some(folder) = &record {
            std::fs::create_dir_all(folder).map_err(|source| RunError::Folder { folder: folder.clone(), source })?;
        }
        let channel = consumer::channel_of(&server.base).ok_or_else(|| RunError::Address(server.base.clone()))?;
        let props = Arc::new(props(&scenario, &server, files).await?);
        // Whatever ends this run ends its devices.
        let stop = stop.child_token();
        let _on_return = stop.clone().drop_guard();
        let stage = Arc::new(Stage {
            began,
            deadline: Some(began + scenario.limit),
            channel,
            local_ip: server.local_ip,
            props: props.clone(),
            observer: observer.clone(),
            stop,
        });
        let cast = cast(&scenario, &props).await?;
        let parts = arrive(&scenario, &cast, &stage, record.as_ref()).await?;
        let consumers = cast.iter().map(|(present, _)| present.clone()).collect();
        observer(RunEvent::Ready { scenario: scenario.name.clone(), consumers });
        let devices = perform(parts).await?;
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let consumers = cast.into_iter().zip(devices);
        let consumers = consumers.map(|((present, _), devices)| ConsumerOutcome {
            name: present.name,
            psid: present.psid,
            devices,
        });
        Ok(Outcome::new(scenario.name, took_ms, consumers.collect()))
    }
}

pub(super) async fn props(
    scenario: &Scenario,
    server: &Server,
    files: BTreeMap<String, Vec<u8>>,
) -> Result<Props, RunError> {
    let files: BTreeMap<String, Arc<[u8]>> = files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    for name in scenario.files() {
        let bytes = files.get(name).ok_or_else(|| RunError::NoFile(name.to_owned()))?;
        props::player(bytes).map_err(|source| RunError::File { name: name.to_owned(), source })?;
    }
    let admin = Admin::new(server.base.clone(), server.admin_token.clone())?;
    let newest = admin.deliveries(&Deliveries { limit: 1, ..Deliveries::default() }).await?;
    let newest = newest.first().map_or(0, |delivery| delivery.id);
    Ok(Props::new(admin, server.page, scenario.seed, newest, files))
}

/// Each consumer, and the token of its devices.
async fn cast(scenario: &Scenario, props: &Props) -> Result<Vec<(Present, String)>, RunError> {
    let mut cast = Vec::new();
    for Consumer { name, who, .. } in &scenario.consumers {
        let psid = match who {
            Who::Known(psid) => *psid,
            Who::New { permission } => new_consumer(props, name, *permission).await?,
        };
        let token = props.admin.create_consumer_token(props.page, psid).await?;
        cast.push((Present { name: name.clone(), psid }, token));
    }
    Ok(cast)
}

async fn new_consumer(props: &Props, name: &str, permission: bool) -> Result<Psid, RunError> {
    let psid = props.admin.create_consumer(props.page, name).await?;
    if permission {
        props.admin.grant(props.page, psid).await?;
    }
    Ok(psid)
}

/// Connects the devices of all consumers, in the scenario's order.
async fn arrive(
    scenario: &Scenario,
    cast: &[(Present, String)],
    stage: &Arc<Stage>,
    record: Option<&PathBuf>,
) -> Result<Vec<Vec<Part>>, RunError> {
    let mut all = Vec::new();
    for (consumer, (present, token)) in scenario.consumers.iter().zip(cast) {
        let mut parts = Vec::new();
        for device in &consumer.devices {
            let tape = record.map(|folder| Tape::new(folder, &consumer.name, &device.name.to_string()));
            let mut part = Part::new(device.clone(), present.clone(), token.clone(), tape, stage.clone());
            part.arrive().await.map_err(RunError::Device)?;
            parts.push(part);
        }
        all.push(parts);
    }
    Ok(all)
}

/// Lets all devices take their steps, and waits for the last.
async fn perform(parts: Vec<Vec<Part>>) -> Result<Vec<Vec<DeviceOutcome>>, RunError> {
    let mut playing = JoinSet::new();
    for (consumer, parts) in parts.into_iter().enumerate() {
        for (device, part) in parts.into_iter().enumerate() {
            playing.spawn(async move { ((consumer, device), part.perform().await) });
        }
    }
    let mut outcomes = BTreeMap::new();
    while let Some(played) = playing.join_next().await {
        let (place, outcome) = played.expect("a part neither panics nor is aborted");
        outcomes.insert(place, outcome?);
    }
    let mut consumers: Vec<Vec<DeviceOutcome>> = Vec::new();
    for ((consumer, _), outcome) in outcomes {
        consumers.resize_with(consumer + 1, Vec::new);
        consumers[consumer].push(outcome);
    }
    Ok(consumers)
}
