use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::Context as _;
use offhook_client::scenario::{BuiltIn, Resident, Server};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::seed::{Guest, World};

/// What a consumer of the development server does when the business calls: one of the built-in scenarios, or nothing by
/// itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Behaviour {
    /// Somebody opens the consumer's page.
    ByHand,
    Echo,
    Tone,
    Late,
    Brief,
    Decline,
    Ignore,
}

impl Behaviour {
    pub(super) fn describe(self) -> &'static str {
        self.scenario().map_or("you, with the consumer's page", |scenario| scenario.does)
    }

    /// `None`: there is no simulated device.
    fn scenario(self) -> Option<BuiltIn> {
        let name = match self {
            Self::ByHand => return None,
            Self::Echo => "echo",
            Self::Tone => "tone",
            Self::Late => "late",
            Self::Brief => "brief",
            Self::Decline => "decline",
            Self::Ignore => "ignore",
        };
        Some(BuiltIn::named(name).expect("a test starts a server with all of them"))
    }
}

/// Runs the simulated consumers until `stop`, through the consumer's channel as any device.
pub(super) async fn run(world: &World, base: &Url, stop: CancellationToken) -> anyhow::Result<()> {
    let mut residents = JoinSet::new();
    for guest in &world.consumers {
        if let Some(resident) = resident(world, guest, base, &stop) {
            residents.spawn(resident.live());
        }
    }
    while let Some(ended) = residents.join_next().await {
        ended?.context("a simulated consumer gave up")?;
    }
    Ok(())
}

fn resident(world: &World, guest: &Guest, base: &Url, stop: &CancellationToken) -> Option<Resident> {
    Some(Resident {
        scenario: guest.behaviour.scenario()?.scenario(),
        server: Server {
            base: base.clone(),
            admin_token: world.admin_token.clone(),
            page: world.page_id,
            local_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        },
        psid: guest.psid,
        token: guest.token.clone(),
        files: BTreeMap::new(),
        stop: stop.clone(),
    })
}
