//! The Markdown files as a code host shows them: links from file to file, and to headings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use comrak::nodes::NodeValue;
use comrak::{Anchorizer, Arena, Options, parse_document};

pub(super) fn repository() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../.."].iter().collect::<PathBuf>().canonicalize().unwrap()
}

/// What a file links to, pictures included, and the anchors of its headings.
struct Read {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

fn read(file: &Path) -> Read {
    let mut options = Options::default();
    options.extension.table = true;
    let (text, arena) = (std::fs::read_to_string(file).unwrap(), Arena::new());
    let (mut links, mut anchors, mut anchorizer) = (Vec::new(), BTreeSet::new(), Anchorizer::new());
    for node in parse_document(&arena, &text, &options).descendants() {
        match &node.data().value {
            NodeValue::Link(link) | NodeValue::Image(link) => links.push(link.url.clone()),
            NodeValue::Heading(_) => {
                anchors.insert(anchorizer.anchorize(&node.collect_text()));
            }
            _ => {}
        }
    }
    Read { links, anchors }
}

fn markdown_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !NOT_OURS.contains(&name) {
            markdown_files(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

#[test]
fn every_link_between_files_leads_to_a_file_and_a_heading() {
    let mut files = Vec::new();
    markdown_files(&repository(), &mut files);
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        for link in read(&file).links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { file.clone() } else { file.with_file_name("").join(path) };
            assert!(target.exists(), "{} links to {link}, which is not there", file.display());
            if !anchor.is_empty() {
                assert!(read(&target).anchors.contains(anchor), "{} links to {link}: no heading", file.display());
            }
        }
    }
}

/// Folders of what is built or comes from others.
const NOT_OURS: [&str; 5] = [".git", ".venv", "artefacts", "node_modules", "target"];
