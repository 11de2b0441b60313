//! Server-sent events.

use std::convert::Infallible;
use std::future::ready;

use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{AppendHeaders, IntoResponse, Sse};
use futures_util::{Stream, StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

/// nginx is asked to pass on what comes as it comes.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Streams events until the server stops. An empty comment comes first: over HTTP/2 nginx keeps even the head back until
/// there is something to send, and a page would not learn that it is connected.
pub(crate) fn event_stream(
    events: impl Stream<Item = Event> + Send + 'static,
    stop: CancellationToken,
) -> impl IntoResponse {
    let begin = stream::once(ready(Event::default().comment("")));
    let events = begin.chain(events).take_until(stop.cancelled_owned()).map(Ok::<_, Infallible>);
    (AppendHeaders([UNBUFFERED]), Sse::new(events).keep_alive(KeepAlive::default()))
}
