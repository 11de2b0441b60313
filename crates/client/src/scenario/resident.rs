use std::collections::BTreeMap;
use std::sync::Arc;

use offhook_call::Psid;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::event::Present;
use super::performance::{Part, Stage};
use super::run::{self, RunError, Server};
use super::script::Scenario;
use crate::consumer;

/// A consumer who lives by a scenario for as long as a server runs: the devices of its first consumer take their steps
/// again for each call. Nothing is recorded, nobody is told what came of it, and `limit` does not count.
pub struct Resident {
    pub scenario: Scenario,
    pub server: Server,
    /// Who it is, and the token of its devices.
    pub psid: Psid,
    pub token: String,
    /// The contents of [`Scenario::files`], by their names.
    pub files: BTreeMap<String, Vec<u8>>,
    pub stop: CancellationToken,
}

impl Resident {
    /// Lives until it is stopped. An error means that the server does not want it: a lost channel is opened again.
    pub async fn live(self) -> Result<(), RunError> {
        let Self { scenario, server, psid, token, files, stop } = self;
        let props = Arc::new(run::props(&scenario, &server, files).await?);
        let stage = Arc::new(Stage {
            began: Instant::now(),
            deadline: None,
            channel: consumer::channel_of(&server.base).ok_or_else(|| RunError::Address(server.base.clone()))?,
            local_ip: server.local_ip,
            props,
            observer: Arc::new(|_| {}),
            stop,
        });
        let mut devices = JoinSet::new();
        for consumer in scenario.consumers.into_iter().take(1) {
            let present = Present { name: consumer.name, psid };
            for device in consumer.devices {
                devices.spawn(Part::new(device, present.clone(), token.clone(), None, stage.clone()).live());
            }
        }
        while let Some(lived) = devices.join_next().await {
            let lived = lived.expect("a part neither panics nor is aborted");
            lived.map_err(|error| RunError::Device(error.to_string()))?;
        }
        Ok(())
    }
}
