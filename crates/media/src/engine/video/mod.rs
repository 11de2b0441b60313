//! Video of one leg in the terms of the other.
//!
//! A party's track reaches the other party's section of the same label. `sections` knows a leg's sections and what
//! flows in them, `packet` forwards media and repair, `transport_wide` numbers them, `picture` decides when a sender is
//! asked for a key frame, and `feedback` tells it what the receiver says.

mod command;
mod feedback;
mod packet;
mod picture;
mod sections;
mod transport_wide;

pub(super) use packet::VideoPacket;
pub(super) use sections::Video;
