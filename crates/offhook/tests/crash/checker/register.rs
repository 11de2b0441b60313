//! One value that many write and read at the same time: which reads can be explained.

use crate::history::Span;

/// A change of the value.
#[derive(Debug, Clone)]
pub(crate) struct Write<T> {
    pub(crate) span: Span,
    pub(crate) value: T,
    /// It was acknowledged. If not, it may have happened within its span, or not at all.
    pub(crate) sure: bool,
}

/// Whether one order of the writes, each at a moment within its span, lets a read within its own span find `value`: a
/// write of it that may come before the read, and for which no sure write lies wholly between the two.
pub(crate) fn may_find<T: PartialEq>(writes: &[Write<T>], read: Span, value: &T) -> bool {
    let overwritten = |first: &Write<T>| {
        writes.iter().any(|later| later.sure && first.span.to < later.span.from && later.span.to < read.from)
    };
    writes.iter().any(|write| write.value == *value && write.span.from <= read.to && !overwritten(write))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::At;

    fn span(from: u64, to: u64) -> Span {
        Span { from: At(from), to: At(to) }
    }

    fn write(from: u64, to: u64, value: bool, sure: bool) -> Write<bool> {
        Write { span: span(from, to), value, sure }
    }

    #[test]
    fn a_read_finds_the_last_write_or_one_under_way() {
        let writes = [write(0, 0, false, true), write(10, 20, true, true)];
        assert!(may_find(&writes, span(30, 40), &true) && !may_find(&writes, span(30, 40), &false));
        assert!(may_find(&writes, span(15, 40), &true) && may_find(&writes, span(15, 40), &false));
        assert!(!may_find(&writes, span(5, 9), &true), "not before it began");
    }

    #[test]
    fn a_write_of_unknown_outcome_may_have_happened_or_not() {
        let writes = [write(0, 0, false, true), write(10, 20, true, false)];
        assert!(may_find(&writes, span(30, 40), &true) && may_find(&writes, span(30, 40), &false));
        let revoked = [writes.as_slice(), &[write(21, 22, false, true)]].concat();
        assert!(!may_find(&revoked, span(30, 40), &true), "but not after a later sure one");
    }
}
