//! Tests that documents name, as `path::name`.

use std::path::Path;

use super::Source;

/// What a cell or a line has between backticks.
pub(super) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What is wrong with the tests that a section names: it must name one, and none that does not exist.
pub(super) fn lies(place: &str, section: &str, sources: &[Source]) -> Vec<String> {
    let tests: Vec<_> = quoted(section).filter(|quoted| quoted.contains('/') && quoted.contains("::")).collect();
    if tests.is_empty() {
        return vec![format!("{place} names no test")];
    }
    let missing = tests.iter().filter(|test| !exists(test, sources));
    missing.map(|test| format!("{place} names `{test}`, which is no test here")).collect()
}

/// Whether `path::name` is a test: a function of Rust with a test attribute or inside `proptest!`, or a case of a
/// conformance suite; one of pytest; or a title of Node's test runner.
pub(super) fn exists(test: &str, sources: &[Source]) -> bool {
    let Some((path, name)) = test.rsplit_once("::") else { return false };
    let find = |path: &Path| sources.iter().find(|source| source.path == path);
    let Some(source) = find(Path::new(path)) else { return false };
    let defines = |start: &str, end: &str| source.text.contains(&format!("{start}{name}{end}"));
    match source.path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") if source.path.parent().is_some_and(|folder| folder.ends_with("conformance")) => {
            let suite = find(&source.path.with_file_name("mod.rs"));
            defines("fn ", "(") && suite.is_some_and(|suite| lists(&suite.text, name))
                || is_rust_test(&source.text, name)
        }
        Some("rs") => is_rust_test(&source.text, name),
        Some("py") => name.starts_with("test_") && defines("def ", "("),
        Some("js") => defines("test('", "'") || defines("test(\"", "\""),
        Some(_) | None => false,
    }
}

fn lists(suite: &str, name: &str) -> bool {
    suite.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

fn is_rust_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let definition = format!("fn {name}(");
    let Some(at) = lines.iter().position(|line| line.trim_start_matches("async ").starts_with(&definition)) else {
        return false;
    };
    let mut above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
    above.any(|line| line.ends_with("test]") || line.contains("test("))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.to_owned() }
    }

    #[test]
    fn tests_of_each_kind_are_known_by_how_they_are_written() {
        let sources = [
            source("a/it.rs", "#[tokio::test]\nasync fn it_rings() {\n}\nfn no_test() {}\n"),
            source("a/x.test.js", "test('rings', () => {"),
            source("a/test_x.py", "def test_call(server):\n"),
            source("a/conformance/calls.rs", "pub(super) async fn one_wins(store: &dyn Store) {\nfn helper() {}"),
            source("a/conformance/mod.rs", "calls: one_wins, other_case;"),
        ];
        let named =
            ["a/it.rs::it_rings", "a/x.test.js::rings", "a/test_x.py::test_call", "a/conformance/calls.rs::one_wins"];
        assert!(named.iter().all(|test| exists(test, &sources)));
        let wrong = ["a/it.rs::no_test", "a/gone.rs::it_rings", "it_rings", "a/conformance/calls.rs::helper"];
        assert!(!wrong.iter().any(|test| exists(test, &sources)));
    }
}
