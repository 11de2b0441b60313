use offhook_wire::{ErrorBody, GraphError};

const PAGE: &str = include_str!("../../../../docs/api.md");

/// The row's cells but the last, which is prose.
fn row(error: &GraphError) -> String {
    let object = ErrorBody::new(error, String::new()).error;
    let subcode = object.error_subcode.map(|subcode| format!("{subcode} ")).unwrap_or_default();
    format!("| `{}` | {} | {} | {subcode}|", error.name(), error.status(), object.code)
}

#[test]
fn the_table_has_the_codes_rows_in_order() {
    let table = PAGE.split("| name | HTTP | code | subcode | when |\n").nth(1).unwrap();
    let written: Vec<_> = table.lines().skip(1).take_while(|line| line.starts_with('|')).collect();
    let expected: Vec<_> = GraphError::catalogue().iter().map(row).collect();
    assert_eq!(written.len(), expected.len());
    for (line, row) in written.iter().zip(&expected) {
        assert!(line.starts_with(row.as_str()), "{line} is not {row}");
    }
}

#[test]
fn every_error_says_what_to_do() {
    for error in GraphError::catalogue() {
        assert!(!error.detail().is_empty() && !error.detail().contains("  "), "{error:?}");
    }
}
