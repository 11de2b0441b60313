//! JSON in ASCII only: Meta signs payloads with escaped unicode in lower-case hex digits (Meta's Webhooks page).

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// Compact JSON with every character beyond ASCII as `\uXXXX`, above the basic plane as a surrogate pair.
pub(super) fn to_vec(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Ascii(CompactFormatter));
    value.serialize(&mut serializer).expect("webhook types have text keys only, and a Vec takes every write");
    bytes
}

struct Ascii(CompactFormatter);

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
            let (plain, tail) = rest.split_at(at);
            self.0.write_string_fragment(writer, plain)?;
            let mut characters = tail.chars();
            for unit in characters.next().into_iter().flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::to_vec;

    #[test]
    fn text_beyond_ascii_is_escaped_in_lower_case_and_reads_back() {
        let text = "Zoë \u{1F4DE} \u{7f}\u{1f}\"\\/ Ünïted";
        let bytes = to_vec(&text);
        assert_eq!(bytes, br#""Zo\u00eb \ud83d\udcde "#.iter().chain(b"\x7f").chain(br#"\u001f\"\\/ \u00dcn\u00efted""#).copied().collect::<Vec<_>>());
        assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), text);
    }
}
