//! docs/authorisation.md.

use std::fmt::Write as _;

use super::table::{Row, Table};
use crate::support::written;

#[test]
fn the_checked_in_page_is_the_tables() {
    written::compare("docs/authorisation.md", &page(&Table::load()));
}

fn page(table: &Table) -> String {
    let mut page = HEAD.to_owned();
    for (name, meaning) in &table.principals {
        writeln!(page, "| `{name}` | {meaning} |").unwrap();
    }
    page +=
        "\n## Routes\n\nWhat a principal gets, by the audience of the route. `served`: as the route's row says.\n\n";
    let audiences: Vec<_> = table.audience.keys().collect();
    heading(&mut page, std::iter::once("").chain(audiences.iter().map(|name| name.as_str())));
    for principal in table.principals.keys() {
        let cells = audiences.iter().map(|audience| table.audience[*audience][principal].as_str());
        line(&mut page, std::iter::once(principal.as_str()).chain(cells));
    }
    page += "\nWhat the one who is served gets, by whose the object is.\n\n";
    heading(&mut page, ["operation", "audience", "about", "own", "foreign", "missing", "ended"]);
    for row in &table.route {
        line(&mut page, [&row.title(), row.audience.as_str(), &row.about].into_iter().chain(results(row)));
    }
    page += "\n## Messages of the consumer's channel\n\nAny token but a consumer's is closed with 4401.\n\n";
    heading(&mut page, ["message", "about", "own", "foreign", "missing", "ended"]);
    for row in &table.message {
        line(&mut page, [row.name.as_str(), &row.about].into_iter().chain(results(row)));
    }
    page
}

fn results(row: &Row) -> [&str; 4] {
    [Some(&row.own), row.foreign.as_ref(), row.missing.as_ref(), row.ended.as_ref()].map(|cell| cell.map_or("", |c| c))
}

fn heading<'a>(page: &mut String, names: impl IntoIterator<Item = &'a str>) {
    let names: Vec<_> = names.into_iter().collect();
    line(page, names.iter().copied());
    writeln!(page, "|{}", "---|".repeat(names.len())).unwrap();
}

fn line<'a>(page: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    let cells: Vec<_> = cells.into_iter().collect();
    writeln!(page, "| {} |", cells.join(" | ")).unwrap();
}

const HEAD: &str = "# Who may do what\n\nMade from `crates/http/tests/it/authorisation/table.toml`, which a test executes \
cell by cell; `cargo xtask openapi` writes this page. What is somebody else's and what does not exist get the same answer.\n\n\
| principal | |\n|---|---|\n";
