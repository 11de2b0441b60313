//! An endpoint on loopback that answers as it is told and remembers what it got.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::AbortHandle;

/// A request that came in.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{name} is missing")).to_str().unwrap()
    }
}

/// What the receiver does with a request.
pub(crate) enum Reply {
    Status(u16),
    With(u16, &'static str, String),
    Text(u16, String),
    /// 200, and a body that never ends.
    Endless,
    /// Nothing, until it is let go: then 200.
    Hold(Arc<Notify>),
}

type Script = Arc<dyn Fn(&Received) -> Reply + Send + Sync>;

#[derive(Clone)]
struct Endpoint {
    script: Script,
    log: Arc<Mutex<Vec<Received>>>,
    came: Arc<Semaphore>,
}

pub(crate) struct Receiver {
    port: u16,
    log: Arc<Mutex<Vec<Received>>>,
    /// One permit for each request that was not waited for yet.
    came: Arc<Semaphore>,
    server: AbortHandle,
}

impl Receiver {
    pub(crate) async fn start(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let (log, came) = (Arc::default(), Arc::new(Semaphore::new(0)));
        let endpoint = Endpoint { script: Arc::new(script), log: Arc::clone(&log), came: Arc::clone(&came) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(answer).with_state(endpoint);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { port, log, came, server }
    }

    /// Answers the replies in turn, then 200.
    pub(crate) async fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = Mutex::new(replies.into_iter().collect::<std::collections::VecDeque<_>>());
        Self::start(move |_| replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(200))).await
    }

    pub(crate) fn url(&self) -> String {
        self.url_at("127.0.0.1")
    }

    pub(crate) fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}/hook", self.port)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.log.lock().unwrap().clone()
    }

    /// Waits for the next request that was not waited for yet.
    pub(crate) async fn wait(&self) {
        let came = tokio::time::timeout(std::time::Duration::from_secs(20), self.came.acquire()).await;
        came.expect("a request comes in").expect("the semaphore is never closed").forget();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec();
    let path = head.uri.path_and_query().unwrap().to_string();
    let received = Received { path, headers: head.headers, body };
    let reply = (endpoint.script)(&received);
    endpoint.log.lock().unwrap().push(received);
    endpoint.came.add_permits(1);
    match reply {
        Reply::Status(status) => respond(status, None, Body::empty()),
        Reply::With(status, name, value) => respond(status, Some((name, value)), Body::empty()),
        Reply::Text(status, text) => respond(status, None, Body::from(text)),
        Reply::Endless => {
            let chunks = futures_util::stream::repeat_with(|| Ok::<_, std::convert::Infallible>(vec![b'x'; 1000]));
            respond(200, None, Body::from_stream(chunks))
        }
        Reply::Hold(let_go) => {
            let_go.notified().await;
            respond(200, None, Body::empty())
        }
    }
}

fn respond(status: u16, header: Option<(&str, String)>, body: Body) -> Response {
    let response = Response::builder().status(status);
    let response = header.into_iter().fold(response, |response, (name, value)| response.header(name, value));
    response.body(body).unwrap()
}
