use anyhow::Context as _;
use offhook_client::admin::Calls;

use super::text::course;
use super::time::date_time;
use crate::cli::ListCallsArgs;

/// One call a line, the newest first.
pub(crate) async fn list(args: &ListCallsArgs) -> anyhow::Result<()> {
    let ListCallsArgs { server, page, live, limit, json } = args;
    let wanted = Calls { page: *page, live: *live, limit: *limit };
    let calls = server.admin()?.calls(&wanted).await.context("the server does not list its calls")?;
    for call in &calls {
        if *json {
            anstream::println!("{}", serde_json::to_string(call)?);
        } else {
            let way = if call.direction == "business_initiated" { "→" } else { "←" };
            let (at, page, psid) = (date_time(call.created_at), call.page_id, call.psid);
            anstream::println!("{at}  {}  {page} {way} {psid}  {}", call.id, course(call));
        }
    }
    if calls.is_empty() && !json {
        anstream::println!("There are no {}calls.", if *live { "live " } else { "" });
    }
    Ok(())
}
