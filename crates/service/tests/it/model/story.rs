//! The model: what the contract says of one call.

use std::collections::BTreeMap;

use offhook_call::{Duration, Status, Time};

use super::{AppDoes, CONSUMER_OF, DeviceDoes, OTHER_PAGE};

/// How a call stands, as the contract tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Dialing,
    Ringing,
    Calling { device: usize },
    Talking { device: usize },
    Over { failed: bool, by_business: bool, rejected: bool },
}

#[derive(Debug)]
pub(super) struct Story {
    pub(super) outbound: bool,
    pub(super) consumer: usize,
    pub(super) owner: Option<usize>,
    pub(super) rung: Vec<usize>,
    pub(super) stage: Stage,
    pub(super) version: u32,
    pub(super) due: Time,
    pub(super) told: BTreeMap<usize, Vec<String>>,
}

impl Story {
    pub(super) fn begin(outbound: bool, consumer: usize, rung: Vec<usize>, stage: Stage, now: Time) -> Self {
        let told = rung.iter().map(|app| (*app, vec!["connect".to_owned()])).collect();
        let owner = outbound.then(|| rung[0]);
        let due = now + Duration::from_secs(60);
        Self { outbound, consumer, owner, rung, stage, version: 0, due, told }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over { .. })
    }

    pub(super) fn tell_owner(&mut self, what: String) {
        let owner = self.owner.expect("only an owned call has news");
        self.told.entry(owner).or_default().push(what);
    }

    pub(super) fn next_version(&mut self) {
        self.version += 1;
        self.tell_owner(format!("media_update {}", self.version));
    }

    pub(super) fn end(&mut self, failed: bool, by_business: bool, rejected: bool) -> &'static str {
        self.stage = Stage::Over { failed, by_business, rejected };
        for app in self.rung.clone() {
            let status = if failed { Status::Failed } else { Status::Completed };
            self.told.entry(app).or_default().push(format!("terminate {status:?}"));
        }
        "ok"
    }

    pub(super) fn talk(&mut self, device: usize, now: Time) {
        self.stage = Stage::Talking { device };
        self.due = now + Duration::from_hours(4);
    }

    pub(super) fn by_app(&mut self, app: usize, does: AppDoes, now: Time) -> &'static str {
        if app == OTHER_PAGE {
            return if self.rung.contains(&1) { "page_not_in_call" } else { "unknown" };
        }
        if self.outbound && matches!(does, AppDoes::Accept | AppDoes::Reject) {
            return "wrong_direction";
        }
        if self.owner.is_some_and(|owner| owner != app) {
            return "not_owner";
        }
        match (self.stage, does) {
            (Stage::Over { rejected: true, .. }, AppDoes::Reject) => "already_rejected",
            (Stage::Over { by_business: true, .. }, AppDoes::Terminate) => "already_terminated",
            (Stage::Over { failed, .. }, _) => {
                if failed {
                    "failed"
                } else {
                    "ended"
                }
            }
            (Stage::Calling { device }, AppDoes::Accept) => {
                self.owner = Some(app);
                self.talk(device, now);
                "ok"
            }
            (_, AppDoes::Accept | AppDoes::Reject) if !matches!(self.stage, Stage::Calling { .. }) => {
                "already_accepted"
            }
            (_, AppDoes::Accept | AppDoes::Reject) => self.end(false, true, true),
            (_, AppDoes::Terminate) => self.end(false, true, matches!(self.stage, Stage::Calling { .. })),
            (Stage::Calling { .. }, AppDoes::Update { .. }) => "not_owner",
            (_, AppDoes::Update { stale: true, .. }) => "version_conflict",
            (stage, AppDoes::Update { with_offer, stale: false }) => {
                let somebody_there = matches!(stage, Stage::Talking { .. });
                self.version += 1 + u32::from(with_offer && somebody_there);
                "ok"
            }
        }
    }

    pub(super) fn by_device(&mut self, device: usize, does: DeviceDoes, now: Time) -> &'static str {
        if CONSUMER_OF[device] != self.consumer {
            return "unknown";
        }
        match (self.stage, does) {
            (Stage::Over { .. }, _) => "ended",
            (Stage::Dialing, DeviceDoes::Ring) => {
                self.stage = Stage::Ringing;
                self.tell_owner("ringing".to_owned());
                "ok"
            }
            (Stage::Ringing, DeviceDoes::Ring) => "ok",
            (Stage::Dialing | Stage::Ringing, DeviceDoes::Accept) => {
                self.talk(device, now);
                self.tell_owner("accepted".to_owned());
                self.next_version();
                "ok"
            }
            (Stage::Dialing | Stage::Ringing, DeviceDoes::Decline) => self.end(false, false, false),
            (Stage::Dialing | Stage::Ringing, DeviceDoes::HangUp | DeviceDoes::Update { .. }) => "not_connected",
            (Stage::Calling { .. }, DeviceDoes::Ring | DeviceDoes::Accept | DeviceDoes::Decline) => "wrong_direction",
            (Stage::Talking { device: holder }, DeviceDoes::Accept) if holder == device => "ok",
            (Stage::Talking { .. }, DeviceDoes::Ring | DeviceDoes::Accept | DeviceDoes::Decline) => "already_accepted",
            (Stage::Calling { device: holder } | Stage::Talking { device: holder }, _) if holder != device => {
                "other_device"
            }
            (Stage::Calling { .. } | Stage::Talking { .. }, DeviceDoes::HangUp) => self.end(false, false, false),
            (Stage::Calling { .. }, DeviceDoes::Update { .. }) => "ok",
            (Stage::Talking { .. }, DeviceDoes::Update { .. }) => {
                self.next_version();
                "ok"
            }
        }
    }
}
