//! Runs a program of a section.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use super::tally::Tally;

/// Runs `command` to its end; anything but success is an error.
pub(super) fn must_succeed(command: &mut Command) -> anyhow::Result<()> {
    if !succeeds(command)? {
        bail!("{} failed", name_of(command));
    }
    Ok(())
}

/// Runs `command` to its end with its output shown: whether it succeeded.
pub(super) fn succeeds(command: &mut Command) -> anyhow::Result<bool> {
    Ok(command.status().with_context(|| name_of(command))?.success())
}

/// Runs a test runner, shows what it prints and counts it. A runner that fails without a failed test (it did not
/// start, or nothing compiled) counts as one failure; one that ran no test does too.
pub(super) fn count(command: &mut Command) -> anyhow::Result<Tally> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| name_of(command))?;
    let stdout = child.stdout.take().expect("stdout is piped above");
    let mut tally = Tally::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        tally += Tally::of_line(&line);
    }
    let success = child.wait()?.success();
    let uncounted = tally.failed == 0 && (!success || tally.passed == 0);
    tally.failed += u32::from(uncounted);
    Ok(tally)
}

fn name_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Tally {
        count(Command::new("sh").args(["-c", script])).expect("sh is everywhere")
    }

    #[test]
    fn a_runner_is_counted_by_what_it_prints() {
        assert_eq!(shell("echo '# pass 4'; echo '# fail 1'; exit 1"), Tally { passed: 4, failed: 1 });
    }

    #[test]
    fn a_runner_that_breaks_or_runs_nothing_has_failed() {
        assert_eq!(shell("echo '# pass 4'; exit 1"), Tally { passed: 4, failed: 1 });
        assert_eq!(shell("exit 0"), Tally { passed: 0, failed: 1 });
    }
}
