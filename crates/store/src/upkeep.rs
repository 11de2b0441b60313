use async_trait::async_trait;

/// The store itself, for those who run it.
#[async_trait]
pub trait Upkeep {
    /// Whether changes reach the disk, as far as the last of them told. It becomes true again by itself.
    fn is_writable(&self) -> bool;
}
