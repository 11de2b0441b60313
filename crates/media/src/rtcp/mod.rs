//! RTCP (RFC 3550 section 6, RFC 4585): compound packets read in place and rewritten for the other leg.
//!
//! A party's RTCP is forwarded to the other party in the other leg's terms, so that loss repair and bandwidth
//! estimation run end to end. [`rewrite`] maps what it knows and leaves out the rest: extended reports, application
//! packets, profile-specific extensions, and text that could identify a party.

mod feedback;
mod packets;
mod rewrite;
mod source;
mod transport_wide;

pub(crate) use feedback::{requested_pictures, write_picture_loss};
pub(crate) use packets::{
    ReportBlock, header_sender, is_rtcp, report_blocks, reported_sources, sender, sender_reports,
};
pub(crate) use rewrite::{Sender, Translation, rewrite};
pub(crate) use source::Source;
pub(crate) use transport_wide::Numbered;

/// Common header and sender SSRC: what every RTCP packet begins with, and what SRTCP leaves readable.
pub(crate) const HEADER_LEN: usize = 8;

#[cfg(test)]
mod tests;
