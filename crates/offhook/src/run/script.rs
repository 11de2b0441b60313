use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use offhook_client::scenario::{BUILT_IN, BuiltIn, Scenario};

/// A scenario and the files that it plays.
pub(super) struct Script {
    /// What was asked for.
    pub(super) named: String,
    pub(super) scenario: Scenario,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Script {
    /// Reads a file, or takes a built-in scenario. Names of audio files count from the scenario's folder.
    pub(super) fn find(named: &str) -> anyhow::Result<Self> {
        let path = Path::new(named);
        let read = match fs::read_to_string(path) {
            Ok(text) => Self::read(path, &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::built_in(named),
            Err(error) => Err(error.into()),
        };
        read.with_context(|| format!("{named} cannot be played"))
    }

    /// Of the scenario, for folders and names.
    pub(super) fn stem(&self) -> PathBuf {
        Path::new(&self.named).file_stem().map(PathBuf::from).unwrap_or_default()
    }

    fn read(path: &Path, text: &str) -> anyhow::Result<Self> {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let scenario = Scenario::parse(&name, text)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut files = BTreeMap::new();
        for file in scenario.files() {
            let bytes = fs::read(folder.join(file)).with_context(|| format!("its file {file} cannot be read"))?;
            files.insert(file.to_owned(), bytes);
        }
        Ok(Self { named: path.display().to_string(), scenario, files })
    }

    fn built_in(named: &str) -> anyhow::Result<Self> {
        let known = BUILT_IN.map(|built_in| built_in.name).join(", ");
        let built_in =
            BuiltIn::named(named).with_context(|| format!("there is no such file, and built in are only {known}"))?;
        Ok(Self { named: named.to_owned(), scenario: built_in.scenario(), files: BTreeMap::new() })
    }
}
