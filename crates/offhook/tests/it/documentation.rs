//! What the documents tell people to type.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::dev_server::DevServer;

fn repository() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../.."].iter().collect()
}

/// The README and every file of docs/.
fn documents() -> Vec<PathBuf> {
    let files = std::fs::read_dir(repository().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let markdown = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    markdown.chain([repository().join("README.md")]).collect()
}

/// The blocks of a file that are for a shell.
fn blocks(text: &str) -> Vec<String> {
    text.split("\n```sh\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

/// What is typed after `offhook`, in blocks and in the middle of sentences.
fn invocations(text: &str) -> Vec<Vec<String>> {
    let lines = blocks(text).join("\n").replace("\\\n", " ").replace("cargo run --release -- ", "offhook ");
    let lines: Vec<_> = lines.lines().map(|line| line.split(" #").next().unwrap().to_owned()).collect();
    let outside: String = text.split("\n```").step_by(2).collect();
    let spoken =
        outside.split('`').skip(1).step_by(2).map(|code| code.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.into_iter().chain(spoken).filter_map(|line| typed(&line)).collect()
}

/// Up to where another command or a file follows.
fn typed(line: &str) -> Option<Vec<String>> {
    let words = line.trim().strip_prefix("offhook ")?.split_whitespace();
    Some(words.take_while(|word| !["&", "&&", "|", ">", "<"].contains(word)).map(str::to_owned).collect())
}

fn help(command: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_offhook")).args(command).arg("--help").output().unwrap()
}

#[test]
fn every_command_and_every_option_in_the_documents_exists() {
    let mut known: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for file in documents() {
        for typed in invocations(&std::fs::read_to_string(&file).unwrap()) {
            let command: Vec<_> = typed.iter().take_while(|word| !word.starts_with('-')).take(2).cloned().collect();
            let text = known.entry(command.clone()).or_insert_with(|| {
                let help = help(&command);
                assert!(help.status.success(), "{} has `offhook {}`: {help:?}", file.display(), typed.join(" "));
                String::from_utf8_lossy(&help.stdout).into_owned()
            });
            for option in typed.iter().filter(|word| word.starts_with("--")) {
                let mut words = text.split(|c: char| c.is_whitespace() || c == ',' || c == '[' || c == ']');
                assert!(
                    words.any(|word| word == option),
                    "{}: `offhook {}` has no {option}",
                    file.display(),
                    typed.join(" ")
                );
            }
        }
    }
    assert!(known.len() > 15, "{known:?}");
}

/// Runs those blocks of a document that have one of these, as their reader would, with what the reader was told to set.
fn run_blocks(
    document: &str,
    having: &[&str],
    told: &[(&str, String)],
    folder: &Path,
    instead: &[(&str, &str)],
) -> usize {
    let text = std::fs::read_to_string(repository().join("docs").join(document)).unwrap();
    let text = instead.iter().fold(text, |text, (written, meant)| text.replace(written, meant));
    let programs = Path::new(env!("CARGO_BIN_EXE_offhook")).parent().unwrap().to_str().unwrap();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let blocks: Vec<_> =
        blocks(&text).into_iter().filter(|block| having.iter().any(|word| block.contains(word))).collect();
    for block in &blocks {
        let mut shell = Command::new("sh");
        shell.args(["-euc", block]).current_dir(folder).env("PATH", &path).env("NO_PROXY", "*");
        let ran = shell.envs(told.iter().map(|(name, value)| (name, value.as_str()))).output().unwrap();
        assert!(ran.status.success(), "{document}:\n{block}\n{ran:?}");
    }
    blocks.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_start_works_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let server = DevServer::start(&folder.path().join("data")).await;
    let facts = &server.facts;
    let told = [
        ("BASE", facts.base_url.as_str().trim_end_matches('/').to_owned()),
        ("PAGE", facts.page_id.to_string()),
        ("PSID", "5550100".to_owned()),
        ("OFFHOOK_PAGE_TOKEN", facts.page_token.clone()),
        ("OFFHOOK_ADMIN_TOKEN", facts.admin_token.clone()),
    ];
    let ran = run_blocks("quick-start.md", &["curl ", "offhook call ", "offhook calls "], &told, folder.path(), &[]);
    assert_eq!(ran, 5);
    assert!(folder.path().join("heard.ogg").metadata().unwrap().len() > 2_000, "the consumer was heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_to_a_server_of_ones_own_makes_and_connects_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let server = DevServer::start(&folder.path().join("data")).await;
    let facts = &server.facts;
    let receiver = server.subscribe().await;
    let told = [
        ("OFFHOOK_ADMIN_TOKEN", facts.admin_token.clone()),
        ("APP", facts.app_id.to_string()),
        ("APP_SECRET", facts.app_secret.clone()),
        ("VERIFY_TOKEN", "verify".to_owned()),
        ("PAGE", facts.page_id.to_string()),
        ("PAGE_TOKEN", facts.page_token.clone()),
        ("PSID", server.psid("echo").to_string()),
    ];
    let (base, callback) = (facts.base_url.as_str().trim_end_matches('/'), receiver.url().to_string());
    let instead = [("https://calls.example", base), ("https://shop.example/webhook", callback.as_str())];
    assert_eq!(run_blocks("self-hosting.md", &["curl "], &told, folder.path(), &instead), 2);
}
