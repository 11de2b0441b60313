//! `offhook call` as a person runs it, against a development server with simulated consumers.

use std::path::Path;
use std::process::{Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use offhook_call::Psid;
use offhook_client::admin::Admin;
use offhook_client::audio::{Level, Player, Recorder, Tone};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::dev_server::{DevServer, PATIENCE};

fn offhook_call(server: &DevServer, to: Psid, args: &[&str]) -> Command {
    let facts = &server.facts;
    let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
    command.args(["call", "--base-url", facts.base_url.as_str(), "--page", &facts.page_id.to_string()]);
    command.args(["--to", &to.to_string()]).args(args).env("OFFHOOK_PAGE_TOKEN", &facts.page_token);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn finished(mut command: Command) -> Output {
    tokio::time::timeout(PATIENCE, command.output()).await.expect("the call ends in time").unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn dev_server() -> (tempfile::TempDir, DevServer) {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    (data, server)
}

/// Frames of a recording that sound, and the share of one tone in them.
fn sounding(path: &Path, hz: u32) -> (usize, f32) {
    let mut level = Level::of(hz);
    let mut count = 0;
    for frame in Player::open(path).unwrap() {
        let mut alone = Level::of(hz);
        alone.hear(&frame);
        if alone.dbfs().is_some_and(|dbfs| dbfs > QUIET_DBFS) {
            level.hear(&frame);
            count += 1;
        }
    }
    (count, level.tone_share())
}

#[tokio::test]
async fn what_the_consumer_says_is_recorded() {
    let (data, server) = dev_server().await;
    let recording = data.path().join("heard.ogg");
    let args = ["--for", "3s", "--json", "--tone", "660", "--record", recording.to_str().unwrap()];
    let output = finished(offhook_call(&server, server.psid("tone"), &args)).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["heard"], true, "{report}");
    assert!(report["packets_heard"].as_u64().unwrap() > 100, "{report}");
    let (frames, share) = sounding(&recording, 440);
    assert!(frames > 100 && share > 0.8, "{frames} frames, {share} of them the consumer's tone");
}

#[tokio::test]
async fn a_played_file_is_said_once_the_consumer_is_there_and_ends_the_call() {
    let (data, server) = dev_server().await;
    let (said, heard) = (data.path().join("said.ogg"), data.path().join("heard.ogg"));
    let mut file = Recorder::create(&said).unwrap();
    let mut tone = Tone::new(660, -12.0);
    (0..150).for_each(|_| file.write(&tone.next_frame()).unwrap());
    file.finish().unwrap();
    let args = ["--play", said.to_str().unwrap(), "--record", heard.to_str().unwrap()];
    let output = finished(offhook_call(&server, server.psid("echo"), &args)).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    // The echo comes 200 ms late and is cut off at the end.
    let (frames, share) = sounding(&heard, 660);
    assert!((100..=150).contains(&frames) && share > 0.8, "{frames} frames, {share} of them the file's tone");
}

/// Runs a call until it shows a line with this text, then presses Ctrl-C; what it showed, and its exit code.
async fn interrupted_at(mut command: Command, shown: &str) -> (String, i32) {
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let following = async {
        let mut story = String::new();
        let mut pressed = false;
        while let Some(line) = lines.next_line().await.unwrap() {
            if !pressed && line.contains(shown) {
                kill(Pid::from_raw(process.id().unwrap().try_into().unwrap()), Signal::SIGINT).unwrap();
                pressed = true;
            }
            story.extend([line.as_str(), "\n"]);
        }
        (story, process.wait().await.unwrap().code().expect("it ends by itself"))
    };
    tokio::time::timeout(PATIENCE, following).await.expect("it ends in time")
}

#[tokio::test]
async fn ctrl_c_hangs_up() {
    let (_data, server) = dev_server().await;
    let (story, code) = interrupted_at(offhook_call(&server, server.psid("echo"), &["--echo"]), "first packet").await;
    assert_eq!(code, 0, "{story}");
    assert_eq!(story.matches("/calls → 200").count(), 2, "connect and terminate: {story}");
    assert!(story.contains("The call is over"), "{story}");
    let (story, code) = interrupted_at(offhook_call(&server, server.psid("ignore"), &[]), "/calls → 200").await;
    assert_eq!(code, 130, "{story}");
    assert_eq!(story.matches("/calls → 200").count(), 2, "connect and terminate: {story}");
}

#[tokio::test]
async fn webhooks_tell_the_story_where_they_can_be_received() {
    let (_data, server) = dev_server().await;
    let app = server.facts.app_id.to_string();
    let args = ["--listen", "127.0.0.1:0", "--app", &app, "--app-secret", &server.facts.app_secret];
    let output = finished(offhook_call(&server, server.psid("brief"), &args)).await;
    let story = text(&output.stdout);
    assert!(output.status.success(), "{story} {}", text(&output.stderr));
    for event in ["call_status ringing", "call_status accepted", "media_update version 1", "terminate Completed"] {
        assert!(story.contains(&format!("signature valid: {event}")), "{event} is missing: {story}");
    }
}

#[tokio::test]
async fn without_permission_it_says_how_to_get_it() {
    let (_data, server) = dev_server().await;
    let admin = Admin::new(server.facts.base_url.clone(), server.facts.admin_token.clone()).unwrap();
    let stranger = admin.create_consumer(server.facts.page_id, "Stranger").await.unwrap();
    let refused = finished(offhook_call(&server, stranger, &[])).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("--request-permission"), "{}", text(&refused.stderr));
}

/// A frame below this level counts as silence.
const QUIET_DBFS: f32 = -40.0;
