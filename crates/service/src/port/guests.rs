use offhook_call::{PageId, Psid};

/// Consumers that every Page has without anybody having made them. Only a sandbox has any.
pub trait Guests: Send + Sync + 'static {
    /// Whose psid this is, if it is a guest's.
    fn guest(&self, psid: Psid) -> Option<Guest>;

    /// The business calls a guest: their device may connect now, and finds the call. Must not block.
    fn called(&self, page: PageId, psid: Psid);
}

/// Who comes to be when their psid is first named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guest {
    pub name: &'static str,
    /// Whether the business may call them from the start.
    pub permits: bool,
}
