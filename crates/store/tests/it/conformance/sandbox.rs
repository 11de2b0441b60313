//! The clock of a sandbox.

use offhook_call::Turn;
use offhook_store::{Hands, Store};

use super::NOW;

pub(crate) async fn the_hands_of_a_clock_are_kept(store: &dyn Store) {
    assert_eq!(store.hands().await.unwrap(), Hands::Going { ahead: Turn(0) });
    for hands in [Hands::Frozen { at: NOW }, Hands::Going { ahead: Turn(-1500) }, Hands::Going { ahead: Turn(61_000) }]
    {
        store.keep_hands(hands).await.unwrap();
        assert_eq!(store.hands().await.unwrap(), hands);
    }
}
