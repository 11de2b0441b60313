//! The benches: `cargo xtask bench connect | relay`. Each prints a table, or one JSON object with `--json`.
#![expect(clippy::print_stdout, reason = "a command-line tool prints")]
fn main() {
    println!();
}
