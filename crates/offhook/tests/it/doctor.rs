//! `offhook doctor`: each check of what is outside of the program is made to fail once.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use offhook_client::graph::Graph;
use offhook_client::phone::{self, LineEvent, Milestone, Phone};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::dev_server::{DevServer, PATIENCE};

/// What a run found: by check, the verdict and all that it said.
struct Found {
    succeeded: bool,
    lines: Vec<(String, String, String)>,
}

impl Found {
    fn verdicts(&self, check: &str) -> Vec<&str> {
        self.lines.iter().filter(|(name, ..)| name == check).map(|(_, verdict, _)| verdict.as_str()).collect()
    }

    fn said(&self, check: &str) -> &str {
        self.lines.iter().find(|(name, ..)| name == check).map_or("", |(.., said)| said)
    }
}

async fn doctor(args: &[&str], environment: &[(&str, &Path)]) -> Found {
    let mut program = Command::new(env!("CARGO_BIN_EXE_offhook"));
    program.arg("doctor").arg("--json").args(args).envs(environment.iter().copied());
    let output = tokio::time::timeout(PATIENCE, program.output()).await.expect("it ends in time").unwrap();
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let lines = told["checks"].as_array().unwrap().iter().map(|line| {
        assert_eq!(line["change"].is_null(), line["verdict"] == "ok", "what is wrong can be changed: {line}");
        (text(line, "check"), text(line, "verdict"), text(line, "said"))
    });
    let found = Found { succeeded: output.status.success(), lines: lines.collect() };
    assert_eq!(found.succeeded, told["ok"].as_bool().unwrap());
    found
}

fn config(folder: &Path, listen: SocketAddr, media: &str) -> String {
    let file = folder.join("offhook.toml");
    let store = folder.join("data");
    let text = format!("listen = \"{listen}\"\n[store]\npath = {store:?}\n[media]\nbind = [\"127.0.0.1\"]\n{media}\n");
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_machine_is_looked_at_before_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let found = doctor(&["--config", &config(folder.path(), free, &format!("port = {port}\nshards = 1"))], &[]).await;
    assert_eq!(found.verdicts("http-port"), ["ok"]);
    assert_eq!(found.verdicts("udp-ports"), ["fail"], "{}", found.said("udp-ports"));
    assert!(found.said("udp-ports").contains(&port.to_string()));
    assert_eq!(found.verdicts("addresses"), ["fail"], "loopback alone");
    assert_eq!(found.verdicts("store"), ["ok"]);
    assert!(!found.succeeded);

    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let found = doctor(&["--config", &config(folder.path(), other.local_addr().unwrap(), "")], &[]).await;
    assert_eq!(found.verdicts("http-port"), ["fail"], "something else listens there");
    assert_eq!(found.verdicts("udp-ports"), ["warn"], "the system chooses");
    assert_eq!(found.verdicts("tcp-port"), ["warn"]);

    let broken = folder.path().join("broken.toml");
    std::fs::write(&broken, "listen = 1").unwrap();
    let found = doctor(&["--config", broken.to_str().unwrap()], &[]).await;
    assert_eq!(found.verdicts("config"), ["fail"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_is_looked_at_from_outside() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let facts = &server.facts;
    let listen: SocketAddr = facts.base_url.socket_addrs(|| None).unwrap()[0];
    let file = config(data.path(), listen, "");
    let (base, token) = (facts.base_url.as_str(), facts.admin_token.as_str());
    let args = ["--config", &file, "--base-url", base, "--admin-token", token, "--webhooks"];

    let found = doctor(&args, &[]).await;
    assert!(found.said("http-port").contains("served by Offhook"), "{}", found.said("http-port"));
    assert_eq!((found.verdicts("server"), found.verdicts("tls")), (vec!["ok"], vec!["ok"]));
    assert!(found.lines.iter().any(|(check, _, said)| check == "clock" && said.ends_with("agree")));
    assert_eq!(found.verdicts("webhooks"), ["ok"], "the development server's app has a callback");

    let _receiver = server.subscribe().await;
    let found = doctor(&args, &[]).await;
    assert_eq!((found.verdicts("webhooks"), found.verdicts("callback")), (vec!["ok"], vec!["ok"]));

    let (rude, _serving) = refusing_callback().await;
    let as_app = Graph::new(facts.base_url.clone(), format!("{}|{}", facts.app_id, facts.app_secret)).unwrap();
    as_app.subscribe_app(facts.app_id, &rude, "verify", &["calls"]).await.unwrap();
    let found = doctor(&args, &[]).await;
    assert_eq!(found.verdicts("callback"), ["fail"]);
    assert!(found.said("callback").contains("403"), "{}", found.said("callback"));

    let found = doctor(&["--base-url", base, "--admin-token", "wrong"], &[]).await;
    assert_eq!(found.verdicts("webhooks"), ["fail"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leg_of_no_call_connects_for_a_moment() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let admin = offhook_client::admin::Admin::new(server.facts.base_url.clone(), &*server.facts.admin_token).unwrap();
    let mut phone = Phone::new(phone::Config::default()).await.unwrap();
    let offer = phone.offer().await.unwrap();
    let answer = admin.reach(&offer).await.unwrap();
    phone.apply_answer(&answer).await.unwrap();
    let connected = async { while !is_connected(&phone.next_event().await.expect("the line lives")) {} };
    tokio::time::timeout(PATIENCE, connected).await.expect("it connects");
    let refused = admin.reach("v=0").await.unwrap_err();
    assert_eq!(refused.refusal().unwrap().name, "invalid_request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificates_are_judged_as_clients_judge_them() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (address, _serving) = tls_server(made.cert.der().clone(), made.signing_key.serialize_der()).await;
    let base = format!("https://localhost:{}/", address.port());
    let found = doctor(&["--base-url", &base], &[]).await;
    assert_eq!(found.verdicts("tls"), ["fail"], "nobody vouches for it: {}", found.said("tls"));

    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    let encoded = STANDARD.encode(made.cert.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n");
    std::fs::write(&authority, pem).unwrap();
    let found = doctor(&["--base-url", &base], &[("SSL_CERT_FILE", &authority)]).await;
    assert_eq!(found.verdicts("tls"), ["ok"], "{}", found.said("tls"));
    assert!(found.said("tls").contains("HTTP/1.1, not HTTP/2"), "{}", found.said("tls"));
    assert_eq!(found.verdicts("server"), ["fail"], "there is no Offhook behind it");

    let plain = doctor(&["--base-url", "http://offhook.invalid/"], &[]).await;
    assert_eq!((plain.verdicts("tls"), plain.verdicts("server")), (vec!["fail"], vec!["fail"]));
}

fn is_connected(event: &LineEvent) -> bool {
    matches!(event, LineEvent::Reached { milestone: Milestone::DtlsConnected, .. })
}

/// Passes the handshake and refuses every webhook.
async fn refusing_callback() -> (Url, JoinHandle<()>) {
    let challenge = |Query(query): Query<std::collections::HashMap<String, String>>| async move {
        query.get("hub.challenge").cloned().unwrap_or_default()
    };
    let app = Router::new().route("/", get(challenge).post(|| async { StatusCode::FORBIDDEN }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    (url, tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }))
}

/// Shakes hands and says nothing that anybody expects.
async fn tls_server(certificate: CertificateDer<'static>, key: Vec<u8>) -> (SocketAddr, JoinHandle<()>) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key).unwrap();
    let mut config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        }
    };
    (address, tokio::spawn(serve))
}
