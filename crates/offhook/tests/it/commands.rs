use std::path::PathBuf;
use std::process::{Command, Output};

use offhook_wire::finding::{Finding, Severity};

fn offhook(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_offhook")).args(args).output().unwrap()
}

fn fixture(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../fixtures/sdp", name].iter().collect();
    path.to_str().unwrap().to_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_demo_succeeds_and_says_so_to_a_program() {
    let output = offhook(&["demo", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["ok"], true);
    assert!(verdict["consumer"]["packets_heard"].as_u64().unwrap() > 200, "{verdict}");
    assert!(verdict["business"]["packets_heard"].as_u64().unwrap() > 200, "{verdict}");
    assert!(verdict["round_trip_ms"].as_f64().is_some(), "{verdict}");
}

#[test]
fn config_check_takes_the_defaults_and_names_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("offhook.toml");
    std::fs::write(&file, offhook(&["config", "default"]).stdout).unwrap();
    assert!(offhook(&["config", "check", file.to_str().unwrap()]).status.success());
    std::fs::write(&file, "[calls]\nrign_timeout = \"5s\"\n").unwrap();
    let refused = offhook(&["config", "check", file.to_str().unwrap()]);
    assert!(!refused.status.success());
    assert!(said(&refused).contains("rign_timeout"), "{}", said(&refused));
}

#[test]
fn the_configurations_for_deployment_are_valid() {
    for name in ["offhook.toml", "container.toml"] {
        let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../deploy", name].iter().collect();
        let checked = offhook(&["config", "check", file.to_str().unwrap()]);
        assert!(checked.status.success(), "{}", said(&checked));
    }
}

#[test]
fn serve_does_not_start_without_an_admin_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("offhook.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:0\"\n").unwrap();
    let refused = offhook(&["serve", "--config", file.to_str().unwrap()]);
    assert!(!refused.status.success());
    assert!(said(&refused).contains("admin_token"), "{}", said(&refused));
}

#[test]
fn sdp_lint_passes_a_real_offer_and_names_the_line_of_a_bad_one() {
    assert!(offhook(&["sdp", "lint", &fixture("chromium-audio.sdp")]).status.success());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.sdp");
    let offer = std::fs::read_to_string(fixture("chromium-audio.sdp")).unwrap();
    std::fs::write(&file, offer.replace("a=setup:actpass", "a=setup:passive")).unwrap();
    let refused = offhook(&["sdp", "lint", "--json", file.to_str().unwrap()]);
    assert!(!refused.status.success());
    let findings: Vec<Finding> = serde_json::from_slice(&refused.stdout).unwrap();
    let line = offer.lines().position(|line| line == "a=setup:actpass").unwrap() + 1;
    let error = findings.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    assert_eq!((error.line, error.rule.as_str()), (Some(line), "setup-passive"));
    assert!(error.mend_in.contains_key("pion"), "{error:?}");
}

#[test]
fn sdp_lint_shows_people_the_line_the_reason_and_the_way_to_mend_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let offer = std::fs::read_to_string(fixture("chromium-audio.sdp")).unwrap();
    let good = write("good.sdp", &offer);
    let shown = offhook(&["sdp", "lint", &write("bad.sdp", &offer.replace("a=setup:actpass", "a=setup:passive"))]);
    let text = said(&shown);
    for part in [
        "error [setup-passive] offer, line 19: An offer says `a=setup:passive`.",
        "     19 | a=setup:passive",
        "       why: Meta and the relay are always the DTLS server, so the peer must connect. (Meta, SDP samples; RFC 8842",
        "      mend: Offer `a=setup:actpass`.",
        "      Pion: Do not edit the line",
        "The offer would be refused: 1 errors, 0 warnings, 1 remarks.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!shown.status.success());

    let moved = write("moved.sdp", &offer.replace("o=- 8577528243825550271 2", "o=- 42 3"));
    let again = offhook(&["sdp", "lint", &moved, "--previous", &good]);
    assert!(again.status.success() && said(&again).contains("[changed-origin] offer, line 2"), "{}", said(&again));

    let answer = write("answer.sdp", &offer.replace("a=setup:actpass", "a=setup:active"));
    let fits = offhook(&["sdp", "lint", &good, "--answer", &answer]);
    assert!(fits.status.success() && said(&fits).contains("The answer fits the offer"), "{}", said(&fits));
    let misfits = offhook(&["sdp", "lint", &good, "--answer", &good]);
    assert!(!misfits.status.success() && said(&misfits).contains("The answer cannot be applied"), "{}", said(&misfits));
}

#[test]
fn the_documentation_has_the_table_of_rules_as_the_program_prints_it() {
    let docs = std::fs::read_to_string([env!("CARGO_MANIFEST_DIR"), "../../docs/sdp.md"].iter().collect::<PathBuf>());
    let table = said(&offhook(&["sdp", "rules"]));
    assert!(docs.unwrap().contains(&table), "put the output of `offhook sdp rules` into docs/sdp.md:\n{table}");
}
