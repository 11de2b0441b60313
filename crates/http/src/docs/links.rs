//! Links of the files in `docs/`, which lead from file to file.

use super::contents;

/// Where such a link leads on the site; `None`: to what the site does not have, such as source code.
pub(super) fn on_site(link: &str) -> Option<String> {
    if AS_THEY_ARE.iter().any(|start| link.starts_with(start)) {
        return Some(link.to_owned());
    }
    let (path, anchor) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    let page = match path {
        "openapi.json" => "../openapi.json",
        SETTINGS => "settings",
        image if image.starts_with("images/") => image,
        file => contents::find(file.strip_suffix(".md")?)?.href(),
    };
    Some(format!("{page}{anchor}"))
}

/// Within the page, and out of the site.
const AS_THEY_ARE: [&str; 3] = ["#", "https://", "http://"];

const SETTINGS: &str = "../crates/offhook/src/config/default.toml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_and_what_the_site_does_not_have_has_none() {
        let leads = |link| on_site(link).unwrap_or_default();
        assert_eq!(leads("#here"), "#here");
        assert_eq!(leads("https://example.com/a.md"), "https://example.com/a.md");
        assert_eq!(leads("api.md#errors"), "api#errors");
        assert_eq!(leads("README.md"), "./");
        assert_eq!(leads("images/a.png"), "images/a.png");
        assert_eq!(leads("openapi.json"), "../openapi.json");
        assert_eq!(leads("../crates/offhook/src/config/default.toml"), "settings");
        assert_eq!(leads("../examples/scenarios"), "");
        assert_eq!(leads("nothing.md"), "");
        assert_eq!(leads("super::CallRequest"), "", "what only Rust's documentation understands");
        assert_eq!(leads("javascript:alert(1)"), "");
    }
}
