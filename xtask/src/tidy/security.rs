//! `docs/security.md` cannot lie: each requirement of ASVS 5.0 V17 stands there, in order, and each section names tests that
//! exist.

use std::path::Path;

use super::Source;
use super::named_tests::lies;

const FILE: &str = "docs/security.md";
const REQUIREMENTS: [&str; 12] = [
    "17.1.1", "17.1.2", "17.2.1", "17.2.2", "17.2.3", "17.2.4", "17.2.5", "17.2.6", "17.2.7", "17.2.8", "17.3.1",
    "17.3.2",
];

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let Some(document) = sources.iter().find(|source| source.path == Path::new(FILE)) else {
        return vec![format!("{FILE} is missing")];
    };
    let places = REQUIREMENTS.map(|requirement| document.text.find(requirement));
    let mut findings = Vec::new();
    if places.contains(&None) || !places.is_sorted() {
        findings.push(format!("{FILE}: the requirements are {}, in order", REQUIREMENTS.join(", ")));
    }
    for section in document.text.split("\n## ").skip(1) {
        let heading = section.lines().next().unwrap_or_default();
        findings.extend(lies(&format!("{FILE}: {heading}"), section, sources));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(requirements: &[&str], last: &str) -> Vec<String> {
        let sections: Vec<_> =
            requirements.iter().map(|number| format!("\n## V{number} A\n\n`a/it.rs::it_holds`\n")).collect();
        let text = format!("# Security\n{}\n## {last}\n", sections.concat());
        let tests = "#[test]\nfn it_holds() {\n}\n".to_owned();
        check(&[Source { path: FILE.into(), text }, Source { path: "a/it.rs".into(), text: tests }])
    }

    #[test]
    fn what_lies_is_found() {
        let good = "More\n\n`a/it.rs::it_holds`";
        assert_eq!(findings(&REQUIREMENTS, good), [""; 0]);
        for (requirements, last, problem) in [
            (&REQUIREMENTS[..], "More\n\nTrust us.", "More names no test"),
            (&REQUIREMENTS[..], "More\n\n`a/it.rs::it_sings`", "which is no test here"),
            (&REQUIREMENTS[1..], good, "in order"),
        ] {
            let findings = findings(requirements, last);
            assert!(findings.len() == 1 && findings[0].contains(problem), "{findings:?}");
        }
        assert_eq!(check(&[]), ["docs/security.md is missing"]);
    }
}
