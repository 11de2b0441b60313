use std::time::Duration;

use anyhow::Context as _;
use offhook_client::audio::{Player, Recording, SILENCE, Tone};
use offhook_client::business::{Business, Dial, Failure, Report, Talk};
use offhook_client::graph::{self, Graph};
use offhook_client::phone::{self, Source, Tap};
use offhook_client::story::{Narrator, Party, StoryEvent};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::report::CallReport;
use super::webhooks;
use crate::cli::{CallArgs, VoiceArgs};
use crate::{local_ip, shutdown};

/// How a call came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The parties talked.
    Talked,
    /// The consumer did not pick up.
    Unanswered,
    /// The caller gave up before the consumer picked up.
    Interrupted,
}

/// Places a call and follows it to its end.
pub(crate) async fn place(args: CallArgs) -> anyhow::Result<Ended> {
    let mut graph = Graph::new(args.base_url.clone(), args.token.clone())?;
    if let Some(app_secret) = &args.app_secret {
        graph = graph.with_proof(app_secret);
    }
    let (narrator, story) = Narrator::begin(Party::Business);
    let show = tokio::spawn(show(story, args.json));
    let mut business = match webhooks::receive(&args, &graph).await? {
        Some(receiver) => Business::new(graph.clone(), args.page, receiver, narrator),
        None => Business::without_webhooks(graph.clone(), args.page, narrator),
    };
    let stop = CancellationToken::new();
    let (talk, recording) = talk(&args, &stop)?;
    let interrupted = tokio::spawn(interrupt(stop));
    let called = business.call(Dial { to: args.to, talk, patience: PATIENCE }).await;
    // The story ends with its narrator.
    drop(business);
    show.await?;
    if let Some(recording) = recording {
        recording.finish().await.context("the recording is not complete")?;
    }
    let interrupted = interrupted.is_finished();
    match called {
        Ok(report) => Ok(tell(&args, &report, interrupted)?),
        Err(Failure::NotPermitted) => Err(not_permitted(&args, &graph).await),
        Err(failure @ Failure::NoConversation(_)) if !args.json => Err(failure.into()),
        Err(Failure::NoConversation(_)) => Ok(Ended::Unanswered),
        Err(failure) => Err(failure).context("the call failed"),
    }
}

/// Hangs up when the process is asked to stop.
async fn interrupt(stop: CancellationToken) {
    shutdown::requested().await;
    stop.cancel();
}

fn tell(args: &CallArgs, report: &Report, interrupted: bool) -> anyhow::Result<Ended> {
    let told = CallReport::from(report);
    match args.json {
        true => anstream::println!("{}", serde_json::to_string(&told)?),
        false => anstream::println!("{}", told.text()),
    }
    Ok(match (told.heard, interrupted) {
        (true, _) => Ended::Talked,
        (false, true) => Ended::Interrupted,
        (false, false) => Ended::Unanswered,
    })
}

/// Asks for permission if that is wanted; the error says how to go on.
async fn not_permitted(args: &CallArgs, graph: &Graph) -> anyhow::Error {
    let refused = "the consumer has not permitted calls";
    if !args.request_permission {
        return anyhow::anyhow!("{refused}; --request-permission asks for it in the consumer's thread");
    }
    match graph.ask_permission(args.page, args.to).await {
        Ok(_) => anyhow::anyhow!("{refused}, and was asked for it just now; call again once it is granted"),
        Err(error) => {
            let error: graph::Error = error;
            anyhow::Error::new(error).context(format!("{refused}, and cannot be asked for it now"))
        }
    }
}

fn talk(args: &CallArgs, stop: &CancellationToken) -> anyhow::Result<(Talk, Option<Recording>)> {
    let (recording, tap) = match &args.record {
        Some(path) => {
            let (recording, tap) =
                Recording::start(path).with_context(|| format!("{} cannot be written", path.display()))?;
            let tap: Tap = Box::new(tap);
            (Some(recording), Some(tap))
        }
        None => (None, None),
    };
    let local_ip = args.local_ip.map_or_else(|| local_ip::towards(&args.base_url), Ok)?;
    let phone = phone::Config { local_ip, tap, ..phone::Config::default() };
    let voice = Some(voice(&args.voice, args.length.is_none(), stop)?);
    let talk = Talk { phone, voice, length: args.length.map(Into::into), stop: stop.clone() };
    Ok((talk, recording))
}

/// `hang_up_after`: a file that was played is the end of the call.
fn voice(args: &VoiceArgs, hang_up_after: bool, stop: &CancellationToken) -> anyhow::Result<Source> {
    if let Some(hz) = args.tone {
        return Ok(Source::Tone(Tone::new(hz, TONE_DBFS)));
    }
    let Some(path) = &args.play else {
        return Ok(if args.echo { Source::Echo { delay: Duration::ZERO } } else { Source::Silence });
    };
    let player = Player::open(path).with_context(|| format!("{} cannot be played", path.display()))?;
    let stop = stop.clone();
    let end = std::iter::once_with(move || {
        if hang_up_after {
            stop.cancel();
        }
        SILENCE
    });
    Ok(Source::Frames(Box::new(player.chain(end))))
}

/// Shows the story until nobody tells it any more.
async fn show(mut story: mpsc::Receiver<StoryEvent>, silent: bool) {
    while let Some(event) = story.recv().await {
        if !silent {
            anstream::println!("{event}");
        }
    }
}

const TONE_DBFS: f32 = -12.0;

/// Longest wait for the consumer to pick up and be heard: a call rings for 60 seconds.
const PATIENCE: Duration = Duration::from_secs(75);
