//! SDP judged without a call.

use crate::Service;
use crate::port::{Linted, Texts};

impl Service {
    /// What stands in the way of texts, and how to mend it.
    pub fn lint_sdp(&self, texts: Texts<'_>) -> Linted {
        self.media().lint(texts)
    }
}
