//! A call's timeline as the own API shows it.

mod leg;
mod shown;

pub use leg::{LegReportShown, PathShown};
pub use shown::{TimelineEvent, TimelineItem, TimelineShown};
