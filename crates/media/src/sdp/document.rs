//! The lines of an offer, sorted into the session and its sections.

use webrtc_sdp::attribute_type::SdpAttribute;
use webrtc_sdp::error::SdpParserInternalError;
use webrtc_sdp::media_type::{SdpFormatList, SdpMediaLine, SdpMediaValue};
use webrtc_sdp::{SdpOrigin, SdpType, parse_sdp_line};

use super::finding::{Finding, quoted};
use super::rule;

/// An offer with its lines in place, nothing judged yet but its form.
pub(super) struct Document<'a> {
    pub(super) origin: SdpOrigin,
    /// 1-based line of `o=`.
    pub(super) origin_line: usize,
    pub(super) session: Scope<'a>,
    /// In the order of the offer, at most [`SECTIONS_MAX`].
    pub(super) sections: Vec<Section<'a>>,
}

/// An `m=` line and what belongs to it.
pub(super) struct Section<'a> {
    /// 1-based line of `m=`.
    pub(super) line: usize,
    /// Media, port, protocol and formats as they stand in the offer: printable ASCII, for echoing.
    pub(super) fields: MediaFields<'a>,
    pub(super) media: SdpMediaLine,
    pub(super) scope: Scope<'a>,
}

/// The fields of an `m=` line that an answer repeats.
#[derive(Clone, Copy)]
pub(super) struct MediaFields<'a> {
    pub(super) media: &'a str,
    pub(super) protocol: &'a str,
    pub(super) first_format: &'a str,
}

/// The attributes of the session or of one section.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) attributes: Vec<Attribute<'a>>,
}

/// An `a=` line.
pub(super) struct Attribute<'a> {
    pub(super) line: usize,
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    /// `Unsupported` for what is not read at all.
    pub(super) parsed: Result<SdpAttribute, SdpParserInternalError>,
}

impl<'a> Document<'a> {
    /// Reads a text, or says why it is no session description.
    pub(super) fn read(text: &'a str) -> Result<Self, Vec<Finding>> {
        if let Some(finding) = check_text(text) {
            return Err(vec![finding]);
        }
        let mut reader = Reader::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() {
                reader.line(index + 1, line);
            }
            if reader.seen_enough() {
                break;
            }
        }
        reader.finish()
    }

    /// The session's attributes and those of every section.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &Scope<'a>> {
        std::iter::once(&self.session).chain(self.sections.iter().map(|section| &section.scope))
    }
}

impl<'a> Scope<'a> {
    /// All values that `pick` takes, with their lines, in order.
    pub(super) fn all<'s, T>(
        &'s self,
        pick: impl Fn(&'s SdpAttribute) -> Option<T>,
    ) -> impl Iterator<Item = (usize, T)> {
        self.attributes.iter().filter_map(move |a| Some((a.line, pick(a.parsed.as_ref().ok()?)?)))
    }

    /// All attributes of a name, readable or not.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Attribute<'a>> {
        self.attributes.iter().filter(move |a| a.name.eq_ignore_ascii_case(name))
    }
}

impl Section<'_> {
    pub(super) fn is_audio(&self) -> bool {
        matches!(self.media.media, SdpMediaValue::Audio)
    }

    pub(super) fn mid(&self) -> Option<(usize, &str)> {
        self.scope.all(|a| if let SdpAttribute::Mid(mid) = a { Some(mid.as_str()) } else { None }).next()
    }

    /// Payload types in the order of the `m=` line.
    pub(super) fn payload_types(&self) -> impl Iterator<Item = u8> {
        let formats = match &self.media.formats {
            SdpFormatList::Integers(formats) => formats.as_slice(),
            SdpFormatList::Strings(_) | SdpFormatList::Unknown(_) => &[],
        };
        formats.iter().filter_map(|&format| u8::try_from(format).ok())
    }
}

impl Attribute<'_> {
    /// Why the value could not be read. What is not read is not unreadable.
    pub(super) fn unreadable(&self) -> Option<String> {
        match &self.parsed {
            Ok(_) | Err(SdpParserInternalError::Unsupported(_)) => None,
            Err(error) => Some(error.to_string()),
        }
    }

    /// As findings name it.
    pub(super) fn label(&self) -> String {
        format!("a={}", quoted(self.name))
    }
}

/// True for text that may be repeated in an answer.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= TOKEN_MAX && text.bytes().all(|b| b.is_ascii_graphic())
}

#[derive(Default)]
struct Reader<'a> {
    version_seen: bool,
    origin: Option<(usize, SdpOrigin)>,
    session: Scope<'a>,
    sections: Vec<Section<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, number: usize, line: &'a str) {
        let Some((kind, value)) = line.split_once('=').filter(|_| !has_control(line)) else {
            return self.findings.push(rule::UNREADABLE_LINE.at(number, quoted(line)));
        };
        match kind {
            "a" => self.attribute(number, value),
            "m" | "o" | "v" => self.structure(number, line),
            // Nothing that the relay uses.
            "s" | "i" | "u" | "e" | "p" | "c" | "b" | "t" | "r" | "z" | "k" => {}
            _ => self.findings.push(rule::UNREADABLE_LINE.at(number, quoted(line))),
        }
    }

    fn attribute(&mut self, line: usize, text: &'a str) {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let scope = self.sections.last_mut().map_or(&mut self.session, |section| &mut section.scope);
        scope.attributes.push(Attribute { line, name, value, parsed: parse(name, text) });
    }

    fn structure(&mut self, number: usize, line: &'a str) {
        let parsed = match parse_sdp_line(line, number) {
            Ok(parsed) => parsed.sdp_type,
            Err(error) => {
                let label = line.get(..2).unwrap_or_default();
                return self.findings.push(rule::UNREADABLE_LINE.at(number, label).note(&error.to_string()));
            }
        };
        match parsed {
            SdpType::Version(_) => self.version_seen = true,
            SdpType::Origin(origin) if self.sections.is_empty() => self.origin = Some((number, origin)),
            SdpType::Media(media) => self.section(number, line, media),
            SdpType::Origin(_)
            | SdpType::Attribute(_)
            | SdpType::Bandwidth(_)
            | SdpType::Connection(_)
            | SdpType::Session(_)
            | SdpType::Timing(_)
            | SdpType::Information(_) => {}
        }
    }

    fn section(&mut self, number: usize, line: &'a str, media: SdpMediaLine) {
        let Some(fields) = MediaFields::of(line) else {
            return self.findings.push(rule::UNREADABLE_LINE.at(number, "m="));
        };
        self.sections.push(Section { line: number, fields, media, scope: Scope::default() });
        if self.sections.len() > SECTIONS_MAX {
            self.findings.push(rule::TOO_MANY_SECTIONS.at(number, format!("m={}", quoted(fields.media))));
        }
    }

    /// True if the offer is refused whatever follows.
    fn seen_enough(&self) -> bool {
        self.sections.len() > SECTIONS_MAX || self.findings.len() >= UNREADABLE_MAX
    }

    fn finish(mut self) -> Result<Document<'a>, Vec<Finding>> {
        // An unreadable line may be the one that seems to lack.
        if self.findings.is_empty() && !self.version_seen {
            self.findings.push(rule::NO_VERSION.whole());
        }
        match self.origin {
            Some((origin_line, origin)) if self.findings.is_empty() => {
                Ok(Document { origin, origin_line, session: self.session, sections: self.sections })
            }
            None if self.findings.is_empty() => Err(vec![rule::NO_ORIGIN.whole()]),
            Some(_) | None => Err(self.findings),
        }
    }
}

impl<'a> MediaFields<'a> {
    /// From a whole `m=` line; `None` if a field lacks or could not be repeated.
    fn of(line: &'a str) -> Option<Self> {
        let mut fields = line.strip_prefix("m=")?.split_ascii_whitespace();
        let (media, _port, protocol, first_format) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let repeatable = [media, protocol, first_format].into_iter().all(is_token);
        repeatable.then_some(Self { media, protocol, first_format })
    }
}

fn parse(name: &str, text: &str) -> Result<SdpAttribute, SdpParserInternalError> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        // Hash names are matched without regard to case (RFC 8122 section 5), but not by the parser.
        "fingerprint" => text.to_ascii_lowercase().parse(),
        used if ATTRIBUTES.contains(&used) => text.parse(),
        _ => Err(SdpParserInternalError::Unsupported(name)),
    }
}

/// Bytes are asked sooner than characters, and nearly every line is ASCII.
fn has_control(line: &str) -> bool {
    line.bytes().any(|byte| byte.is_ascii_control()) || (!line.is_ascii() && line.contains(char::is_control))
}

/// The mistake that concerns the text as a whole, if there is one.
fn check_text(text: &str) -> Option<Finding> {
    if text.len() > OFFER_BYTES_MAX {
        return Some(rule::TOO_LARGE.whole());
    }
    let start = text.trim_start();
    match start.lines().next() {
        Some(first_line) => wrapping(start, first_line),
        None => Some(rule::EMPTY.whole()),
    }
}

/// What was done to SDP on its way here.
fn wrapping(text: &str, first_line: &str) -> Option<Finding> {
    let begins = |with: &[&str]| with.iter().any(|start| text.starts_with(start));
    if begins(&["{", "[", "\""]) {
        Some(rule::JSON_NOT_SDP.whole())
    } else if begins(&["dj0w", "eyJ"]) {
        // `v=0` and `{"`.
        Some(rule::BASE64_NOT_SDP.whole())
    } else if begins(&["v%3D0", "v%3d0"]) {
        Some(rule::PERCENT_ENCODED.whole())
    } else if begins(&["v=0\\n", "v=0\\r"]) {
        Some(rule::ESCAPED_LINE_ENDS.at(1, "v="))
    } else if first_line.contains("o=") && first_line.contains("m=") {
        Some(rule::LOST_LINE_ENDS.at(1, "v="))
    } else {
        None
    }
}

/// The attributes that negotiation reads, and candidates for the sake of `lint`. Others are for no one here, and some
/// take the parser long: a second for 60 KB of `a=imageattr`.
const ATTRIBUTES: &[&str] = &[
    "candidate",
    "extmap",
    "group",
    "ice-pwd",
    "ice-ufrag",
    "inactive",
    "mid",
    "msid",
    "recvonly",
    "rtcp-mux",
    "rtpmap",
    "sendonly",
    "sendrecv",
    "setup",
    "ssrc",
];
/// Contract section 6, "Refused offers".
const OFFER_BYTES_MAX: usize = 64 * 1024;
const SECTIONS_MAX: usize = 32;
/// Unreadable lines after which reading stops: the offer is refused anyway.
const UNREADABLE_MAX: usize = 20;
/// Bytes of a MID, a track id or another token that is repeated to the peer.
const TOKEN_MAX: usize = 64;
