//! Whether the server's media ports reach a browser: a page that connects to them, served here.
//!
//! The page runs where the operator opens it, so it shows the way from there. It asks this process, and this process asks the
//! server for a leg of no call, so that the page needs no token.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use offhook_client::admin::Admin;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::Line;

/// Serves the page until it has told both results, or `wait` is over.
pub(super) async fn examine(admin: &Admin, listen: SocketAddr, wait: Duration) -> anyhow::Result<Vec<Line>> {
    let listener = TcpListener::bind(listen).await?;
    anstream::eprintln!("open http://{}/ in a browser", listener.local_addr()?);
    let (told, results) = mpsc::channel(RESULTS_MAX);
    let app = Router::new()
        .route("/", get(|| async { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], HTML) }))
        .route("/reach.js", get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT) }))
        .route("/reach.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], STYLE) }))
        .route("/offers", post(offer))
        .route("/results", post(result))
        .with_state(Page { admin: Arc::new(admin.clone()), told });
    let results = tokio::select! {
        served = axum::serve(listener, app) => return Err(served.err().map_or_else(ended, Into::into)),
        results = collect(results, wait) => results,
    };
    Ok([Way::Udp, Way::Tcp].map(|way| judge(way, results.get(&way))).into())
}

#[derive(Clone)]
struct Page {
    admin: Arc<Admin>,
    told: mpsc::Sender<Told>,
}

/// How media travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Udp,
    Tcp,
}

#[derive(Deserialize)]
struct Offer {
    transport: Way,
    sdp: String,
}

#[derive(Serialize)]
struct Answer {
    answer: String,
    /// How many addresses it names for this way.
    candidates: usize,
}

/// What came of one connection, as the page saw it.
#[derive(Debug, Clone, Deserialize)]
struct Told {
    transport: Way,
    reached: bool,
    detail: String,
}

async fn offer(State(page): State<Page>, Json(offer): Json<Offer>) -> Result<Json<Answer>, impl IntoResponse> {
    let answer = page.admin.reach(&offer.sdp).await.map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))?;
    Ok::<_, (StatusCode, String)>(Json(only(offer.transport, &answer)))
}

async fn result(State(page): State<Page>, Json(told): Json<Told>) -> Json<()> {
    // Whoever waited is gone, and nobody needs it.
    page.told.send(told).await.unwrap_or_default();
    Json(())
}

/// The answer with the candidates of one way alone.
fn only(way: Way, answer: &str) -> Answer {
    let name = match way {
        Way::Udp => "udp",
        Way::Tcp => "tcp",
    };
    let transport = |line: &str| line.strip_prefix("a=candidate:")?.split(' ').nth(2).map(str::to_ascii_lowercase);
    let (mut kept, mut candidates) = (String::new(), 0);
    for line in answer.lines() {
        match transport(line) {
            Some(transport) if transport != name => continue,
            Some(_) => candidates += 1,
            None => {}
        }
        kept.push_str(line);
        kept.push_str("\r\n");
    }
    Answer { answer: kept, candidates }
}

/// The last result of each way, until there are both.
async fn collect(mut results: mpsc::Receiver<Told>, wait: Duration) -> BTreeMap<Way, Told> {
    let mut collected = BTreeMap::new();
    let both = async {
        while collected.len() < WAYS
            && let Some(told) = results.recv().await
        {
            collected.insert(told.transport, told);
        }
    };
    // What came in time counts.
    tokio::time::timeout(wait, both).await.unwrap_or_default();
    collected
}

fn judge(way: Way, told: Option<&Told>) -> Line {
    let (check, port) = match way {
        Way::Udp => ("reach-udp", "Open the UDP ports (media.port and the following), and see what `addresses` says."),
        Way::Tcp => ("reach-tcp", "Open the TCP port (media.tcp_port): it is for peers whose networks drop UDP."),
    };
    match (told, way) {
        (None, _) => Line::fail(check, "no browser has told a result in time", "Open the page, or raise --wait."),
        (Some(told), _) if told.reached => Line::ok(check, format!("a browser {}", told.detail)),
        (Some(told), Way::Udp) => Line::fail(check, format!("from a browser: {}", told.detail), port),
        (Some(told), Way::Tcp) => Line::warn(check, format!("from a browser: {}", told.detail), port),
    }
}

fn ended() -> anyhow::Error {
    anyhow::anyhow!("the page's server ended")
}

const HTML: &str = include_str!("../../../../web/doctor/reach.html");
const SCRIPT: &str = include_str!("../../../../web/doctor/reach.js");
const STYLE: &str = include_str!("../../../../web/doctor/reach.css");
const WAYS: usize = 2;
/// Results that wait to be read.
const RESULTS_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn an_answer_is_left_with_the_candidates_of_one_way() {
        let answer =
            "v=0\r\na=candidate:1 1 udp 9 192.0.2.1 4 typ host\r\na=candidate:2 1 TCP 8 192.0.2.1 5 typ host\r\n";
        let udp = only(Way::Udp, answer);
        assert_eq!((udp.candidates, udp.answer.contains("TCP")), (1, false));
        let tcp = only(Way::Tcp, answer);
        assert_eq!((tcp.candidates, tcp.answer.contains("udp")), (1, false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_nobody_opens_is_a_failure_and_tcp_alone_a_warning() {
        let (told, results) = mpsc::channel(RESULTS_MAX);
        let failed = |transport| Told { transport, reached: false, detail: "no connection".to_owned() };
        told.send(failed(Way::Tcp)).await.unwrap();
        let results = collect(results, Duration::from_secs(300)).await;
        assert_eq!(judge(Way::Udp, results.get(&Way::Udp)).verdict, Verdict::Fail);
        assert_eq!(judge(Way::Tcp, results.get(&Way::Tcp)).verdict, Verdict::Warn);
        assert_eq!(judge(Way::Udp, Some(&failed(Way::Udp))).verdict, Verdict::Fail);
    }
}
