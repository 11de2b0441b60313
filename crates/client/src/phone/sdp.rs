//! The line's SDP: what it offers, and why it refuses another's.

use std::time::Instant;

use str0m::error::SdpError;
use str0m::format::{Codec, FormatParams};
use str0m::media::Frequency;
use str0m::{Rtc, RtcError};

use super::Config;

/// An offer or answer that the line does not take.
#[derive(Debug, thiserror::Error)]
pub enum SdpRefused {
    #[error("not SDP")]
    Syntax(#[from] SdpError),
    #[error("the SDP does not fit the connection")]
    Rtc(#[from] RtcError),
    #[error("there is no offer of this line to answer")]
    NoOffer,
}

/// DTMF at the clock of Opus, with the number that browsers use.
const TELEPHONE_EVENT_PT: u8 = 110;

/// How often receiver reports go out: the server changes over to its own section at the first.
const REPORT_INTERVAL: std::time::Duration = std::time::Duration::from_millis(500);

/// A connection that speaks Opus, telephone-event and perhaps VP8, on the level of RTP packets.
pub(super) fn rtc(config: &Config, now: Instant) -> Rtc {
    let mut rtc = Rtc::builder()
        .set_rtp_mode(true)
        .set_dtls_version(config.dtls)
        .set_rtcp_report_interval_audio(REPORT_INTERVAL)
        .clear_codecs()
        .enable_opus(true, false)
        .enable_vp8(config.video);
    rtc.codec_config().add_config(
        TELEPHONE_EVENT_PT.into(),
        None,
        Codec::Tele,
        Frequency::FORTY_EIGHT_KHZ,
        None,
        FormatParams::default(),
    );
    rtc.build(now)
}
