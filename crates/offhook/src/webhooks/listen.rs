use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use offhook_client::admin::{Admin, Forwarder, Passed};

use super::line::{Line, call_id, event};
use crate::cli::ListenArgs;
use crate::shutdown;

/// Fetches an app's webhooks and posts them on, until the process is asked to stop. Tries and their order are the server's.
pub(crate) async fn listen(args: ListenArgs) -> anyhow::Result<()> {
    let admin = args.server.admin()?;
    let forwarder = Forwarder::new(args.forward_to.clone())?;
    let listening = admin.listen(args.app, args.page, args.replace).await;
    listening.context("the server does not let this app listen (with --replace a callback is no hindrance)")?;
    if !args.json {
        anstream::println!("The webhooks of app {} go to {}.", args.app, args.forward_to);
    }
    tokio::select! {
        ended = forward_all(&admin, &forwarder, &args) => ended,
        () = shutdown::requested() => Ok(()),
    }
}

async fn forward_all(admin: &Admin, forwarder: &Forwarder, args: &ListenArgs) -> anyhow::Result<()> {
    loop {
        match admin.next_webhook(args.app, WAIT).await {
            Ok(Some(passed)) => forward(admin, forwarder, args, passed).await,
            Ok(None) => {}
            // Another token will not come; a server that restarts will.
            Err(error) if error.refusal().is_some() => return Err(error.into()),
            Err(error) => {
                anstream::eprintln!("offhook: {:#}; trying again", anyhow::Error::from(error));
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn forward(admin: &Admin, forwarder: &Forwarder, args: &ListenArgs, passed: Passed) {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let began = Instant::now();
    let answered = forwarder.forward(&passed).await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    // What the callback could not say is told as a gateway would: the server tries again by its schedule.
    let (status, body) = match &answered {
        Ok((status, body)) => (*status, body.clone()),
        Err(error) => (BAD_GATEWAY, error.to_string()),
    };
    let taken = admin.answer_webhook(args.app, passed.number, status, &body).await.unwrap_or(false);
    let line = Line {
        at: i64::try_from(at).unwrap_or(i64::MAX),
        app_id: args.app.to_string(),
        delivery: passed.headers.get("webhook-id").cloned().unwrap_or_default(),
        call_id: call_id(&passed.body),
        event: event(&passed.body),
        number: None,
        status: answered.is_ok().then_some(status),
        took_ms,
        state: (!taken).then(|| "too late, it comes again".to_owned()),
        why: answered.err().map(|error| error.to_string()),
    };
    line.show(args.json);
}

/// How long one request waits for a webhook.
const WAIT: Duration = Duration::from_secs(8);

/// Before a server that does not answer is asked again.
const PAUSE: Duration = Duration::from_secs(1);

const BAD_GATEWAY: u16 = 502;
