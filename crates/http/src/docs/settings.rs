//! The page of all settings.

use super::article::Article;

/// Gives each table of the commented defaults a heading, and makes sentences of its comments.
pub(super) fn article(defaults: &str) -> Article {
    let mut markdown = String::from(HEAD);
    let mut was_key = false;
    for line in defaults.lines() {
        let is_key = !line.is_empty() && !line.starts_with(['#', '[']);
        if is_key != was_key {
            markdown.push_str(if is_key { "\n```toml\n" } else { "```\n\n" });
        }
        was_key = is_key;
        match line.strip_prefix("# ") {
            _ if line.starts_with('[') => markdown = format!("{markdown}## `{line}`\n"),
            Some(comment) => markdown.push_str(comment),
            None => markdown.push_str(line),
        }
        markdown.push('\n');
    }
    if was_key {
        markdown.push_str("```\n");
    }
    Article::of_markdown(&markdown)
}

const HEAD: &str = "# Settings\n\nEvery setting with its default. A file given with `--config` needs only what differs; \
                    `offhook config default` prints them all, `offhook config check FILE` checks a file of yours.\n\n";
