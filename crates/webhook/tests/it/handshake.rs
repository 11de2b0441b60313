use offhook_call::Duration;
use offhook_webhook::{HandshakeError, Outbound};
use url::Url;

use crate::receiver::{Received, Receiver, Reply};

fn outbound() -> Outbound {
    Outbound::new(true, Duration::from_secs(5)).unwrap()
}

fn parameter(request: &Received, name: &str) -> String {
    let url = Url::parse("http://receiver.example").unwrap().join(&request.path).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("{name} is missing in {}", request.path))
}

#[tokio::test]
async fn a_callback_that_returns_the_challenge_passes() {
    let receiver = Receiver::start(|request| Reply::Text(200, parameter(request, "hub.challenge"))).await;
    let outbound = outbound();
    let url = format!("{}?tenant=7", receiver.url());
    assert_eq!(outbound.verify_callback(&url, "to ken&").await, Ok(()));
    assert_eq!(outbound.verify_callback(&url, "to ken&").await, Ok(()));
    let asked = receiver.received();
    assert_eq!(parameter(&asked[0], "hub.mode"), "subscribe");
    assert_eq!(parameter(&asked[0], "hub.verify_token"), "to ken&");
    assert_eq!(parameter(&asked[0], "tenant"), "7");
    let challenges = [0, 1].map(|at| parameter(&asked[at], "hub.challenge").parse::<u64>().unwrap());
    assert_ne!(challenges[0], challenges[1]);
}

#[tokio::test]
async fn a_callback_that_does_not_prove_itself_is_refused() {
    let table = [
        (Reply::Text(200, "12".into()), HandshakeError::Challenge),
        (Reply::Endless, HandshakeError::Challenge),
        (Reply::Status(403), HandshakeError::Status(403)),
        (Reply::Status(204), HandshakeError::Status(204)),
        (Reply::With(302, "location", "/elsewhere".into()), HandshakeError::Status(302)),
    ];
    for (reply, refused) in table {
        let receiver = Receiver::answering([reply]).await;
        assert_eq!(outbound().verify_callback(&receiver.url(), "t").await, Err(refused));
        assert_eq!(receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn a_callback_must_be_public_unless_all_are_allowed() {
    let receiver = Receiver::answering([]).await;
    let strict = Outbound::new(false, Duration::from_secs(5)).unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let refused = strict.verify_callback(&receiver.url_at(host), "t").await.unwrap_err();
        assert!(matches!(&refused, HandshakeError::NoAnswer(why) if why.contains("not a public address")), "{refused}");
    }
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn a_callback_that_is_no_web_address_is_refused() {
    for url in ["", "desk.example/hook", "ftp://desk.example/", "file:///etc/passwd", "http://"] {
        let refused = outbound().verify_callback(url, "t").await;
        assert!(matches!(refused, Err(HandshakeError::NoAnswer(_))), "{url}: {refused:?}");
    }
}
