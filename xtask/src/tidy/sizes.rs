//! How long files and functions are.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use anyhow::Context as _;
use syn::spanned::Spanned as _;
use syn::visit::Visit;

use super::Source;

/// Code lines per file and per function; a function is `path::name`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sizes {
    pub(super) files: BTreeMap<String, usize>,
    pub(super) functions: BTreeMap<String, usize>,
}

/// The languages that people write here, and how a line comment starts in each.
const LANGUAGES: &[(&str, &[&str])] =
    &[("rs", &["//"]), ("js", &["//", "/*", "*"]), ("css", &["/*", "*"]), ("html", &["<!--"]), ("py", &["#"])];

pub(super) fn measure(sources: &[Source]) -> anyhow::Result<Sizes> {
    let mut sizes = Sizes::default();
    for source in sources {
        let path = source.path.display().to_string();
        let Some(comment) = comment_of(source.path.extension()) else { continue };
        if path.ends_with(".rs") {
            let file = syn::parse_file(&source.text).with_context(|| path.clone())?;
            Functions { path: &path, found: &mut sizes.functions }.visit_file(&file);
        }
        sizes.files.insert(path, code_lines(&source.text, comment));
    }
    Ok(sizes)
}

fn comment_of(extension: Option<&OsStr>) -> Option<&'static [&'static str]> {
    let extension = extension?.to_str()?;
    LANGUAGES.iter().find(|(name, _)| *name == extension).map(|(_, comment)| *comment)
}

/// Lines that are neither blank nor a comment alone.
fn code_lines(text: &str, comment: &[&str]) -> usize {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !comment.iter().any(|start| line.starts_with(start))).count()
}

struct Functions<'a> {
    path: &'a str,
    found: &'a mut BTreeMap<String, usize>,
}

impl Functions<'_> {
    /// From the signature to the closing brace. Of several functions of one name in a file, the longest counts.
    fn record(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let lines = body.span().end().line - signature.span().start().line + 1;
        let longest = self.found.entry(format!("{}::{}", self.path, signature.ident)).or_default();
        *longest = lines.max(*longest);
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.record(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.record(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(body) = &function.default {
            self.record(&function.sig, body);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_lines_leave_out_blanks_and_comments() {
        assert_eq!(code_lines("//! Docs.\n\nfn a() {\n    // why\n    b(); // how\n}\n", &["//"]), 3);
        assert_eq!(code_lines("/* a\n * b\n */\nlet x;\n", &["//", "/*", "*"]), 1);
    }

    #[test]
    fn functions_are_measured_wherever_they_stand() {
        let text = "fn a() {\n}\nstruct S;\nimpl S {\n    fn b(&self) {\n        1;\n    }\n}\n\
                    trait T {\n    fn c() {}\n    fn d();\n}\n";
        let sizes = measure(&[Source { path: "x.rs".into(), text: text.into() }]).expect("the source is Rust");
        let expected = [("x.rs::a", 2), ("x.rs::b", 3), ("x.rs::c", 1)];
        assert_eq!(sizes.functions, expected.map(|(name, lines)| (name.to_owned(), lines)).into());
    }

    #[test]
    fn what_is_not_source_is_not_measured() {
        let sizes = measure(&[Source { path: "Cargo.lock".into(), text: "a\nb\n".into() }]).expect("nothing to parse");
        assert_eq!(sizes, Sizes::default());
    }
}
