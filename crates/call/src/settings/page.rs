use serde::{Deserialize, Serialize};

use super::{CallHours, Opening};
use crate::Time;

/// The call settings of one Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSettings {
    /// The switch of the whole calling API.
    pub audio_enabled: bool,
    pub video_enabled: bool,
    /// Whether threads show a call icon. Buttons that the business sent work without it.
    pub icon_enabled: bool,
    /// `None`: never set, so always open.
    pub hours: Option<CallHours>,
    /// `None`: never set; see [`CallSettings::ring_target`].
    pub ring_target: Option<RingTarget>,
}

/// Who rings when a consumer calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingTarget {
    /// The built-in agent desk; no app gets a webhook.
    Meta,
    /// Every app that is subscribed to `calls`.
    Partners,
}

/// What is to be set; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    pub audio_enabled: Option<bool>,
    pub video_enabled: Option<bool>,
    pub icon_enabled: Option<bool>,
    /// Replaces all hours.
    pub hours: Option<CallHours>,
    pub ring_target: Option<RingTarget>,
}

/// Why settings stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsRefused {
    #[error("no app of the Page is subscribed to `calls`")]
    NoPartner,
}

/// Why a consumer may not call the Page now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartRefused {
    #[error("calling is switched off for this Page")]
    NotEnabled,
    #[error("the Page shows no call icon, and no button that it sent was tapped")]
    IconHidden,
    #[error("the Page takes calls at other hours")]
    OutsideHours {
        /// `None`: the Page never opens.
        next_opening: Option<Time>,
    },
}

/// A new Page takes calls at all hours.
impl Default for CallSettings {
    fn default() -> Self {
        Self { audio_enabled: true, video_enabled: true, icon_enabled: true, hours: None, ring_target: None }
    }
}

impl CallSettings {
    /// The settings after `change`. `has_partner`: an app is subscribed to the Page's `calls` at both levels.
    pub fn change(&self, change: SettingsChange, has_partner: bool) -> Result<Self, SettingsRefused> {
        let SettingsChange { audio_enabled, video_enabled, icon_enabled, hours, ring_target } = change;
        if ring_target == Some(RingTarget::Partners) && !has_partner {
            return Err(SettingsRefused::NoPartner);
        }
        Ok(Self {
            audio_enabled: audio_enabled.unwrap_or(self.audio_enabled),
            video_enabled: video_enabled.unwrap_or(self.video_enabled),
            icon_enabled: icon_enabled.unwrap_or(self.icon_enabled),
            hours: hours.or_else(|| self.hours.clone()),
            ring_target: ring_target.or(self.ring_target),
        })
    }

    /// Who rings. If it was never set: the apps, once one is subscribed (contract section 3).
    pub fn ring_target(&self, has_partner: bool) -> RingTarget {
        let default = if has_partner { RingTarget::Partners } else { RingTarget::Meta };
        self.ring_target.unwrap_or(default)
    }

    pub fn opening(&self, now: Time) -> Opening {
        self.hours.as_ref().map_or(Opening::Open { until: None }, |hours| hours.opening(now))
    }

    /// Whether a consumer may start a call now. `by_button`: it taps a call button that the business sent and that
    /// has not expired.
    pub fn admit(&self, by_button: bool, now: Time) -> Result<(), StartRefused> {
        if !self.audio_enabled {
            return Err(StartRefused::NotEnabled);
        }
        if !self.icon_enabled && !by_button {
            return Err(StartRefused::IconHidden);
        }
        match self.opening(now) {
            Opening::Open { .. } => Ok(()),
            Opening::Closed { next } => Err(StartRefused::OutsideHours { next_opening: next }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_790_000_000_000);

    fn never_open() -> CallHours {
        CallHours::new("UTC", []).unwrap()
    }

    #[test]
    fn a_change_sets_what_it_names_and_keeps_the_rest() {
        let quiet = SettingsChange { icon_enabled: Some(false), hours: Some(never_open()), ..Default::default() };
        let changed = CallSettings::default().change(quiet, false).unwrap();
        let expected = CallSettings { icon_enabled: false, hours: Some(never_open()), ..CallSettings::default() };
        assert_eq!(changed, expected);
        assert_eq!(changed.change(SettingsChange::default(), false), Ok(expected));
    }

    #[test]
    fn partners_ring_only_if_there_is_one() {
        let to = |target| SettingsChange { ring_target: Some(target), ..Default::default() };
        let fresh = CallSettings::default();
        assert_eq!(fresh.change(to(RingTarget::Partners), false), Err(SettingsRefused::NoPartner));
        assert_eq!([fresh.ring_target(false), fresh.ring_target(true)], [RingTarget::Meta, RingTarget::Partners]);
        let desk = fresh.change(to(RingTarget::Meta), false).unwrap();
        assert_eq!(desk.ring_target(true), RingTarget::Meta);
        let apps = desk.change(to(RingTarget::Partners), true).unwrap();
        assert_eq!(apps.ring_target(false), RingTarget::Partners);
    }

    #[test]
    fn consumers_are_let_in_by_switch_icon_or_button_and_hours() {
        let on = CallSettings::default();
        let off = CallSettings { audio_enabled: false, ..on.clone() };
        let hidden = CallSettings { icon_enabled: false, ..on.clone() };
        let closed = CallSettings { hours: Some(never_open()), ..on.clone() };
        let late = StartRefused::OutsideHours { next_opening: None };
        let table = [
            (on, Ok(()), Ok(())),
            (off, Err(StartRefused::NotEnabled), Err(StartRefused::NotEnabled)),
            (hidden, Err(StartRefused::IconHidden), Ok(())),
            (closed, Err(late), Err(late)),
        ];
        for (settings, by_icon, by_button) in table {
            assert_eq!((settings.admit(false, NOW), settings.admit(true, NOW)), (by_icon, by_button), "{settings:?}");
        }
    }
}
