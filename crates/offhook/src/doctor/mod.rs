//! `offhook doctor`: looks at a deployment and says what to change.
//!
//! Each file has one subject and returns [`Line`]s. What a check sees of the machine is an argument where it can be, so that
//! each can be made to fail. Nothing here changes anything, except that a file is made in the data folder and removed, and
//! what `--webhooks` and `--browser` ask for.

mod addresses;
mod base_url;
mod certificate;
mod clock;
mod endpoints;
mod files;
mod line;
mod ports;
mod reach;
mod store;

use offhook_client::admin::Admin;

use crate::cli::DoctorArgs;
use crate::config::Config;
pub(crate) use line::{Line, Verdict};

/// All checks that the arguments allow, in the order in which a deployment is set up. `tell` hears of each at once.
pub(crate) async fn examine(args: &DoctorArgs, mut tell: impl FnMut(&Line)) -> anyhow::Result<Vec<Line>> {
    let mut seen = Vec::new();
    let mut note = |lines: Vec<Line>| {
        lines.iter().for_each(&mut tell);
        seen.extend(lines);
    };
    if let Some(file) = &args.config {
        match Config::load(Some(file)) {
            Ok(config) => {
                note(vec![Line::ok("config", format!("{} is valid", file.display()))]);
                note(ports::examine(&config).await);
                note(addresses::examine(&config.media));
                note(store::examine(&config.store.path));
                note(files::examine(&config.media));
            }
            Err(error) => note(vec![Line::fail("config", format!("{error:#}"), "Mend the file.")]),
        }
    }
    note(clock::examine());
    if let Some(base) = &args.base_url {
        note(base_url::examine(base).await?);
        if let Some(token) = &args.admin_token {
            let admin = Admin::new(base.clone(), token.clone())?;
            note(endpoints::examine(&admin, args.webhooks).await?);
            if let Some(listen) = args.browser {
                note(reach::examine(&admin, listen, args.wait.into()).await?);
            }
        }
    }
    Ok(seen)
}
