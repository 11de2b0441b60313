//! An HTTP server that answers by a script, and remembers what it was asked.

use std::future::ready;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::IntoResponse;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) uri: String,
    pub(crate) authorization: String,
    pub(crate) content_type: String,
    pub(crate) idempotency_key: String,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// An answer of the server.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }
}

type Script = Arc<dyn Fn(Asked) -> BoxFuture<'static, Reply> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Scripted {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Script,
}

impl Scripted {
    pub(crate) async fn start<A>(script: impl Fn(Asked) -> A + Send + Sync + 'static) -> Self
    where
        A: Future<Output = (u16, Value)> + Send + 'static,
    {
        Self::replying(move |asked| script(asked).map(|(status, body)| Reply::json(status, body))).await
    }

    pub(crate) async fn replying<A>(script: impl Fn(Asked) -> A + Send + Sync + 'static) -> Self
    where
        A: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = Self { url, asked: Arc::default(), script: Arc::new(move |asked| script(asked).boxed()) };
        let routes = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        server
    }

    /// One answer for everything.
    pub(crate) async fn always(status: u16, body: Value) -> Self {
        Self::start(move |_| ready((status, body.clone()))).await
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(
    State(server): State<Scripted>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let text = |name: &str| headers.get(name).map_or(String::new(), |value| value.to_str().unwrap().to_owned());
    let asked = Asked {
        method,
        uri: uri.to_string(),
        authorization: text(header::AUTHORIZATION.as_str()),
        content_type: text(header::CONTENT_TYPE.as_str()),
        idempotency_key: text("idempotency-key"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    server.asked.lock().unwrap().push(asked.clone());
    let Reply { status, headers, body } = (server.script)(asked).await;
    (status, headers, body.to_string())
}
