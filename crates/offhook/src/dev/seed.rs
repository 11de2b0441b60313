use std::path::Path;

use offhook_call::{AppId, PageId, Psid};
use offhook_service::Service;
use serde::{Deserialize, Serialize};

use super::kept::kept_or_made;
use super::simulated::Behaviour;
use crate::secret;

/// What the development server has to offer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct World {
    pub(super) page_id: PageId,
    pub(super) page_name: String,
    pub(super) page_token: String,
    pub(super) app_id: AppId,
    pub(super) app_secret: String,
    pub(super) admin_token: String,
    pub(super) verify_token: String,
    pub(super) consumers: Vec<Guest>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Guest {
    pub(super) psid: Psid,
    pub(super) name: String,
    pub(super) token: String,
    pub(super) behaviour: Behaviour,
}

impl World {
    /// The world of an earlier run, or a new one. Permissions are granted anew each time: they last seven days.
    pub(super) async fn load_or_make(folder: &Path, service: &Service) -> anyhow::Result<Self> {
        let world = kept_or_made(&folder.join(FILE), Self::make(service)).await?;
        for guest in &world.consumers {
            service.grant(world.page_id, guest.psid).await?;
        }
        Ok(world)
    }

    async fn make(service: &Service) -> anyhow::Result<Self> {
        let app = service.create_app("Demo app".to_owned(), false).await?;
        let page = service.create_page("Demo Page".to_owned()).await?;
        let page_token = service.create_page_token(app.id, page.id, true, None).await?.token;
        let mut consumers = Vec::new();
        for (name, behaviour) in GUESTS {
            let consumer = service.create_consumer(page.id, (*name).to_owned()).await?;
            let token = service.create_consumer_token(page.id, consumer.psid).await?.token;
            consumers.push(Guest { psid: consumer.psid, name: consumer.name, token, behaviour: *behaviour });
        }
        Ok(Self {
            page_id: page.id,
            page_name: page.name,
            page_token,
            app_id: app.id,
            app_secret: app.secret,
            admin_token: secret::random(),
            verify_token: secret::random(),
            consumers,
        })
    }
}

const FILE: &str = "dev.json";

const GUESTS: &[(&str, Behaviour)] = &[
    ("You", Behaviour::ByHand),
    ("Echo", Behaviour::Echo),
    ("Tone", Behaviour::Tone),
    ("Late", Behaviour::Late),
    ("Brief", Behaviour::Brief),
    ("Decline", Behaviour::Decline),
    ("Ignore", Behaviour::Ignore),
];
