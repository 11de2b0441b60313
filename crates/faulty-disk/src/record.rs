//! What was done to the files, in order.

use std::collections::BTreeMap;

/// A file, from its creation to its deletion; one of the same name that is made later is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileId(usize);

#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// It was there, durable, when it was first seen.
    Found {
        file: FileId,
        name: String,
        bytes: Vec<u8>,
    },
    Created {
        file: FileId,
        name: String,
    },
    Wrote {
        file: FileId,
        offset: u64,
        bytes: Vec<u8>,
    },
    Truncated {
        file: FileId,
        len: u64,
    },
    Synced {
        file: FileId,
    },
    /// `directory_synced`: the deletion itself is durable.
    Deleted {
        name: String,
        directory_synced: bool,
    },
}

#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) events: Vec<Event>,
    files: usize,
    names: BTreeMap<String, FileId>,
}

impl Record {
    /// The file of this name; `found` is what it has if it was there before.
    pub(crate) fn opened(&mut self, name: &str, found: Option<Vec<u8>>) -> FileId {
        if let Some(file) = self.names.get(name) {
            return *file;
        }
        let file = FileId(self.files);
        self.files += 1;
        self.names.insert(name.to_owned(), file);
        let name = name.to_owned();
        self.events.push(match found {
            Some(bytes) => Event::Found { file, name, bytes },
            None => Event::Created { file, name },
        });
        file
    }

    pub(crate) fn deleted(&mut self, name: &str, directory_synced: bool) {
        if self.names.remove(name).is_some() {
            self.events.push(Event::Deleted { name: name.to_owned(), directory_synced });
        }
    }
}
