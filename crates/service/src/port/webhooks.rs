use async_trait::async_trait;
use offhook_call::Time;

/// Delivers the webhooks that the store owes.
#[async_trait]
pub trait Webhooks: Send + Sync + 'static {
    /// Something may be owed; a hint, not a duty.
    fn poke(&self);

    /// Returns once all that is due was tried. When more gets due by the clock alone, if it does.
    async fn settled(&self) -> Option<Time>;
}
