//! A Page's call settings (Meta's `messenger_call_settings`): what consumers may do, when, and whose phone rings.

mod hours;
mod opening;
mod page;

pub use hours::{CallHours, ClockTime, Day, HoursRefused, InvalidClockTime, OpenDay};
pub use opening::Opening;
pub use page::{CallSettings, RingTarget, SettingsChange, SettingsRefused, StartRefused};
