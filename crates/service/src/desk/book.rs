//! What an agent can look up, and what they note down.

use std::collections::HashMap;

use offhook_call::{Call, CallId, MessageText, PageId, PermissionStatus, Psid, Seat};
use offhook_store::{ConsumerFilter, Error, Note, NoteError};

use super::DeskError;
use crate::Service;

/// A call of the past or the present, with what agents noted about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCall {
    pub call: Call,
    /// Of the consumer.
    pub name: String,
    /// Of the agent who had it last.
    pub agent: Option<String>,
    /// With the names of their authors, the oldest first.
    pub notes: Vec<(Note, String)>,
}

/// A consumer of a Page, and whether they may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskConsumer {
    pub psid: Psid,
    pub name: String,
    pub permission: PermissionStatus,
}

/// Why nothing was noted or found.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    #[error("no such call, consumer or Page for this agent")]
    Unknown,
    #[error("the call has {NOTES_PER_CALL_MAX} notes, as many as may be")]
    TooManyNotes,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Service {
    /// Notes something about a call.
    pub async fn note_call(&self, by: &Seat, call: CallId, text: MessageText) -> Result<(), BookError> {
        self.call_for(by, call).await?;
        let note = Note { call, agent: by.agent, at: self.now(), text };
        self.store().add_note(note, NOTES_PER_CALL_MAX).await.map_err(|error| match error {
            NoteError::UnknownCall => BookError::Unknown,
            NoteError::TooMany => BookError::TooManyNotes,
            NoteError::Store(error) => BookError::Store(error),
        })
    }

    /// The newest calls of the agent's Pages, the newest first.
    pub async fn desk_history(&self, by: &Seat) -> Result<Vec<PastCall>, BookError> {
        let me = self.store().agent(by.agent).await?.filter(|agent| agent.enabled).ok_or(BookError::Unknown)?;
        let mut calls = Vec::new();
        for page in &me.pages {
            calls.extend(self.store().recent_calls(Some(*page), None, HISTORY_MAX).await?);
        }
        calls.sort_by_key(|call| std::cmp::Reverse(call.created_at));
        calls.truncate(HISTORY_MAX as usize);
        Ok(self.with_notes(calls).await?)
    }

    /// Consumers of a Page whose names have `text` in them, the newest first, at most [`CONSUMERS_MAX`].
    pub async fn desk_consumers(&self, by: &Seat, page: PageId, text: &str) -> Result<Vec<DeskConsumer>, BookError> {
        self.may_look_up(by, page).await?;
        let wanted = ConsumerFilter { page, text: text.to_owned(), before: None };
        let found = self.store().consumers(wanted, CONSUMERS_MAX).await?.unwrap_or_default();
        let mut consumers = Vec::with_capacity(found.len());
        for consumer in found {
            let permission = self.permission_status(page, consumer.psid).await?;
            consumers.push(DeskConsumer { psid: consumer.psid, name: consumer.name, permission });
        }
        Ok(consumers)
    }

    /// A consumer of a Page, and their calls that are over, the newest first, at most [`PAST_CALLS_MAX`].
    pub async fn desk_consumer(
        &self,
        by: &Seat,
        page: PageId,
        psid: Psid,
    ) -> Result<(DeskConsumer, Vec<PastCall>), BookError> {
        self.may_look_up(by, page).await?;
        let consumer = self.store().consumer(page, psid).await?.ok_or(BookError::Unknown)?;
        let permission = self.permission_status(page, psid).await?;
        let calls = self.store().past_calls_of(page, psid, PAST_CALLS_MAX).await?;
        Ok((DeskConsumer { psid, name: consumer.name, permission }, self.with_notes(calls).await?))
    }

    async fn may_look_up(&self, by: &Seat, page: PageId) -> Result<(), BookError> {
        let me = self.store().agent(by.agent).await?;
        let answers = me.is_some_and(|agent| agent.enabled && agent.pages.contains(&page));
        if answers { Ok(()) } else { Err(BookError::Unknown) }
    }

    async fn with_notes(&self, calls: Vec<Call>) -> Result<Vec<PastCall>, Error> {
        let names: HashMap<_, _> =
            self.store().agents().await?.into_iter().map(|agent| (agent.id, agent.name)).collect();
        let mut notes: HashMap<CallId, Vec<(Note, String)>> = HashMap::new();
        for note in self.store().notes(calls.iter().map(|call| call.id).collect()).await? {
            let author = names.get(&note.agent).cloned().unwrap_or_default();
            notes.entry(note.call).or_default().push((note, author));
        }
        let mut past = Vec::with_capacity(calls.len());
        for call in calls {
            let consumer = self.store().consumer(call.page, call.psid).await?;
            let agent = call.seat().and_then(|seat| names.get(&seat.agent).cloned());
            let notes = notes.remove(&call.id).unwrap_or_default();
            past.push(PastCall { name: consumer.map(|one| one.name).unwrap_or_default(), agent, notes, call });
        }
        Ok(past)
    }
}

impl From<DeskError> for BookError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Store(error) => Self::Store(error),
            DeskError::UnknownCall
            | DeskError::Busy
            | DeskError::NotFree
            | DeskError::VideoNotEnabled
            | DeskError::Media(_)
            | DeskError::Refused(_) => Self::Unknown,
        }
    }
}

/// Notes that one call keeps.
const NOTES_PER_CALL_MAX: u32 = 50;
/// Calls that an agent can look back at.
const HISTORY_MAX: u32 = 100;
/// Calls that an agent sees of one consumer.
const PAST_CALLS_MAX: u32 = 20;
/// Consumers that are found at once.
const CONSUMERS_MAX: u32 = 50;
