use std::sync::atomic::Ordering;

use async_trait::async_trait;

use super::Sqlite;
use crate::Upkeep;

#[async_trait]
impl Upkeep for Sqlite {
    fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Relaxed)
    }
}
