//! Numbers of commands to send a key frame (full intra requests, RFC 5104 section 4.3.1).

use std::cell::Cell;

/// The last command to the sender of a track. A sender takes a command with the number of the last one for the same, so
/// those of another device, which counts from the beginning, go on where the former one's ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Commands(Cell<Last>);

#[derive(Debug, Clone, Copy, Default)]
struct Last {
    number: u8,
    /// The leg that it came from, by its generation, and its number there.
    of: Option<(u64, u8)>,
}

impl Commands {
    /// The number of the command that has the number `received` on the leg of that generation.
    pub(super) fn number(&self, generation: u64, received: u8) -> u8 {
        let mut last = self.0.get();
        if last.of.replace((generation, received)) != Some((generation, received)) {
            last.number = last.number.wrapping_add(1);
        }
        self.0.set(last);
        last.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_told_again_keeps_its_number() {
        let commands = Commands::default();
        let numbers =
            [(1, 0), (1, 0), (1, 1), (2, 1), (2, 1), (2, 2)].map(|(leg, number)| commands.number(leg, number));
        assert_eq!(numbers, [1, 1, 2, 3, 3, 4]);
    }
}
