//! `cargo xtask images`: the documents' pictures are those that the browser tests took.

use std::path::Path;

use anyhow::Context as _;

use crate::workspace::Workspace;

/// Take the pictures in docs/images anew from what the browser tests left in artefacts
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(workspace: &Workspace, _: &Args) -> anyhow::Result<()> {
    renew(&workspace.path("docs/images"), &workspace.path("artefacts"))
}

/// A document's `ringing.png` is the tests' `ringing-wide-light.png`.
fn renew(images: &Path, artefacts: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(images)? {
        let image = entry?.path();
        let name = image.file_stem().and_then(|name| name.to_str()).context("a picture has a name")?;
        let taken = artefacts.join(format!("{name}-wide-light.png"));
        std::fs::copy(&taken, &image)
            .with_context(|| format!("no {}: `cargo xtask test` takes it", taken.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_is_the_newest_of_its_name_and_one_that_was_not_taken_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (images, artefacts) = (folder.path().join("images"), folder.path().join("artefacts"));
        std::fs::create_dir_all(&images).unwrap();
        std::fs::create_dir_all(&artefacts).unwrap();
        std::fs::write(images.join("ringing.png"), "old").unwrap();
        let error = renew(&images, &artefacts).unwrap_err();
        assert!(error.to_string().contains("ringing-wide-light.png"), "{error}");
        std::fs::write(artefacts.join("ringing-wide-light.png"), "new").unwrap();
        renew(&images, &artefacts).unwrap();
        assert_eq!(std::fs::read_to_string(images.join("ringing.png")).unwrap(), "new");
    }
}
