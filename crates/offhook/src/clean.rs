/// Text that others wrote, for a terminal: nothing in it moves the cursor, changes colours or turns the reading direction.
pub(crate) fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() || TURNING.contains(&char) {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// Marks, embeddings, overrides and isolates of bidirectional text (Unicode annex 9), and line separators.
const TURNING: [char; 14] = [
    '\u{061C}', '\u{200E}', '\u{200F}', '\u{2028}', '\u{2029}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}',
    '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(clean("a\x1b[31m\u{9b}2J\r\u{202e}b ✓"), r"a\u{1b}[31m\u{9b}2J\u{d}\u{202e}b ✓");
    }
}
