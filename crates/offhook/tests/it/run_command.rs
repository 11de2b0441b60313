//! `offhook run` as a person runs it: scripted consumers, and a business of the client library as the other side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use offhook_call::Psid;
use offhook_client::audio::{Level, Player, Tone};
use offhook_client::phone::Source;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use crate::caller::Caller;
use crate::dev_server::{DevServer, PATIENCE};

/// A scenario under way.
pub(crate) struct Running {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    psids: BTreeMap<String, Psid>,
}

impl Running {
    /// Starts it, and waits until its consumers can be called.
    pub(crate) async fn begin(server: &DevServer, scenario: &str, args: &[&str]) -> Self {
        let mut command = offhook_run(server, scenario);
        command.args(args).arg("--json").stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut running = Self { process, lines, psids: BTreeMap::new() };
        let ready = running.event("ready").await;
        for consumer in ready["consumers"].as_array().unwrap() {
            let psid = consumer["psid"].as_str().unwrap().parse().unwrap();
            running.psids.insert(consumer["name"].as_str().unwrap().to_owned(), psid);
        }
        running
    }

    pub(crate) fn psid(&self, name: &str) -> Psid {
        self.psids[name]
    }

    async fn event(&mut self, wanted: &str) -> Value {
        let waiting = async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("the run goes on");
                let event: Value = serde_json::from_str(&line).unwrap();
                if event["event"] == wanted {
                    return event;
                }
            }
        };
        timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("no {wanted} in time"))
    }

    /// What came of it, and the exit code.
    pub(crate) async fn outcome(mut self) -> (Value, i32) {
        let outcome = self.event("outcome").await;
        let status = timeout(PATIENCE, self.process.wait()).await.expect("it ends in time").unwrap();
        (outcome, status.code().unwrap())
    }
}

pub(crate) fn offhook_run(server: &DevServer, scenario: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
    command.args(["run", scenario, "--base-url", server.facts.base_url.as_str()]).kill_on_drop(true);
    command.env("OFFHOOK_ADMIN_TOKEN", &server.facts.admin_token);
    command
}

pub(crate) fn example(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../examples/scenarios", name].iter().collect();
    path.to_str().unwrap().to_owned()
}

/// Of the first consumer's first device.
fn steps(outcome: &Value) -> Vec<(&str, &str)> {
    let steps = outcome["consumers"][0]["devices"][0]["steps"].as_array().unwrap();
    steps.iter().map(|step| (step["step"].as_str().unwrap(), step["result"].as_str().unwrap())).collect()
}

pub(crate) fn tone(hz: u32) -> Source {
    Source::Tone(Tone::new(hz, -20.0))
}

/// Greets, takes 42#, answers with another tone and hangs up.
pub(crate) async fn menu(server: &DevServer, to: Psid, answer_hz: u32) -> f32 {
    let mut caller = Caller::call(server, to, tone(660)).await;
    caller.hears_keys("42#").await;
    caller.phone.say(tone(answer_hz)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    caller.hang_up().await.heard.level.dbfs().unwrap()
}

pub(crate) async fn dev_server() -> (tempfile::TempDir, DevServer) {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    (data, server)
}

fn tone_share(recording: &Path, hz: u32) -> f32 {
    let mut level = Level::of(hz);
    Player::open(recording).unwrap().for_each(|frame| level.hear(&frame));
    level.tone_share()
}

#[tokio::test]
async fn a_voice_menu_passes_or_fails_with_what_was_heard_instead() {
    let (data, server) = dev_server().await;
    let (record, junit) = (data.path().join("heard"), data.path().join("junit.xml"));
    let args = ["--record", record.to_str().unwrap(), "--junit", junit.to_str().unwrap()];
    let passes = async {
        let running = Running::begin(&server, &example("menu.toml"), &args).await;
        let heard = menu(&server, running.psid("Ada"), 880).await;
        (running.outcome().await, heard)
    };
    let failed_junit = data.path().join("failed.xml");
    let fails = async {
        let args = ["--junit", failed_junit.to_str().unwrap()];
        let running = Running::begin(&server, &example("menu.toml"), &args).await;
        menu(&server, running.psid("Ada"), 770).await;
        running.outcome().await
    };
    let (((outcome, code), heard), (failed, failed_code)) = tokio::join!(passes, fails);

    assert!(code == 0 && outcome["passed"] == true, "{outcome:#}");
    assert!(
        steps(&outcome).iter().all(|(_, result)| *result == "passed") && steps(&outcome).len() == 14,
        "{outcome:#}"
    );
    assert!(heard > -40.0, "hello.wav came at {heard} dBFS");
    let recording = record.join("menu/Ada-phone.ogg");
    assert_eq!(outcome["consumers"][0]["devices"][0]["recordings"][0], recording.to_str().unwrap());
    assert!(tone_share(&recording, 660) > 0.5, "the greeting is most of what was heard");
    let junit = std::fs::read_to_string(junit).unwrap();
    assert!(junit.contains("tests=\"14\" skipped=\"0\" errors=\"0\" failures=\"0\""), "{junit}");

    assert!(failed_code == 1 && failed["passed"] == false, "{failed:#}");
    let after: Vec<_> = steps(&failed).into_iter().skip(6).collect();
    assert_eq!(after[0], (r#"expect = "tone", hz = 880, for = "300ms""#, "failed"));
    assert!(after[1..3].iter().all(|(_, result)| *result == "skipped"), "{after:?}");
    let reason = &failed["consumers"][0]["devices"][0]["steps"][6]["reason"];
    assert!(reason.as_str().unwrap().contains("a tone of about 770 Hz"), "{reason}");
    let junit = std::fs::read_to_string(failed_junit).unwrap();
    assert!(junit.contains("failures=\"1\"") && junit.contains("a tone of about 770 Hz"), "{junit}");
}

#[tokio::test]
async fn built_in_scenarios_are_played_by_name_and_end_when_they_are_over() {
    let (_data, server) = dev_server().await;
    let declined = async {
        let running = Running::begin(&server, "decline", &[]).await;
        let caller = Caller::call(&server, running.psid("Consumer"), Source::Silence).await;
        let outcome = running.outcome().await;
        drop(caller);
        outcome
    };
    let brief = async {
        let running = Running::begin(&server, "brief", &[]).await;
        let caller = Caller::call(&server, running.psid("Consumer"), tone(660)).await;
        (running.outcome().await, caller.phone.hang_up().await)
    };
    let ((declined, code), ((brief, brief_code), heard)) = tokio::join!(declined, brief);
    assert_eq!(
        (code, &declined["consumers"][0]["devices"][0]["call"]["end"]["reason"]),
        (0, &"consumer_declined".into())
    );
    assert_eq!(
        (brief_code, &brief["consumers"][0]["devices"][0]["call"]["end"]["reason"]),
        (0, &"consumer_hung_up".into())
    );
    assert!(heard.heard.level.dbfs().is_some_and(|level| level > -30.0), "the echo is heard: {:?}", heard.heard);
}

#[tokio::test]
async fn what_cannot_be_played_is_refused_before_anything_happens() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    std::fs::write(&file, "[[consumer]]\nsteps = [{ play = \"absent.wav\" }]\n").unwrap();
    for (scenario, told) in [
        (file.to_str().unwrap(), "its file absent.wav cannot be read"),
        ("no-such-scenario", "built in are only echo, tone"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
        command.args(["run", scenario, "--base-url", "http://127.0.0.1:9", "--admin-token", "none"]);
        let refused = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(1) && error.contains(told), "{error}");
    }
}
