//! The server speaks HTTPS itself.

use std::time::Duration;

use axum::body::Body;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::Request;
use hyper::ext::Protocol;
use hyper_util::rt::TokioIo;
use nix::sys::signal::Signal;
use offhook_client::audio::Tone;
use offhook_client::phone::{self, Phone, Source};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::ProtocolVersion;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::dev_server::PATIENCE;
use crate::https_server::{Certificate, HTTP_1, HTTP_2, Http1, HttpsServer, http_2, settings};
use crate::serve_server::ServeServer;

fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn both_versions_of_tls_and_of_http_are_spoken() {
    let data = tempfile::tempdir().unwrap();
    let server = HttpsServer::start(data.path()).await;
    for (version, known) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let stream = server.connect(&[version], HTTP_1).await;
        assert_eq!(stream.get_ref().1.protocol_version(), Some(known));
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(HTTP_1));
        let response = Http1::over(stream).await.send(get("/health/ready")).await;
        assert_eq!((response.status(), response.version()), (200.try_into().unwrap(), hyper::Version::HTTP_11));
        assert_eq!(response.headers()["strict-transport-security"], "max-age=31536000");
    }
    let stream = server.connect(&[], HTTP_2).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(HTTP_2));
    let mut sender = http_2(stream).await;
    let request = Request::get("https://localhost/health/ready").body(Body::empty()).unwrap();
    let response = timeout(PATIENCE, sender.send_request(request)).await.unwrap().unwrap();
    assert_eq!((response.status(), response.version()), (200.try_into().unwrap(), hyper::Version::HTTP_2));
}

#[tokio::test]
async fn a_certificate_that_changes_is_served_while_connections_go_on_and_one_that_is_no_good_is_not() {
    let data = tempfile::tempdir().unwrap();
    let mut server = HttpsServer::start(data.path()).await;
    let mut there_before = Http1::over(server.connect(&[], HTTP_1).await).await;
    let newer = Certificate::new();
    newer.install(data.path());
    server.expect(newer);
    server.until_it_is_served().await;
    assert_eq!(there_before.send(get("/health/ready")).await.status(), 200);

    // Another one's key, which stays there for many looks.
    std::fs::write(data.path().join("key.pem"), Certificate::new().key).unwrap();
    let complained = async {
        while !HttpsServer::complaints(data.path()).contains("cannot be used") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, complained).await.expect("it says so");
    server.until_it_is_served().await;
    // Several more looks at the same files.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let complaints = HttpsServer::complaints(data.path());
    assert_eq!(complaints.matches("cannot be used").count(), 1, "{complaints}");
    assert!(!complaints.contains("PRIVATE KEY"), "{complaints}");
    let newest = Certificate::new();
    newest.install(data.path());
    server.expect(newest);
    server.until_it_is_served().await;
    assert_eq!(there_before.send(get("/health/ready")).await.status(), 200);
}

#[tokio::test]
async fn a_server_does_not_start_with_a_certificate_that_it_cannot_use() {
    let data = tempfile::tempdir().unwrap();
    let tried = async || {
        let server = ServeServer::start_private(data.path(), &settings(data.path(), ""));
        assert_eq!(server.ended().await.code(), Some(1));
        HttpsServer::complaints(data.path())
    };
    let complaint = tried().await;
    assert!(complaint.contains("certificate.pem cannot be read"), "{complaint}");
    Certificate::new().install(data.path());
    std::fs::write(data.path().join("key.pem"), Certificate::new().key).unwrap();
    let complaint = tried().await;
    assert!(complaint.contains("tls.certificate and tls.key"), "{complaint}");
    std::fs::write(data.path().join("certificate.pem"), "Dear operator").unwrap();
    let complaint = tried().await;
    assert!(complaint.contains("no PEM certificate"), "{complaint}");
}

#[tokio::test]
async fn who_does_not_shake_hands_holds_up_nobody_and_not_the_stop() {
    let data = tempfile::tempdir().unwrap();
    let server = HttpsServer::start(data.path()).await;
    let address = ("127.0.0.1", server.server.base.port().unwrap());
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, plain.read_to_end(&mut answer)).await.expect("it is closed").ok();
    assert!(!answer.starts_with(b"HTTP"), "nothing is served without TLS");
    assert_eq!(Http1::over(server.connect(&[], HTTP_1).await).await.send(get("/health/ready")).await.status(), 200);
    server.server.signal(Signal::SIGTERM);
    assert!(server.server.ended().await.success());
    let complaints = HttpsServer::complaints(data.path());
    assert!(!complaints.contains("not everybody could be told"), "{complaints}");
    drop(silent);
}

/// A device over any kind of WebSocket.
struct Device<S>(WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Device<S> {
    async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Waits for a message of this kind.
    async fn hear(&mut self, kind: &str) -> Value {
        let hearing = async {
            loop {
                let message = self.0.next().await.expect("the server goes on").unwrap();
                let Message::Text(text) = message else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == kind {
                    return message;
                }
            }
        };
        timeout(PATIENCE, hearing).await.unwrap_or_else(|_| panic!("no {kind} came"))
    }
}

/// Somebody who may be called, by their Page.
struct Stage {
    page_token: String,
    psid: String,
    consumer_token: String,
}

async fn stage(server: &HttpsServer) -> Stage {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let made = async |path: String, body: Value| server.ask("POST", &format!("/offhook/v1/{path}"), &body).await;
    let app = text(&made("apps".to_owned(), json!({ "name": "App" })).await["id"]);
    let page = text(&made("pages".to_owned(), json!({ "name": "Page" })).await["id"]);
    let page_token = text(&made(format!("pages/{page}/tokens"), json!({ "app_id": app })).await["token"]);
    let psid = text(&made(format!("pages/{page}/consumers"), json!({ "name": "Consumer" })).await["psid"]);
    made(format!("pages/{page}/consumers/{psid}/permission"), json!({})).await;
    let consumer_token = text(&made(format!("pages/{page}/consumers/{psid}/tokens"), json!({})).await["token"]);
    Stage { page_token, psid, consumer_token }
}

/// The consumer is called over HTTPS, picks up, and both hear each other.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(server: &HttpsServer, stage: &Stage, device: &mut Device<S>) {
    device.say(json!({ "type": "hello", "token": stage.consumer_token, "device": "phone" })).await;
    device.hear("welcome").await;
    let tone = || phone::Config { source: Source::Tone(Tone::new(440, -20.0)), ..phone::Config::default() };
    let business = Phone::new(tone()).await.unwrap();
    let offer = business.offer().await.unwrap();
    let body = json!({
        "platform": "messenger", "action": "connect", "to": stage.psid, "session": { "sdp_type": "offer", "sdp": offer },
    });
    let connected = server.ask_as(&stage.page_token, "POST", "/me/calls", &body).await;
    business.apply_answer(connected["session"]["sdp_response"]["sdp"].as_str().unwrap()).await.unwrap();
    let call = device.hear("incoming").await["call"].clone();
    let consumer = Phone::new(tone()).await.unwrap();
    device.say(json!({ "type": "accept", "call": call, "sdp": consumer.offer().await.unwrap() })).await;
    consumer.apply_answer(device.hear("accepted").await["sdp"].as_str().unwrap()).await.unwrap();
    for phone in [&business, &consumer] {
        timeout(PATIENCE, phone.heard_until(|heard| heard.frames > 10)).await.expect("they hear each other").unwrap();
    }
    device.say(json!({ "type": "hang_up", "call": call })).await;
    device.hear("ended").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_is_called_over_a_private_websocket_of_either_version_of_http() {
    let data = tempfile::tempdir().unwrap();
    let server = HttpsServer::start(data.path()).await;
    let stage = stage(&server).await;

    let stream = server.connect(&[], HTTP_1).await;
    let (socket, _) = tokio_tungstenite::client_async("wss://localhost/consumer/v1", stream).await.unwrap();
    talk(&server, &stage, &mut Device(socket)).await;

    // RFC 8441: a stream of an HTTP/2 connection becomes the WebSocket.
    let mut sender = http_2(server.connect(&[], HTTP_2).await).await;
    // The client knows that it may once it has heard from the server.
    let request = Request::get("https://localhost/health/ready").body(Body::empty()).unwrap();
    timeout(PATIENCE, sender.send_request(request)).await.unwrap().unwrap();
    let mut request = Request::connect("https://localhost/consumer/v1").header("sec-websocket-version", "13");
    request.extensions_mut().unwrap().insert(Protocol::from_static("websocket"));
    let response = timeout(PATIENCE, sender.send_request(request.body(Body::empty()).unwrap())).await.unwrap().unwrap();
    assert_eq!(response.status(), 200);
    let stream = TokioIo::new(hyper::upgrade::on(response).await.unwrap());
    talk(&server, &stage, &mut Device(WebSocketStream::from_raw_socket(stream, Role::Client, None).await)).await;
}
