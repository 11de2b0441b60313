//! `docs/guarantees.md` cannot lie: each guarantee stands there once, and names tests that exist.

use std::path::Path;

use super::Source;
use super::named_tests::lies;

const FILE: &str = "docs/guarantees.md";
/// G1 to G13.
const GUARANTEES: usize = 13;

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let Some(document) = sources.iter().find(|source| source.path == Path::new(FILE)) else {
        return vec![format!("{FILE} is missing")];
    };
    let sections: Vec<Section<'_>> = document.text.split("\n## ").filter_map(Section::read).collect();
    let mut findings = Vec::new();
    if !sections.iter().map(|section| section.number).eq(1..=GUARANTEES) {
        findings.push(format!("{FILE}: the guarantees are numbered G1 to G{GUARANTEES}, each once and in order"));
    }
    findings.extend(sections.iter().flat_map(|section| section.check(sources)));
    findings
}

/// `## G1. What it says`, and its text up to the next heading.
struct Section<'a> {
    number: usize,
    text: &'a str,
}

impl<'a> Section<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (number, _) = text.strip_prefix('G')?.split_once('.')?;
        Some(Self { number: number.parse().ok()?, text })
    }

    fn check(&self, sources: &[Source]) -> Vec<String> {
        lies(&format!("{FILE}: G{}", self.number), self.text, sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(last: &str) -> Vec<String> {
        let full: Vec<_> =
            (1..GUARANTEES).map(|number| format!("\n## G{number}. A\n\n`a/it.rs::it_rings`\n")).collect();
        let tests = "#[test]\nfn it_rings() {\n}\n".to_owned();
        let document = format!("# Guarantees\n{}\n## {last}\n", full.concat());
        check(&[Source { path: FILE.into(), text: document }, Source { path: "a/it.rs".into(), text: tests }])
    }

    #[test]
    fn what_lies_is_found() {
        assert_eq!(findings("G13. A\n\nSee `a/it.rs::it_rings` and `calls.keep`."), [""; 0]);
        let found = [
            ("G13. A\n\nTrust us.", "names no test"),
            ("G13. A\n\n`a/it.rs::it_sings`", "which is no test here"),
            ("G12. A\n\n`a/it.rs::it_rings`", "numbered G1 to G13"),
        ];
        for (last, problem) in found {
            let findings = findings(last);
            assert!(findings.len() == 1 && findings[0].contains(problem), "{last}: {findings:?}");
        }
        assert_eq!(check(&[]), ["docs/guarantees.md is missing"]);
    }
}
