use offhook_client::graph::{CallHours, CallSettings, OperatingHours, Weekday};
use rand::rngs::StdRng;

use super::{Scene, outcome_of, pause};
use crate::history::{At, Deed, Outcome, Thread};
use crate::stage::Office;

/// Changes a Page's call hours, each time to others.
pub(crate) struct Owner {
    office: Office,
    dice: StdRng,
    number: usize,
}

/// More than a world needs.
const MARKS_PER_PAGE: usize = 500;

/// Zones of whole hours; `Etc/GMT+1` is an hour behind.
const ZONES: std::ops::RangeInclusive<i32> = -14..=12;

impl Owner {
    /// `index`: of the Page among those of the world. No two Pages have a mark in common.
    pub(crate) fn new(office: Office, dice: StdRng, index: usize) -> Self {
        Self { office, dice, number: index * MARKS_PER_PAGE }
    }

    pub(crate) async fn work(&mut self, scene: &Scene) {
        loop {
            for _ in 0..4 {
                pause(&mut self.dice).await;
            }
            self.number += 1;
            let change = settings(self.number);
            let mark = mark_of(&change).expect("the change has hours");
            let from = At::now();
            let outcome = outcome_of(&self.office.graph.set_call_settings(self.office.page, &change).await);
            scene.log(Thread { page: self.office.page, psid: None }, from, Deed::Set { mark }, outcome.clone());
            if outcome == Outcome::Unknown {
                return;
            }
        }
    }
}

/// Open all week, but for the first minutes of a Thursday somewhere: zone and minutes are the mark.
fn settings(number: usize) -> CallSettings {
    let zone = ZONES.cycle().nth(number).expect("a cycle has no end");
    let day = |day_of_week| {
        let open = if day_of_week == Weekday::Thursday { number / ZONES.count() % 60 } else { 0 };
        OperatingHours { day_of_week, open_time: format!("00{open:02}"), close_time: "2400".to_owned() }
    };
    let call_hours =
        CallHours { timezone_id: format!("Etc/GMT{zone:+}"), weekly_operating_hours: Weekday::ALL.map(day).to_vec() };
    CallSettings { call_hours: Some(call_hours), ..CallSettings::default() }
}

/// By what changes of call hours are told apart. `None`: there are none.
pub(crate) fn mark_of(settings: &CallSettings) -> Option<String> {
    let hours = settings.call_hours.as_ref()?;
    let mut days = hours.weekly_operating_hours.iter();
    let thursday = days.find(|day| day.day_of_week == Weekday::Thursday)?;
    Some(format!("{} {} {}", hours.timezone_id, thursday.open_time, hours.weekly_operating_hours.len()))
}
