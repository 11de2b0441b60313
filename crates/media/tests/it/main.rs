//! What the media core does, seen from outside.

mod control;
mod devices;
mod dtmf;
mod faults;
mod film;
mod forwarding;
mod hostile;
mod negotiation;
mod negotiation_malformed;
mod negotiation_refusals;
mod negotiation_sections;
mod negotiation_str0m;
mod negotiation_texts;
mod party;
mod paths;
mod streams;
mod time_outs;
mod updates;
mod video;
mod video_feedback;
mod wire;
mod world;
