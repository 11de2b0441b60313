use clap::Args;
use offhook_client::admin::Admin;
use url::Url;

/// A server's own API.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// Where the server is
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) base_url: Url,
    /// Bearer token of the own API
    #[arg(long, env = "OFFHOOK_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) admin_token: String,
}

impl ServerArgs {
    pub(crate) fn admin(&self) -> anyhow::Result<Admin> {
        Ok(Admin::new(self.base_url.clone(), self.admin_token.clone())?)
    }
}
