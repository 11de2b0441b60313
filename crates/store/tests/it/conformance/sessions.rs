use offhook_store::{Session, Store, TokenHash};

use super::{NOW, after};

/// Of a token, until so many seconds from now.
fn session(token: &str, seconds: u64) -> Session {
    Session { hash: TokenHash::of(token), who: "somebody".to_owned(), expires_at: after(seconds) }
}

pub(crate) async fn a_session_stands_until_it_is_ended(store: &dyn Store) {
    for token in ["a", "b"] {
        store.open_session(session(token, 60), NOW).await.unwrap();
    }
    assert_eq!(store.session(TokenHash::of("a")).await.unwrap(), Some(session("a", 60)));
    store.end_session(TokenHash::of("a")).await.unwrap();
    store.end_session(TokenHash::of("a")).await.unwrap();
    assert_eq!(store.session(TokenHash::of("a")).await.unwrap(), None);
    assert_eq!(store.session(TokenHash::of("b")).await.unwrap(), Some(session("b", 60)));
}

pub(crate) async fn sessions_that_have_expired_are_forgotten(store: &dyn Store) {
    for (token, seconds) in [("a", 60), ("b", 61), ("c", 62)] {
        store.open_session(session(token, seconds), NOW).await.unwrap();
    }
    assert_eq!(store.forget(None, after(59), 100).await.unwrap(), 0);
    assert_eq!(store.forget(None, after(61), 1).await.unwrap(), 1);
    assert_eq!(store.session(TokenHash::of("a")).await.unwrap(), None, "the oldest first");
    assert_eq!(store.forget(None, after(61), 100).await.unwrap(), 1);
    assert_eq!(store.session(TokenHash::of("c")).await.unwrap(), Some(session("c", 62)));
}
