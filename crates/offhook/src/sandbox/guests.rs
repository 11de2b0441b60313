use offhook_call::{PageId, Psid};
use offhook_client::scenario::BuiltIn;
use offhook_service::{Guest, Guests};
use tokio::sync::mpsc;

/// A guest who is called.
pub(crate) type Called = (PageId, Psid);

/// The well-known psids of every Page of a sandbox: the last two digits choose what the consumer does. Psids that are
/// made have 16 digits, so none of them is one of these.
pub(crate) struct WellKnown {
    called: mpsc::Sender<Called>,
}

/// What the consumer of a well-known psid does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Character {
    /// May be called, and does this.
    Plays(&'static str),
    /// May be called, but has no device.
    Absent,
    /// May not be called.
    Reserved,
}

impl WellKnown {
    /// Also where calls to them are told.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Called>) {
        let (called, calls) = mpsc::channel(CALLED_MAX);
        (Self { called }, calls)
    }

    /// What a device of theirs does, if they have one.
    pub(super) fn scenario(psid: Psid) -> Option<BuiltIn> {
        match character(psid)? {
            Character::Plays(name) => Some(BuiltIn::named(name).expect("a test looks at each of them")),
            Character::Absent | Character::Reserved => None,
        }
    }
}

impl Guests for WellKnown {
    fn guest(&self, psid: Psid) -> Option<Guest> {
        let guest = match character(psid)? {
            Character::Plays(name) => Guest { name, permits: true },
            Character::Absent => Guest { name: "absent", permits: true },
            Character::Reserved => Guest { name: "reserved", permits: false },
        };
        Some(guest)
    }

    fn called(&self, page: PageId, psid: Psid) {
        if self.called.try_send((page, psid)).is_err() {
            tracing::warn!(%page, %psid, "a well-known consumer has no device for a call: too many are called at once");
        }
    }
}

fn character(psid: Psid) -> Option<Character> {
    WELL_KNOWN.iter().find(|(known, _)| *known == psid.0).map(|(_, character)| *character)
}

/// 555-01xx is nobody's number (North American Numbering Plan).
const WELL_KNOWN: [(u64, Character); 13] = [
    (5_550_100, Character::Plays("echo")),
    (5_550_101, Character::Plays("tone")),
    (5_550_102, Character::Plays("silent")),
    (5_550_103, Character::Plays("keys")),
    (5_550_104, Character::Plays("video")),
    (5_550_105, Character::Plays("lossy")),
    (5_550_106, Character::Plays("late")),
    (5_550_107, Character::Plays("brief")),
    (5_550_108, Character::Plays("revoke")),
    (5_550_109, Character::Plays("decline")),
    (5_550_110, Character::Plays("ignore")),
    (5_550_111, Character::Absent),
    (5_550_112, Character::Reserved),
];

/// Calls that wait for their devices.
const CALLED_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use offhook_client::scenario::BUILT_IN;

    use super::*;

    #[test]
    fn the_documentation_lists_the_well_known_psids() {
        let documented = include_str!("../../../../docs/scenarios.md");
        let listed = documented.lines().filter_map(|line| line.strip_prefix("| `5550")?.split_once("` | "));
        let listed: Vec<_> =
            listed.map(|(rest, does)| (format!("5550{rest}"), does.trim_matches([' ', '|']))).collect();
        let known = WELL_KNOWN.iter().map(|(psid, character)| {
            let does = match character {
                Character::Plays(name) => format!("`{name}`: {}", BuiltIn::named(name).unwrap().does),
                Character::Absent => "may be called, but has no device".to_owned(),
                Character::Reserved => "has not permitted calls, and has no device".to_owned(),
            };
            (psid.to_string(), does)
        });
        assert!(known.eq(listed.iter().map(|(psid, does)| (psid.clone(), (*does).to_owned()))), "{listed:?}");
    }

    #[test]
    fn every_built_in_scenario_has_a_well_known_psid() {
        let played = |name| WELL_KNOWN.iter().any(|(_, character)| *character == Character::Plays(name));
        assert!(BUILT_IN.iter().all(|built_in| played(built_in.name)));
    }
}
