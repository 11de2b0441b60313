use async_trait::async_trait;
use offhook_call::{
    Entry, EntryId, EntryKind, NewMessage, PageEventKind, PageId, Permission, PermissionResponse, Psid, SendFacts,
    Side, ThreadLimits, Time,
};
use rusqlite::Connection;

use super::{Sqlite, calls, consumers, entries, outgoing, pages, permissions};
use crate::sqlite::Render;
use crate::{Error, Replied, Said, SendError, Tapped, ThreadError, ThreadItem, Threads};

#[async_trait]
impl Threads for Sqlite {
    async fn send(&self, message: NewMessage, now: Time, limits: &ThreadLimits) -> Result<Entry, SendError> {
        let limits = *limits;
        self.write(move |db| send(db, message, now, &limits)).await
    }

    async fn say(&self, said: Said, now: Time, limits: &ThreadLimits) -> Result<Entry, ThreadError> {
        let (render, limits) = (Render::clone(&self.render), *limits);
        self.write(move |db| say(db, &render, said, now, &limits)).await
    }

    async fn tap(&self, tapped: Tapped, now: Time, limits: &ThreadLimits) -> Result<Entry, ThreadError> {
        let (render, limits) = (Render::clone(&self.render), *limits);
        self.write(move |db| tap(db, &render, tapped, now, &limits)).await
    }

    async fn reply(
        &self,
        page: PageId,
        psid: Psid,
        entry: EntryId,
        response: PermissionResponse,
        now: Time,
    ) -> Result<Replied, ThreadError> {
        let render = Render::clone(&self.render);
        self.write(move |db| {
            let entry = entries::find(db, page, psid, entry)?.ok_or(ThreadError::UnknownEntry)?;
            reply(db, &render, entry, response, now)
        })
        .await
    }

    async fn thread(&self, page: PageId, psid: Psid, limit: u32) -> Result<Vec<ThreadItem>, Error> {
        self.read(move |db| newest(db, page, psid, limit)).await
    }

    async fn entry(&self, page: PageId, psid: Psid, entry: EntryId) -> Result<Option<Entry>, Error> {
        self.read(move |db| entries::find(db, page, psid, entry)).await
    }
}

fn send(db: &Connection, message: NewMessage, now: Time, limits: &ThreadLimits) -> Result<Entry, SendError> {
    let facts = facts(db, &message, now)?.ok_or(SendError::UnknownConsumer)?;
    let entry = message.send(&facts, now, limits)?;
    entries::insert(db, &entry, limits)?;
    Ok(entry)
}

/// `None`: no such consumer.
fn facts(db: &Connection, message: &NewMessage, now: Time) -> Result<Option<SendFacts>, Error> {
    let (page, psid) = (message.page, message.psid);
    let Some(settings) = pages::find(db, page)?.map(|page| page.settings) else { return Ok(None) };
    if consumers::find(db, page, psid)?.is_none() {
        return Ok(None);
    }
    Ok(Some(SendFacts {
        window_opened_at: consumers::window_opened_at(db, page, psid)?,
        audio_enabled: settings.audio_enabled,
        permission: permissions::find(db, page, psid)?,
        requests_last_day: permissions::usage(db, page, psid, now)?.requests_last_day,
    }))
}

fn say(db: &Connection, render: &Render, said: Said, now: Time, limits: &ThreadLimits) -> Result<Entry, ThreadError> {
    let Said { page, psid, id, text } = said;
    let text = String::from(text);
    let kind = PageEventKind::Message { psid, id, text: text.clone() };
    let entry = Entry { id, page, psid, at: now, from: Side::Consumer, kind: EntryKind::Text { text } };
    hear(db, &entry, limits)?;
    outgoing::owe_subscribers(db, render, page, &kind, now)?;
    Ok(entry)
}

fn tap(
    db: &Connection,
    render: &Render,
    tapped: Tapped,
    now: Time,
    limits: &ThreadLimits,
) -> Result<Entry, ThreadError> {
    let Tapped { page, psid, id, entry, payload } = tapped;
    let template = entries::find(db, page, psid, entry)?.ok_or(ThreadError::UnknownEntry)?;
    let title = template.postback(&payload).ok_or(ThreadError::UnknownButton)?.to_owned();
    let kind = PageEventKind::Postback { psid, id, title: title.clone(), payload };
    let entry = Entry { id, page, psid, at: now, from: Side::Consumer, kind: EntryKind::Text { text: title } };
    hear(db, &entry, limits)?;
    outgoing::owe_subscribers(db, render, page, &kind, now)?;
    Ok(entry)
}

/// Keeps the consumer's words, which open the messaging window.
fn hear(db: &Connection, entry: &Entry, limits: &ThreadLimits) -> Result<(), ThreadError> {
    if !consumers::open_window(db, entry.page, entry.psid, entry.at)? {
        return Err(ThreadError::UnknownConsumer);
    }
    Ok(entries::insert(db, entry, limits)?)
}

fn reply(
    db: &Connection,
    render: &Render,
    asked: Entry,
    response: PermissionResponse,
    now: Time,
) -> Result<Replied, ThreadError> {
    let entry = asked.replied(response, now)?;
    let (page, psid) = (entry.page, entry.psid);
    entries::update(db, &entry)?;
    let permission = match response {
        PermissionResponse::Approve => permissions::set(db, page, psid, Permission::granted(now))?,
        PermissionResponse::Reject => None,
    };
    let expires_at = permission.map(|permission| permission.expires_at);
    let kind = PageEventKind::PermissionReply { psid, response, expires_at };
    outgoing::owe_subscribers(db, render, page, &kind, now)?;
    Ok(Replied { entry, permission })
}

fn newest(db: &Connection, page: PageId, psid: Psid, limit: u32) -> Result<Vec<ThreadItem>, Error> {
    let calls = calls::ended_newest(db, page, psid, limit)?.into_iter();
    let calls = calls.filter_map(|call| Some((call.ended_at()?, ThreadItem::Call(call))));
    let entries = entries::newest(db, page, psid, limit)?.into_iter().map(|entry| (entry.at, ThreadItem::Entry(entry)));
    let mut items: Vec<_> = calls.chain(entries).collect();
    // Each kind is the newest first already; a stable sort keeps that where times are equal, and calls after words.
    items.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    items.truncate(limit as usize);
    Ok(items.into_iter().rev().map(|(_, item)| item).collect())
}
