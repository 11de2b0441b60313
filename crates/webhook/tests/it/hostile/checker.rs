//! Is what the receiver saw what docs/guarantees.md says? G2, G4, G5 and the schedule.

use std::collections::{BTreeMap, BTreeSet};

use offhook_call::{Duration, Time};
use offhook_store::DeliveryStatus;

/// A webhook as its receiver saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) at: Time,
    /// `webhook-id`.
    pub(super) id: String,
    pub(super) body: Vec<u8>,
    /// Whether it was answered with 2xx.
    pub(super) acknowledged: bool,
}

/// A webhook as the store tells of it, in the order in which they were owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) body: Vec<u8>,
    pub(super) owed_at: Time,
    pub(super) redelivered_at: Option<Time>,
    pub(super) state: DeliveryStatus,
    pub(super) tries: Vec<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breach {
    /// G2: the store says delivered, the receiver never acknowledged it.
    Lost(String),
    /// G2: it is pending after its time, or died before it.
    WrongEnd(String),
    /// The store does not owe it, or knows nothing of a try.
    Uncalled(String),
    /// G4: it came after a later one about the same was acknowledged.
    OutOfOrder(String),
    /// G5: other bytes than were owed.
    Changed(String),
    /// A try came before its moment, or long after.
    OffSchedule(String),
}

const WEEK: Duration = Duration::from_hours(7 * 24);
const LONGEST_WAIT: Duration = Duration::from_hours(6);

/// Seconds from one try to the next, if the endpoint asks for no more.
const FIRST_WAITS: [u64; 4] = [2, 6, 22, 30];

pub(super) fn check(log: &[Arrival], fates: &[Fate], now: Time) -> Vec<Breach> {
    let mut breaches = BTreeSet::new();
    let known: BTreeMap<&str, &Fate> = fates.iter().map(|fate| (&*fate.id, fate)).collect();
    for arrival in log {
        match known.get(&*arrival.id) {
            None => _ = breaches.insert(Breach::Uncalled(arrival.id.clone())),
            Some(fate) if fate.body != arrival.body => _ = breaches.insert(Breach::Changed(arrival.id.clone())),
            Some(_) => {}
        }
    }
    for fate in fates {
        breaches.extend(ends(log, fate, now));
        breaches.extend(order(log, fates, fate));
        breaches.extend(schedule(fate));
    }
    breaches.into_iter().collect()
}

fn ends(log: &[Arrival], fate: &Fate, now: Time) -> Option<Breach> {
    let arrivals: Vec<_> = log.iter().filter(|arrival| arrival.id == fate.id).collect();
    if arrivals.len() > fate.tries.len() {
        return Some(Breach::Uncalled(fate.id.clone()));
    }
    let since = fate.redelivered_at.unwrap_or(fate.owed_at);
    match fate.state {
        DeliveryStatus::Delivered => {
            let acknowledged = arrivals.iter().any(|arrival| arrival.acknowledged);
            (!acknowledged).then(|| Breach::Lost(fate.id.clone()))
        }
        DeliveryStatus::Pending => (now > since + WEEK).then(|| Breach::WrongEnd(fate.id.clone())),
        // The next try would have come after its time.
        DeliveryStatus::Dead => {
            let last = fate.tries.last().copied().unwrap_or(since);
            (last + LONGEST_WAIT <= since + WEEK).then(|| Breach::WrongEnd(fate.id.clone()))
        }
    }
}

/// At first delivery: what the operator sent again comes when it comes.
fn order(log: &[Arrival], fates: &[Fate], fate: &Fate) -> Option<Breach> {
    let later: BTreeSet<&str> = {
        let after = fates.iter().skip_while(|other| other.id != fate.id).skip(1);
        after.filter(|other| other.subject == fate.subject).map(|other| &*other.id).collect()
    };
    let passed = log.iter().position(|arrival| arrival.acknowledged && later.contains(&*arrival.id))?;
    let redelivered = |arrival: &Arrival| fate.redelivered_at.is_some_and(|at| arrival.at >= at);
    let comes_late = log[passed..].iter().any(|arrival| arrival.id == fate.id && !redelivered(arrival));
    let first_try = log.iter().position(|arrival| later.contains(&*arrival.id))?;
    let was_acknowledged = log[..first_try].iter().any(|arrival| arrival.id == fate.id && arrival.acknowledged);
    let gave_up = fate.state == DeliveryStatus::Dead || fate.redelivered_at.is_some();
    (comes_late || !(was_acknowledged || gave_up)).then(|| Breach::OutOfOrder(fate.id.clone()))
}

fn schedule(fate: &Fate) -> Option<Breach> {
    let is_first_delivery = |at: &&Time| fate.redelivered_at.is_none_or(|redelivered| **at < redelivered);
    let tries: Vec<Time> = fate.tries.iter().take_while(is_first_delivery).copied().collect();
    let off = tries.windows(2).zip(0_u32..).any(|(pair, tries)| {
        let wait = FIRST_WAITS.get(tries as usize).copied().map_or_else(
            || Duration::from_secs(60 * 2_u64.saturating_pow(tries - 4)).min(LONGEST_WAIT),
            Duration::from_secs,
        );
        let gap = pair[1].since(pair[0]);
        gap < wait || gap > wait.max(LONGEST_WAIT)
    });
    off.then(|| Breach::OffSchedule(fate.id.clone()))
}

/// Each breach planted into a week that was without any.
mod tests {
    use super::super::moment;
    use super::*;

    /// Two events about one call, the first one tried twice.
    fn sound() -> (Vec<Arrival>, Vec<Fate>) {
        let arrival = |seconds, id: &str, acknowledged| Arrival {
            at: moment(seconds),
            id: id.to_owned(),
            body: id.as_bytes().to_vec(),
            acknowledged,
        };
        let fate = |id: &str, tries: &[u64]| Fate {
            id: id.to_owned(),
            subject: "call".to_owned(),
            body: id.as_bytes().to_vec(),
            owed_at: moment(0),
            redelivered_at: None,
            state: DeliveryStatus::Delivered,
            tries: tries.iter().map(|&seconds| moment(seconds)).collect(),
        };
        let log = vec![arrival(0, "1", false), arrival(2, "1", true), arrival(2, "2", true)];
        (log, vec![fate("1", &[0, 2]), fate("2", &[2])])
    }

    fn found(spoil: impl FnOnce(&mut Vec<Arrival>, &mut Vec<Fate>)) -> Vec<Breach> {
        let (mut log, mut fates) = sound();
        spoil(&mut log, &mut fates);
        check(&log, &fates, moment(8 * 86_400))
    }

    #[test]
    fn a_sound_week_has_no_breach() {
        assert_eq!(found(|_, _| {}), []);
    }

    #[test]
    fn a_lost_webhook_is_found() {
        assert_eq!(found(|log, _| log.truncate(2)), [Breach::Lost("2".into())]);
        assert_eq!(found(|log, _| log[2].acknowledged = false), [Breach::Lost("2".into())]);
    }

    #[test]
    fn one_that_nobody_gives_up_or_that_is_given_up_too_early_is_found() {
        for state in [DeliveryStatus::Pending, DeliveryStatus::Dead] {
            let breaches = found(|log, fates| {
                log.truncate(2);
                fates[1].state = state;
            });
            assert_eq!(breaches, [Breach::WrongEnd("2".into())], "{state:?}");
        }
    }

    #[test]
    fn one_that_nobody_owes_or_that_comes_again_is_found() {
        assert_eq!(
            found(|log, _| log.push(Arrival { id: "3".into(), ..log[0].clone() })),
            [Breach::Uncalled("3".into())]
        );
        assert_eq!(found(|log, _| log.push(log[2].clone())), [Breach::Uncalled("2".into())]);
    }

    #[test]
    fn a_later_event_before_an_earlier_one_is_found() {
        assert_eq!(found(|log, _| log.swap(1, 2)), [Breach::OutOfOrder("1".into())]);
        let early_try = |log: &mut Vec<Arrival>, _: &mut Vec<Fate>| {
            log.insert(1, Arrival { acknowledged: false, ..log[2].clone() });
        };
        assert!(found(early_try).contains(&Breach::OutOfOrder("1".into())), "tried, though not acknowledged");
    }

    #[test]
    fn changed_bytes_and_changed_ids_are_found() {
        assert_eq!(found(|log, _| log[1].body.push(b' ')), [Breach::Changed("1".into())]);
        let renamed = found(|log, _| log[1].id = "1b".into());
        assert!(renamed.contains(&Breach::Uncalled("1b".into())), "{renamed:?}");
    }

    #[test]
    fn a_try_at_the_wrong_moment_is_found() {
        assert_eq!(found(|_, fates| fates[0].tries[1] = moment(1)), [Breach::OffSchedule("1".into())]);
        assert_eq!(found(|_, fates| fates[0].tries[1] = moment(6 * 3600 + 1)), [Breach::OffSchedule("1".into())]);
    }
}
