//! A file between the page cache and the platter.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};

/// What a disk writes whole or not at all.
const SECTOR: u64 = 512;

/// What a file had at its last sync, and what it has been since.
#[derive(Debug, Default)]
pub(crate) struct File {
    durable: Vec<u8>,
    cached: Vec<u8>,
    /// Each sector's contents since the last sync; the cache may have been written back at any of them.
    sectors: BTreeMap<u64, Vec<Vec<u8>>>,
    /// Its lengths since the last sync.
    lengths: Vec<u64>,
    pub(crate) synced_once: bool,
}

impl File {
    pub(crate) fn durable(bytes: Vec<u8>) -> Self {
        Self { durable: bytes.clone(), cached: bytes, synced_once: true, ..Self::default() }
    }

    pub(crate) fn write(&mut self, offset: u64, bytes: &[u8]) {
        let end = offset + bytes.len() as u64;
        if end > self.cached.len() as u64 {
            self.cached.resize(index(end), 0);
            self.lengths.push(end);
        }
        self.cached[index(offset)..index(end)].copy_from_slice(bytes);
        for sector in offset / SECTOR..end.div_ceil(SECTOR) {
            self.remember(sector);
        }
    }

    pub(crate) fn truncate(&mut self, len: u64) {
        let before = self.cached.len() as u64;
        self.cached.resize(index(len), 0);
        self.lengths.push(len);
        for sector in len / SECTOR..before.div_ceil(SECTOR) {
            self.remember(sector);
        }
    }

    pub(crate) fn sync(&mut self) {
        for (sector, versions) in std::mem::take(&mut self.sectors) {
            let newest = versions.last().expect("a sector is remembered with a version");
            place(&mut self.durable, sector, newest);
        }
        self.durable.resize(self.cached.len(), 0);
        self.lengths.clear();
        self.synced_once = true;
    }

    /// What is on the platter if the power goes now. `kept`: how likely a sector's newest content is there, of 100.
    pub(crate) fn cut(&self, rng: &mut impl Rng, kept: u32) -> Vec<u8> {
        let mut platter = self.durable.clone();
        let length = match rng.random_range(0..=self.lengths.len()) {
            _ if rng.random_ratio(kept, 100) => self.cached.len(),
            0 => self.durable.len(),
            nth => index(self.lengths[nth - 1]),
        };
        for (sector, versions) in &self.sectors {
            let nth = if rng.random_ratio(kept, 100) { versions.len() } else { rng.random_range(0..=versions.len()) };
            if let Some(before) = nth.checked_sub(1) {
                place(&mut platter, *sector, &versions[before]);
            }
        }
        platter.resize(length, 0);
        platter
    }

    fn remember(&mut self, sector: u64) {
        let from = index(sector * SECTOR).min(self.cached.len());
        let to = index((sector + 1) * SECTOR).min(self.cached.len());
        self.sectors.entry(sector).or_default().push(self.cached[from..to].to_vec());
    }
}

fn place(file: &mut Vec<u8>, sector: u64, content: &[u8]) {
    let from = index(sector * SECTOR);
    let to = from + content.len();
    if file.len() < to {
        file.resize(to, 0);
    }
    file[from..to].copy_from_slice(content);
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("a test's file fits into memory")
}
