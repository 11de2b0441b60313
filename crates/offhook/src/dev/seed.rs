use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use offhook_call::{AppId, PageId, Psid};
use offhook_service::Service;
use serde::{Deserialize, Serialize};

use super::simulated::Behaviour;
use crate::secret;

/// What the development server has to offer; kept beside the database, because tokens are not readable there.
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
        let file = folder.join(FILE);
        let world = match fs::read(&file) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).with_context(|| format!("{} is not readable", file.display()))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let world = Self::make(service).await?;
                world.keep(&file).with_context(|| format!("{} cannot be written", file.display()))?;
                world
            }
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        };
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

    fn keep(&self, file: &Path) -> anyhow::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(file)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        Ok(file.sync_all()?)
    }
}

const FILE: &str = "dev.json";
const OWNER_ONLY: u32 = 0o600;

const GUESTS: &[(&str, Behaviour)] = &[
    ("You", Behaviour::ByHand),
    ("Echo", Behaviour::Echo),
    ("Tone", Behaviour::Tone),
    ("Late", Behaviour::Late),
    ("Brief", Behaviour::Brief),
    ("Decline", Behaviour::Decline),
    ("Ignore", Behaviour::Ignore),
];
