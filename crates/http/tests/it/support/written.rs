//! Documents in the repository that are written from the code.

use std::path::Path;
use std::{env, fs};

/// Fails if the document differs from `text`. `cargo xtask openapi` runs these tests with a variable set that makes
/// them write it instead.
pub(crate) fn compare(document: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(document);
    if env::var_os("OFFHOOK_WRITE_DOCUMENTS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{document} is not what the code says; `cargo xtask openapi` writes it");
}
