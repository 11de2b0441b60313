//! Scenarios that need no file: the simplest things that a consumer does.

use super::Scenario;

/// A scenario by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    pub name: &'static str,
    /// One line for people.
    pub does: &'static str,
    /// The scenario as a file would have it.
    pub text: &'static str,
}

/// All of them.
pub const BUILT_IN: [BuiltIn; 11] = [
    BuiltIn {
        name: "echo",
        does: "picks up after a second and says what it hears",
        text: include_str!("built_in/echo.toml"),
    },
    BuiltIn {
        name: "tone",
        does: "picks up after a second and says a tone of 440 Hz",
        text: include_str!("built_in/tone.toml"),
    },
    BuiltIn {
        name: "silent",
        does: "picks up after a second and says nothing",
        text: include_str!("built_in/silent.toml"),
    },
    BuiltIn { name: "keys", does: "picks up after a second and presses 42#", text: include_str!("built_in/keys.toml") },
    BuiltIn {
        name: "video",
        does: "picks up after a second and shows a test pattern",
        text: include_str!("built_in/video.toml"),
    },
    BuiltIn {
        name: "lossy",
        does: "as echo, and loses a tenth of all packets",
        text: include_str!("built_in/lossy.toml"),
    },
    BuiltIn {
        name: "late",
        does: "picks up after ten seconds, then as echo",
        text: include_str!("built_in/late.toml"),
    },
    BuiltIn {
        name: "brief",
        does: "as echo, and hangs up after five seconds",
        text: include_str!("built_in/brief.toml"),
    },
    BuiltIn {
        name: "revoke",
        does: "as echo, hangs up after two seconds and revokes the permission",
        text: include_str!("built_in/revoke.toml"),
    },
    BuiltIn { name: "decline", does: "declines after two seconds", text: include_str!("built_in/decline.toml") },
    BuiltIn { name: "ignore", does: "rings and does nothing", text: include_str!("built_in/ignore.toml") },
];

impl BuiltIn {
    pub fn named(name: &str) -> Option<Self> {
        BUILT_IN.into_iter().find(|built_in| built_in.name == name)
    }

    pub fn scenario(self) -> Scenario {
        Scenario::parse(self.name, self.text).expect("a test reads each of them")
    }
}
