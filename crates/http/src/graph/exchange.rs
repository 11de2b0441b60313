use std::sync::{Arc, OnceLock};

use offhook_call::CallId;
use offhook_service::{Caller, Metered};
use offhook_wire::Parameters;

use super::fault::StruckRequest;

/// What [`frame`](super::frame) learns of the request that it stands around, once the request has been read.
#[derive(Clone, Default)]
pub(super) struct Exchange(Arc<Read>);

#[derive(Default)]
struct Read {
    parameters: OnceLock<Arc<Parameters>>,
    metered: OnceLock<Metered>,
    about: OnceLock<About>,
    struck: OnceLock<StruckRequest>,
}

/// The call that a request is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) caller: Caller,
    pub(super) call: CallId,
    /// What is asked for, where the path does not say it.
    pub(super) action: Option<&'static str>,
}

impl Exchange {
    /// A request is read once; a second reading would change nothing.
    pub(super) fn set_parameters(&self, parameters: Arc<Parameters>) {
        self.0.parameters.get_or_init(|| parameters);
    }

    /// Whose quotas this request counts against; known once its token is.
    pub(super) fn set_metered(&self, who: Metered) {
        self.0.metered.get_or_init(|| who);
    }

    /// Which call this is about; known once that is read, or made.
    pub(super) fn set_about(&self, about: About) {
        self.0.about.get_or_init(|| about);
    }

    pub(super) fn about(&self) -> Option<About> {
        self.0.about.get().copied()
    }

    pub(super) fn metered(&self) -> Option<Metered> {
        self.0.metered.get().copied()
    }

    /// A fault of a sandbox strikes this request.
    pub(super) fn set_struck(&self, struck: StruckRequest) {
        self.0.struck.get_or_init(|| struck);
    }

    pub(super) fn struck(&self) -> Option<&StruckRequest> {
        self.0.struck.get()
    }

    pub(super) fn parameters(&self) -> Option<&Parameters> {
        self.0.parameters.get().map(|parameters| &**parameters)
    }
}
