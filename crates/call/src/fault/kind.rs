use crate::Duration;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Webhook(WebhookFault),
    Api(ApiFault),
    /// A `media_update` is refused for its version, as if another change had been first; repeated, it is taken.
    VersionCollision,
    Media(MediaFault),
}

/// What goes wrong with a webhook. It stays owed whatever happens, under its id and with its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookFault {
    /// Its first try is so much later by the sandbox's clock; what comes after it about the same waits behind it.
    Late { by: Duration },
    /// It is sent once more right after it was acknowledged.
    Twice,
    /// The next one about the same overtakes it. If none comes within this time, it goes out by itself.
    OutOfOrder { within: Duration },
    /// All that its call owes, up to the terminate, overtakes it. If the call does not end within this time, it goes out
    /// by itself. Strikes `connect` webhooks only.
    TerminateFirst { within: Duration },
    /// So many tries never leave the server: each counts as failed, and the schedule goes on.
    Dropped { tries: u32 },
    /// So many tries arrive, and their acknowledgement is lost: each counts as failed, and the schedule goes on.
    AcknowledgementLost { tries: u32 },
    /// Its body takes so long on the wire, in real time.
    Slow { over: Duration },
}

/// What goes wrong with a Graph request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiFault {
    /// It is answered with an error of the contract's table, by its name.
    Error { name: String, moment: Moment },
    /// The connection breaks in the middle of the answer.
    AnswerLost { moment: Moment },
    /// The answer comes so much later, in real time.
    Slow { by: Duration },
}

/// When a request meets its fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before anything was done.
    Before,
    /// After all was done: only the answer is wrong.
    After,
}

/// What goes wrong with a leg, from its opening on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFault {
    /// The party is told another ICE password: its checks are not authentic.
    IceNeverConnects,
    /// The party is told another certificate's fingerprint: it refuses the handshake.
    DtlsFails,
    /// What the party sends goes no further, so long after its first packet.
    StopsOneWay { after: Duration },
}

impl MediaFault {
    /// What a party is told in place of the truth, of an SDP that it is sent.
    #[must_use]
    pub fn bend(self, sdp: &str) -> String {
        let (name, bent): (&str, fn(&str) -> String) = match self {
            Self::IceNeverConnects => ("a=ice-pwd:", other_letters),
            Self::DtlsFails => ("a=fingerprint:", other_digits),
            Self::StopsOneWay { .. } => return sdp.to_owned(),
        };
        let lines = sdp.split_inclusive("\r\n").map(|line| match line.strip_prefix(name) {
            Some(value) => format!("{name}{}", bent(value)),
            None => line.to_owned(),
        });
        lines.collect()
    }
}

/// Every letter gives way to another one (RFC 8839 section 5.4: `ice-char`).
fn other_letters(value: &str) -> String {
    value.chars().map(|letter| if letter.is_ascii_alphanumeric() { swap(letter, 'a', 'b') } else { letter }).collect()
}

/// The hash's name stays; every digit of the fingerprint gives way to another one.
fn other_digits(value: &str) -> String {
    let (hash, digits) = value.split_once(' ').unwrap_or((value, ""));
    let digits: String =
        digits.chars().map(|digit| if digit.is_ascii_hexdigit() { swap(digit, '0', '1') } else { digit }).collect();
    format!("{hash} {digits}")
}

fn swap(letter: char, one: char, other: char) -> char {
    if letter == one { other } else { one }
}

impl Fault {
    /// Its name in the own API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Webhook(WebhookFault::Late { .. }) => "webhook_late",
            Self::Webhook(WebhookFault::Twice) => "webhook_twice",
            Self::Webhook(WebhookFault::OutOfOrder { .. }) => "webhook_out_of_order",
            Self::Webhook(WebhookFault::TerminateFirst { .. }) => "webhook_terminate_first",
            Self::Webhook(WebhookFault::Dropped { .. }) => "webhook_dropped",
            Self::Webhook(WebhookFault::AcknowledgementLost { .. }) => "webhook_acknowledgement_lost",
            Self::Webhook(WebhookFault::Slow { .. }) => "webhook_slow",
            Self::Api(ApiFault::Error { .. }) => "api_error",
            Self::Api(ApiFault::AnswerLost { .. }) => "api_answer_lost",
            Self::Api(ApiFault::Slow { .. }) => "api_slow",
            Self::VersionCollision => "version_collision",
            Self::Media(MediaFault::IceNeverConnects) => "media_ice_never_connects",
            Self::Media(MediaFault::DtlsFails) => "media_dtls_fails",
            Self::Media(MediaFault::StopsOneWay { .. }) => "media_stops_one_way",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDP: &str = "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:aB3/+zyxwvutsrqponmlkj\r\na=fingerprint:sha-256 0A:F1\r\n";

    #[test]
    fn a_bent_sdp_lies_in_one_line_and_keeps_its_form() {
        let ice = MediaFault::IceNeverConnects.bend(SDP);
        assert_eq!(ice, SDP.replace("aB3/+zyxwvutsrqponmlkj", "baa/+aaaaaaaaaaaaaaaaa"));
        let dtls = MediaFault::DtlsFails.bend(SDP);
        assert_eq!(dtls, SDP.replace("0A:F1", "10:00"));
        assert_eq!(MediaFault::StopsOneWay { after: Duration::ZERO }.bend(SDP), SDP);
    }
}
