//! What a page says, made from Markdown by the rules of code hosts. Raw HTML is left out.

use std::fmt::Write as _;
use std::vec::IntoIter;

use comrak::html::{ChildRendering, escape, format_node_default};
use comrak::nodes::{Node, NodeValue};
use comrak::{Anchorizer, Arena, Options, create_formatter, parse_document};

use super::links;

/// What a page says, and what leads through it.
pub(super) struct Article {
    pub(super) title: String,
    pub(super) html: String,
    /// The first is the page's own, the others are of its headings.
    pub(super) sections: Vec<Section>,
}

/// A heading with what stands below it.
#[derive(Default)]
pub(super) struct Section {
    /// As in `#calls`; empty at the top of the page.
    pub(super) anchor: String,
    pub(super) level: u8,
    pub(super) heading: String,
    /// For the search, without any form.
    pub(super) text: String,
}

impl Article {
    /// Of a file of `docs/`.
    pub(super) fn of_markdown(text: &str) -> Self {
        let (arena, options) = (Arena::new(), options());
        let root = parse_document(&arena, text, &options);
        turn_links(root);
        let sections = sections(root);
        let below: Vec<_> = sections.iter().skip(1).map(|section| section.anchor.clone()).collect();
        let headings = Headings { ahead: below.into_iter(), open: String::new() };
        let mut html = String::new();
        Formatter::format_document(root, &options, &mut html, headings).expect("a String takes all that is written");
        Self { title: sections[0].heading.clone(), html, sections }
    }
}

/// A sentence or some, without the paragraph around them if there is only one.
pub(super) fn sentences(text: &str) -> String {
    let html = Article::of_markdown(text).html;
    match html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")) {
        Some(only) if !only.contains("<p>") => only.to_owned(),
        Some(_) | None => html,
    }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.alerts = true;
    options
}

/// A link to what the site does not have gets an empty one, which [`Formatter`] leaves out.
fn turn_links<'a>(root: Node<'a>) {
    for node in root.descendants() {
        if let NodeValue::Link(link) | NodeValue::Image(link) = &mut node.data_mut().value {
            link.url = links::on_site(&link.url).unwrap_or_default();
        }
    }
}

/// The first has the page's title and what stands before the next heading.
fn sections<'a>(root: Node<'a>) -> Vec<Section> {
    let mut anchors = Anchorizer::new();
    let mut sections = vec![Section::default()];
    for node in root.children() {
        if let NodeValue::Heading(heading) = &node.data().value {
            let text = node.collect_text();
            let anchor = anchors.anchorize(&text);
            match heading.level {
                1 => sections[0].heading = text,
                level => sections.push(Section { anchor, level, heading: text, text: String::new() }),
            }
            continue;
        }
        append_words(node, &mut sections.last_mut().expect("the first is there").text);
    }
    sections
}

fn append_words<'a>(block: Node<'a>, words: &mut String) {
    for node in block.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::CodeBlock(code) => words.push_str(&code.literal),
            _ => {
                if !words.is_empty() && !words.ends_with(char::is_whitespace) && !is_within_words(node) {
                    words.push(' ');
                }
            }
        }
    }
    words.push(' ');
}

/// What may stand in the middle of a word.
fn is_within_words<'a>(node: Node<'a>) -> bool {
    matches!(node.data().value, NodeValue::Emph | NodeValue::Strong | NodeValue::Link(_) | NodeValue::Strikethrough)
}

fn is_in_head<'a>(cell: Node<'a>) -> bool {
    cell.parent().is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true)))
}

/// The anchors of the headings that come, and of the one that is being written.
#[derive(Default)]
struct Headings {
    ahead: IntoIter<String>,
    open: String,
}

create_formatter!(Formatter<Headings>, {
    // A link to the heading stands beside it, not in it: who listens hears the words alone.
    NodeValue::Heading(ref heading) => |context, node, entering| {
        if heading.level == 1 {
            return format_node_default(context, node, entering);
        }
        let level = heading.level;
        if entering {
            let anchor = context.user.ahead.next().expect("each heading has an anchor");
            write!(context, "<div class=\"heading\"><h{level} id=\"{anchor}\">")?;
            context.user.open = anchor;
        } else {
            let anchor = std::mem::take(&mut context.user.open);
            write!(context, "</h{level}><a href=\"#{anchor}\" aria-label=\"Link to this section\">#</a></div>")?;
        }
    },
    NodeValue::Table(_) => |context, node, entering| {
        if entering {
            context.write_str("<div class=\"wide\" tabindex=\"0\">")?;
            return format_node_default(context, node, entering);
        }
        format_node_default(context, node, entering)?;
        context.write_str("</div>")?;
    },
    // Some tables have nothing to say above their columns.
    NodeValue::TableRow(true) => |context, node, entering| {
        if node.collect_text().trim().is_empty() {
            return Ok(ChildRendering::Skip);
        }
        return format_node_default(context, node, entering);
    },
    // Nor does each column.
    NodeValue::TableCell => |context, node, entering| {
        if node.first_child().is_some() || !is_in_head(node) {
            return format_node_default(context, node, entering);
        }
        context.write_str(if entering { "<td>" } else { "</td>" })?;
    },
    NodeValue::CodeBlock(ref code) => |context, entering| {
        if entering {
            context.write_str("<div class=\"code\"><pre tabindex=\"0\"><code>")?;
            escape(context, &code.literal)?;
            context.write_str("</code></pre></div>")?;
        }
    },
    NodeValue::Link(ref link) => |context, node, entering| {
        if !link.url.is_empty() {
            return format_node_default(context, node, entering);
        }
    },
});
