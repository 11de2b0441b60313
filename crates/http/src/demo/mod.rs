//! The demo pages and what they need to know. Exists only in `offhook dev` and `offhook demo`; elsewhere these paths
//! are unknown.
//!
//! | path | answer |
//! |---|---|
//! | `GET /demo/business`, `GET /demo/consumer` | `web/demo/business.html`, `web/demo/consumer.html` |
//! | `GET /demo/config.json` | `{"page_id","page_name","page_token","app_id","consumers":[{"psid","name","token"}]}`, all strings |
//! | `GET /demo/webhooks` | server-sent events named `webhook`, each with one line of data: `{"verified":true,"body":{…}}`; `body` is Meta's envelope as it arrived. Only what arrives while one listens |
//! | `GET`/`POST /demo/webhook` | the demo app's callback: `hub.challenge` handshake, and webhooks with a valid `X-Hub-Signature-256`; others get 403 and are shown as `{"verified":false,"body":null}` |
//!
//! The pages speak to `location.origin`: the Graph edge is `/{page_id}/calls`, the consumer's channel `/consumer/v1`.

mod callback;
mod config;
mod feed;
mod pages;
mod routes;

pub use config::{Demo, DemoConsumer};
pub use feed::ReceivedWebhook;
pub(crate) use routes::routes;
