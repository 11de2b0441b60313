use std::collections::BTreeMap;
use std::path::Path;

use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::Moment;
use crate::file::File;
use crate::record::{Event, FileId};

/// The disk at one moment, which goes forward; from it, images of what a power cut at that moment may leave.
pub struct PowerCut {
    events: Vec<Event>,
    /// Events that have happened.
    done: usize,
    files: BTreeMap<FileId, File>,
    names: BTreeMap<String, Name>,
}

/// Which file a name in the folder stands for.
#[derive(Default)]
struct Name {
    durable: Option<FileId>,
    /// What it has stood for since the folder was last synced.
    since: Vec<Option<FileId>>,
}

impl PowerCut {
    pub(crate) fn of(events: Vec<Event>) -> Self {
        Self { events, done: 0, files: BTreeMap::new(), names: BTreeMap::new() }
    }

    /// The last moment.
    pub fn end(&self) -> Moment {
        Moment(self.events.len())
    }

    /// Goes forward to a moment, which must not lie before the present one.
    pub fn forward_to(&mut self, moment: Moment) {
        assert!(self.done <= moment.0, "time does not go back");
        let events = std::mem::take(&mut self.events);
        for event in &events[self.done..moment.0] {
            self.happen(event);
        }
        self.events = events;
        self.done = moment.0;
    }

    /// Writes what a power cut now may leave into an empty folder. What survives of what was not synced depends on the
    /// seed: from nothing to all, any sector of it in any of its states.
    pub fn write_image(&self, seed: u64, folder: &Path) -> std::io::Result<()> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let kept = [0, 10, 50, 90, 100][rng.random_range(0..5)];
        for (name, stands_for) in &self.names {
            if let Some(file) = stands_for.cut(&mut rng, kept) {
                std::fs::write(folder.join(name), self.files[&file].cut(&mut rng, kept))?;
            }
        }
        Ok(())
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Found { file, name, bytes } => {
                self.files.insert(*file, File::durable(bytes.clone()));
                self.names.insert(name.clone(), Name { durable: Some(*file), since: Vec::new() });
            }
            Event::Created { file, name } => {
                self.files.insert(*file, File::default());
                self.names.entry(name.clone()).or_default().since.push(Some(*file));
            }
            Event::Wrote { file, offset, bytes } => self.file(*file).write(*offset, bytes),
            Event::Truncated { file, len } => self.file(*file).truncate(*len),
            Event::Synced { file } => self.sync(*file),
            Event::Deleted { name, directory_synced } => {
                self.names.entry(name.clone()).or_default().since.push(None);
                if *directory_synced {
                    self.sync_directory();
                }
            }
        }
    }

    /// SQLite's VFS for Unix syncs the folder with the first sync of a journal that it made.
    fn sync(&mut self, file: FileId) {
        let first = !self.file(file).synced_once;
        self.file(file).sync();
        let is_journal = |(name, stands_for): (&String, &Name)| {
            stands_for.newest() == Some(file) && (name.ends_with("-wal") || name.ends_with("-journal"))
        };
        if first && self.names.iter().any(is_journal) {
            self.sync_directory();
        }
    }

    fn sync_directory(&mut self) {
        for name in self.names.values_mut() {
            name.durable = name.newest();
            name.since.clear();
        }
    }

    fn file(&mut self, file: FileId) -> &mut File {
        self.files.get_mut(&file).expect("a file is made before anything else is done to it")
    }
}

impl Name {
    fn newest(&self) -> Option<FileId> {
        self.since.last().copied().unwrap_or(self.durable)
    }

    fn cut(&self, rng: &mut impl Rng, kept: u32) -> Option<FileId> {
        match rng.random_range(0..=self.since.len()) {
            _ if rng.random_ratio(kept, 100) => self.newest(),
            0 => self.durable,
            nth => self.since[nth - 1],
        }
    }
}
