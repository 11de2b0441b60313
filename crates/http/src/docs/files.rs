use std::borrow::Cow;

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "../../docs"]
#[include = "*.md"]
#[include = "images/*.png"]
struct Docs;

/// `docs/{name}.md`.
pub(super) fn markdown(name: &str) -> String {
    let file = Docs::get(&format!("{name}.md")).unwrap_or_else(|| panic!("the contents list {name}, which is no file"));
    String::from_utf8_lossy(&file.data).into_owned()
}

/// Only by the name that it has: a folder would take a path that goes round.
pub(super) fn image(name: &str) -> Option<Cow<'static, [u8]>> {
    let path = Docs::iter().find(|path| path.strip_prefix("images/") == Some(name))?;
    Docs::get(&path).map(|file| file.data)
}

/// The commented defaults.
pub(super) const SETTINGS: &str = include_str!("../../../offhook/src/config/default.toml");
