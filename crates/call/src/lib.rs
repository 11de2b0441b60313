//! The pure heart of Offhook: who calls whom, in which state the call is, and what a change asks for.
//!
//! Nothing here sees a clock, a socket, a task or a database: [`Time`] is an argument and every effect is data.
//! A [`Call`] changes only through [`Call::apply`], with one file per [`Command`] under `command/`. To add a command:
//! a variant, a file with its table of (state → result), and an arm in `command::apply`.

mod call;
mod command;
mod desk;
mod device;
mod effect;
pub mod fault;
mod id;
mod limits;
mod metrics;
mod origin;
mod page_event;
mod permission;
mod settings;
mod statistics;
mod thread;
mod time;
mod timeline;
mod track;

pub use call::{Call, Direction, EndReason, Ended, Side, State, Status};
pub use command::{
    Abandonment, Applied, Command, ConnectFacts, ConnectRefused, InboundCall, InboundFacts, InboundRefused, MediaLoss,
    NewCall, NewInboundCall, Refused,
};
pub use desk::{Business, Desk, Dialer, Doing, Seat};
pub use device::{DeviceId, InvalidDeviceId};
pub use effect::{Effect, Event, EventKind};
pub use id::{AgentId, AppId, CallId, EntryId, InvalidId, PageId, Psid};
pub use limits::{Limits, ThreadLimits};
pub use metrics::MetricsRefused;
pub use origin::{InvalidWebOrigin, WebOrigin};
pub use page_event::{Owed, PageEvent, PageEventKind};
pub use permission::{PERMISSION_LIFE, Permission, PermissionStatus};
pub use settings::{
    CallHours, CallSettings, ClockTime, Day, HoursRefused, InvalidClockTime, OpenDay, Opening, RingTarget,
    SettingsChange, SettingsRefused, StartRefused,
};
pub use statistics::{
    CallStatistics, Dropped, DtlsStatistics, LegStatistics, PathStatistics, Spread, TrackStatistics, Transport,
};
pub use thread::{
    Button, Element, Entry, EntryKind, InvalidLife, InvalidText, LifeDays, MessageText, NewMessage, PermissionResponse,
    REQUEST_LIFE, Reach, ReplyRefused, SendFacts, SendRefused, Template,
};
pub use time::{Duration, Time, Turn};
pub use timeline::{
    Author, Happening, LegEvent, LegReport, LegSample, SdpRole, Timeline, TimelineEntry, TimelineLimits,
};
pub use track::{ConsumerAudio, Track, TrackLabel};
