use serde::{Deserialize, Serialize};

/// What one of the parties writes: neither blank nor longer than Meta's limit of 2,000 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text has 1 to {TEXT_CHARS_MAX} characters")]
pub struct InvalidText;

const TEXT_CHARS_MAX: usize = 2000;

impl TryFrom<String> for MessageText {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        let fits = !text.trim().is_empty() && text.chars().nth(TEXT_CHARS_MAX).is_none();
        if fits { Ok(Self(text)) } else { Err(InvalidText) }
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> String {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_to_two_thousand_characters() {
        for (text, fits) in [("", false), (" \n", false), ("a", true)] {
            assert_eq!(MessageText::try_from(text.to_owned()).is_ok(), fits, "{text:?}");
        }
        assert!(MessageText::try_from("ä".repeat(2000)).is_ok());
        assert_eq!(MessageText::try_from("ä".repeat(2001)), Err(InvalidText));
    }
}
