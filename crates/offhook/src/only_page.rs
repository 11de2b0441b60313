use anyhow::{Context as _, bail};
use offhook_call::PageId;
use offhook_client::admin::Admin;

/// The Page that is meant when none is named: the server's only one.
pub(crate) async fn only_page(admin: &Admin) -> anyhow::Result<PageId> {
    let pages = admin.pages().await.context("the server does not list its Pages")?;
    let [(page, _)] = &pages[..] else {
        let listed: Vec<_> = pages.iter().map(|(page, name)| format!("{page} ({name})")).collect();
        bail!(
            "--page must name one of the server's Pages; it has {}",
            if listed.is_empty() { "none".to_owned() } else { listed.join(", ") }
        );
    };
    Ok(*page)
}
