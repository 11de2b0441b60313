//! Judges a history by docs/guarantees.md, G1 to G8. One file per guarantee, or for those that are seen in the same place.

mod books;
mod desk;
mod ends;
mod handing;
mod kept;
mod keys;
mod order;
mod owed;
mod permission;
mod register;
mod same;
mod settings;
#[cfg(test)]
mod spoiled;

use std::fmt;

use crate::history::{At, Deed, History, Span};

/// A breach of a guarantee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Its number in docs/guarantees.md.
    pub(crate) guarantee: u8,
    pub(crate) what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "G{}: {}", self.guarantee, self.what)
    }
}

/// Before everything.
const BEGINNING: Span = Span { from: At(0), to: At(0) };

fn violation(guarantee: u8, what: impl Into<String>) -> Violation {
    Violation { guarantee, what: what.into() }
}

pub(crate) use handing::at_desk;
pub(crate) use owed::duplicates;

pub(crate) fn check(history: &History) -> Vec<Violation> {
    let checks = [
        kept::check,
        owed::check,
        order::check,
        same::check,
        permission::check,
        keys::check,
        ends::check,
        settings::check,
        desk::check,
        handing::check,
        books::check,
    ];
    checks.iter().flat_map(|check| check(history)).collect()
}

/// Changes that were acknowledged.
pub(crate) fn acknowledged(history: &History) -> usize {
    history.done().filter(|operation| !matches!(operation.deed, Deed::Told { .. })).count()
}
