//! Of G1: the call hours shown at the end are those of the last acknowledged change, or of one under way beside it.

use super::register::{Write, may_find};
use super::{Violation, violation};
use crate::history::{Deed, History, Outcome};

pub(super) fn check(history: &History) -> Vec<Violation> {
    let Some(read) = history.found.read else { return Vec::new() };
    let pages = history.found.marks.iter();
    let lost = pages.filter_map(|(page, found)| {
        let writes: Vec<Write<String>> = history
            .operations
            .iter()
            .filter(|operation| operation.thread.page == *page && !matches!(operation.outcome, Outcome::Refused(_)))
            .filter_map(|operation| {
                let Deed::Set { mark } = &operation.deed else { return None };
                let sure = operation.outcome == Outcome::Done;
                Some(Write { span: operation.span, value: mark.clone(), sure })
            })
            .collect();
        let explained = !writes.iter().any(|write| write.sure) || may_find(&writes, read, found);
        (!explained).then(|| violation(1, format!("the Page {page} has the call hours {found:?} at the end")))
    });
    lost.collect()
}
