//! What was asked, answered, told and found: all that the checker sees.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use offhook_call::{AgentId, AppId, CallId, EndReason, PageId, Psid, Status};
use offhook_client::webhook::Event;
use offhook_wire::ThreadEntry;
use offhook_wire::desk::PastCall;
use serde::Deserialize;

/// A moment in microseconds since the epoch, on a clock that only goes on. The program's times are of the same machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(pub(crate) u64);

impl At {
    pub(crate) fn now() -> Self {
        static START: LazyLock<(SystemTime, Instant)> = LazyLock::new(|| (SystemTime::now(), Instant::now()));
        let (wall, start) = *START;
        let since_epoch = wall.duration_since(UNIX_EPOCH).expect("it is later than 1970") + start.elapsed();
        Self(u64::try_from(since_epoch.as_micros()).expect("a time of this age fits"))
    }

    /// A time of the program's, in milliseconds.
    pub(crate) fn of_ms(ms: u64) -> Self {
        Self(ms * 1000)
    }
}

/// From the moment before something was asked to the moment after the answer, or after it was clear that none comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: At,
    pub(crate) to: At,
}

/// A consumer's thread with a Page, or the Page's own affairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Thread {
    pub(crate) page: PageId,
    /// `None`: about the Page.
    pub(crate) psid: Option<Psid>,
}

#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) thread: Thread,
    pub(crate) span: Span,
    pub(crate) deed: Deed,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Acknowledged.
    Done,
    /// Refused under this name: nothing changed.
    Refused(String),
    /// Nobody knows: the connection broke, or the answer was that something went wrong.
    Unknown,
}

/// What somebody did. Texts, keys and marks are used once in a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A business calls; the call is known if that was acknowledged.
    Connect {
        app: AppId,
        key: String,
        call: Option<CallId>,
    },
    /// A business, or the agent who has it, ends a call.
    Terminate {
        call: CallId,
    },
    /// A business takes, or does not want, a consumer's call.
    Accept {
        app: AppId,
        call: CallId,
    },
    Reject {
        call: CallId,
    },
    Grant,
    Revoke,
    /// A business writes, or asks for permission; the entry is known if that was acknowledged.
    Send {
        entry: Option<String>,
    },
    /// A business changes its call hours to those that bear this mark.
    Set {
        mark: String,
    },
    /// A consumer's device takes the business's call.
    PickUp {
        call: CallId,
    },
    /// A consumer calls.
    Call {
        call: Option<CallId>,
    },
    /// An agent picks up a consumer's call, or one that another agent hands over.
    AgentAccept {
        agent: AgentId,
        call: CallId,
    },
    /// An agent calls a consumer; the call is known if that was acknowledged.
    Dial {
        agent: AgentId,
        call: Option<CallId>,
    },
    /// An agent lets the consumer of their call wait, or goes on talking.
    Hold {
        agent: AgentId,
        call: CallId,
        on: bool,
    },
    /// An agent offers their call to another one.
    HandOver {
        agent: AgentId,
        call: CallId,
        to: AgentId,
    },
    /// Not a deed of the agent's: they were told that another one has taken over their call.
    HandedOver {
        agent: AgentId,
        call: CallId,
    },
    /// An agent takes calls from now on, or no more.
    Free {
        agent: AgentId,
        free: bool,
    },
    Say {
        text: String,
    },
    Reply {
        entry: String,
        approve: bool,
    },
    /// Not a deed of a device of the consumer's or an agent's: it was told that the call is over, and why.
    Told {
        call: CallId,
        reason: EndReason,
    },
}

/// A webhook that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// Whose callback it came to.
    pub(crate) app: AppId,
    /// `webhook-id`.
    pub(crate) id: String,
    pub(crate) body: Vec<u8>,
    /// What it says; `None` if it was not signed with the app's secret, or is no webhook.
    pub(crate) events: Option<Vec<Event>>,
    /// Answered 200 in time.
    pub(crate) acknowledged: bool,
}

/// One process, from its start to its death.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    /// When it was ready to serve, if it came so far.
    pub(crate) ready: Option<At>,
    pub(crate) died: At,
}

/// An app and what it is subscribed to, at all times of the history.
#[derive(Debug, Clone)]
pub(crate) struct Subscriber {
    pub(crate) app: AppId,
    pub(crate) pages: Vec<PageId>,
    pub(crate) fields: &'static [&'static str],
}

/// A call's record, as the own API shows it. Times in milliseconds.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: CallId,
    pub(crate) page_id: PageId,
    pub(crate) psid: Psid,
    pub(crate) app_id: Option<AppId>,
    /// Who had it last, of a call of the desk.
    pub(crate) agent_id: Option<AgentId>,
    pub(crate) direction: String,
    pub(crate) created_at: u64,
    pub(crate) connected_at: Option<u64>,
    /// These three once it has ended.
    pub(crate) ended_at: Option<u64>,
    pub(crate) status: Option<Status>,
    pub(crate) reason: Option<EndReason>,
}

impl Record {
    pub(crate) fn thread(&self) -> Thread {
        Thread { page: self.page_id, psid: Some(self.psid) }
    }

    /// How long the parties were connected. `None`: never, or it is not over.
    pub(crate) fn seconds(&self) -> Option<u64> {
        Some(self.ended_at?.saturating_sub(self.connected_at?) / 1000)
    }

    pub(crate) fn is_of_business(&self) -> bool {
        self.direction == "business_initiated"
    }
}

/// What the APIs show once all is delivered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub(crate) calls: HashMap<CallId, Record>,
    pub(crate) threads: HashMap<Thread, Vec<ThreadEntry>>,
    /// May the business call?
    pub(crate) permissions: HashMap<Thread, bool>,
    /// The mark of each Page's call hours.
    pub(crate) marks: HashMap<PageId, String>,
    /// Does the agent take calls?
    pub(crate) free: HashMap<AgentId, bool>,
    /// What agents are called.
    pub(crate) names: HashMap<AgentId, String>,
    /// What the desk shows agents of the newest calls of its Page, the newest first.
    pub(crate) past: Vec<PastCall>,
    /// When that was read.
    pub(crate) read: Option<Span>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) subscribers: Vec<Subscriber>,
    /// The Page whose consumers' calls ring at the desk, if there is one.
    pub(crate) desk: Option<PageId>,
    pub(crate) lives: Vec<Life>,
    /// In the order of their ends; those of one device or desk in the order in which it did them.
    pub(crate) operations: Vec<Operation>,
    /// In the order in which they came.
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) found: Found,
}

impl History {
    /// The apps that are told what belongs to this field of the Page.
    pub(crate) fn told_of(&self, page: PageId, field: &str) -> impl Iterator<Item = AppId> {
        let wants =
            move |subscriber: &&Subscriber| subscriber.pages.contains(&page) && subscriber.fields.contains(&field);
        self.subscribers.iter().filter(wants).map(|subscriber| subscriber.app)
    }

    /// Whether agents have the call, or had, or it rang at them.
    pub(crate) fn is_of_desk(&self, call: &Record) -> bool {
        if call.is_of_business() { call.agent_id.is_some() } else { self.desk == Some(call.page_id) }
    }

    pub(crate) fn done(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.outcome == Outcome::Done)
    }
}
