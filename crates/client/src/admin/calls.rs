//! Calls and their timelines as the operator sees them.

use futures_util::{Stream, TryStreamExt as _, stream};
use offhook_call::{AppId, DeviceId, EndReason, PageId, Psid, Status};
use offhook_wire::{TimelineItem, TimelineShown};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use sse_stream::SseStream;

use super::{Admin, Error};
use crate::graph::CallId;

/// Which calls are wanted, the newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calls {
    pub page: Option<PageId>,
    /// Only those that have not ended.
    pub live: bool,
    pub limit: u32,
}

/// A call's record. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    pub id: CallId,
    pub page_id: PageId,
    pub psid: Psid,
    pub app_id: Option<AppId>,
    /// `business_initiated` or `user_initiated`.
    pub direction: String,
    pub created_at: i64,
    /// `dialing`, `ringing`, `calling`, `connected` or `ended`.
    pub state: String,
    pub device: Option<DeviceId>,
    pub connected_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub status: Option<Status>,
    pub reason: Option<EndReason>,
}

/// What happened to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum CallEvent {
    /// It is new, or has changed.
    Call(Box<CallRecord>),
    Entry {
        call: CallId,
        entry: TimelineItem,
    },
    /// So many events are left out, because they were not read in time.
    Missed(u64),
}

#[derive(Deserialize)]
struct List {
    data: Vec<CallRecord>,
}

#[derive(Deserialize)]
struct EntryOfCall {
    call_id: CallId,
    #[serde(flatten)]
    entry: TimelineItem,
}

/// Why a stream of events ends early.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error(transparent)]
    Refused(#[from] Error),
    #[error("the stream broke off")]
    Broken(#[from] sse_stream::Error),
    #[error("an event that cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

impl Admin {
    pub async fn calls(&self, wanted: &Calls) -> Result<Vec<CallRecord>, Error> {
        let Calls { page, live, limit } = wanted;
        let mut query = vec![("limit", limit.to_string()), ("live", live.to_string())];
        query.extend(page.map(|page| ("page", page.to_string())));
        let List { data } = self.rest.send(self.request(Method::GET, &["calls"]).query(&query).build()?).await?;
        Ok(data)
    }

    pub async fn call(&self, call: &CallId) -> Result<CallRecord, Error> {
        self.rest.send(self.request(Method::GET, &["calls", call.as_str()]).build()?).await
    }

    pub async fn timeline(&self, call: &CallId) -> Result<TimelineShown, Error> {
        let request = self.request(Method::GET, &["calls", call.as_str(), "timeline"]).build()?;
        self.rest.send_up_to(request, TIMELINE_BYTES_MAX).await
    }

    /// The media of a call as a pcapng file, if a sandbox captured it.
    pub async fn capture(&self, call: &CallId) -> Result<Vec<u8>, Error> {
        let request = self.request(Method::GET, &["calls", call.as_str(), "capture"]).build()?;
        Ok(self.rest.open(request).await?.bytes().await?.into())
    }

    /// What happens to all calls from now on; or to one, whose timeline so far comes first, until a while after its end.
    pub async fn events(
        &self,
        call: Option<&CallId>,
    ) -> Result<impl Stream<Item = Result<CallEvent, StreamError>> + Unpin + use<>, Error> {
        let query = call.map(|call| ("call_id", call.to_string()));
        let request = self.request(Method::GET, &["events"]).query(&query.as_slice()).build()?;
        let response = self.rest.open(request).await?;
        let chunks = stream::try_unfold(response, async |mut response| {
            Ok::<_, reqwest::Error>(response.chunk().await?.map(|chunk| (chunk, response)))
        });
        let events = SseStream::from_bytes_stream(chunks);
        let read = events.map_err(StreamError::from).try_filter_map(async |event| Ok(read(event)?));
        Ok(Box::pin(read))
    }
}

/// `None`: an event that says nothing, or nothing known.
fn read(event: sse_stream::Sse) -> Result<Option<CallEvent>, serde_json::Error> {
    let data = event.data.unwrap_or_default();
    Ok(match event.event.as_deref() {
        Some("call") => Some(CallEvent::Call(serde_json::from_str(&data)?)),
        Some("entry") => {
            let EntryOfCall { call_id, entry } = serde_json::from_str(&data)?;
            Some(CallEvent::Entry { call: call_id, entry })
        }
        Some("missed") => Some(CallEvent::Missed(serde_json::from_str(&data)?)),
        Some(_) | None => None,
    })
}

/// A timeline at its limits, with the bodies of its webhooks, fits several times.
const TIMELINE_BYTES_MAX: usize = 32 * 1024 * 1024;
