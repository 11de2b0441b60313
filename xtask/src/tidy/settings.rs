//! `default.toml` is the reference of the configuration: a comment stands above every key.

use super::Source;

const FILE: &str = "default.toml";

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let mut files = sources.iter().filter(|source| source.path.file_name().is_some_and(|name| name == FILE)).peekable();
    if files.peek().is_none() {
        return vec![format!("{FILE} is missing")];
    }
    files.flat_map(check_file).collect()
}

fn check_file(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
    let bare = (0..lines.len()).filter(|&index| is_setting(lines[index]) && !follows_comment(&lines, index));
    bare.map(|index| format!("{}:{}: `{}` has no comment", source.path.display(), index + 1, lines[index])).collect()
}

fn is_setting(line: &str) -> bool {
    line.contains('=') && !line.starts_with('#')
}

fn follows_comment(lines: &[&str], index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| lines[before].starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_comment_are_found() {
        let source =
            Source { path: FILE.into(), text: include_str!("../../fixtures/tidy/settings-bad.toml").to_owned() };
        assert_eq!(check(&[source]), ["default.toml:8: `burst = 20` has no comment"]);
    }

    #[test]
    fn the_file_must_exist() {
        assert_eq!(check(&[]), ["default.toml is missing"]);
    }
}
