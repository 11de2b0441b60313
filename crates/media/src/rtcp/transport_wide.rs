//! Feedback on a whole transport (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1): which packets
//! arrived, and when.
//!
//! Packets that the relay kept, because the receiver does not want them, never arrive. Their sender would take that for
//! loss and slow down, so they are reported as received together with the packet before them.

/// What a receiver's transport-wide number is to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) number: u16,
    /// The packet did not go to the receiver.
    pub(crate) kept: bool,
}

/// Appends what follows the SSRCs of a feedback packet, in the sender's numbers. False if it is about packets of
/// another sender.
pub(super) fn write(information: &[u8], numbered: impl Fn(u16) -> Option<Numbered>, out: &mut Vec<u8>) -> bool {
    let Some((head, rest)) = information.split_first_chunk::<HEAD_LEN>() else { return false };
    let (base, count) = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
    let Some(first) = numbered(base) else { return false };
    out.extend_from_slice(&first.number.to_be_bytes());
    out.extend_from_slice(&head[2..]);
    let is_kept = |at: usize| numbered(base.wrapping_add(at as u16)).is_some_and(|numbered| numbered.kept);
    let count = usize::from(count);
    let mut statuses = [MISSING; STATUSES_MAX];
    let statuses = statuses.get_mut(..count).filter(|_| (0..count).any(is_kept));
    match statuses.and_then(|statuses| Some((read(rest, statuses)?, statuses))) {
        Some((deltas, statuses)) => {
            fill(statuses, is_kept);
            write_statuses(statuses, out);
            write_deltas(statuses, deltas, out);
        }
        None => out.extend_from_slice(rest),
    }
    true
}

/// Reads a status for each packet, and returns the deltas behind them. `None` if they are malformed.
fn read<'a>(mut rest: &'a [u8], statuses: &mut [u8]) -> Option<&'a [u8]> {
    let mut at = 0;
    while at < statuses.len() {
        let (chunk, after) = rest.split_first_chunk()?;
        let left = &mut statuses[at..];
        at += read_chunk(u16::from_be_bytes(*chunk), left);
        rest = after;
    }
    let len: usize = statuses.iter().map(|status| delta_len(*status)).sum();
    let is_known = |status: &u8| *status <= RECEIVED_LARGE;
    rest.get(..len).filter(|_| statuses.iter().all(is_known))
}

/// Returns how many statuses were read.
fn read_chunk(chunk: u16, statuses: &mut [u8]) -> usize {
    let (run, width) = match chunk >> 14 {
        0 | 1 => (usize::from(chunk & 0x1FFF), None),
        2 => (14, Some(1)),
        _ => (7, Some(2)),
    };
    let len = run.min(statuses.len());
    for (at, status) in statuses[..len].iter_mut().enumerate() {
        *status = match width {
            None => (chunk >> 13 & 3) as u8,
            Some(width) => (chunk >> (14 - width * (at as u16 + 1)) & ((1 << width) - 1)) as u8,
        };
    }
    run
}

/// Lets what was kept be received at the time of the packet before it, at the beginning at that of the first one after.
fn fill(statuses: &mut [u8], is_kept: impl Fn(usize) -> bool) {
    let Some(first) = statuses.iter().position(|status| *status != MISSING) else { return };
    for (at, status) in statuses.iter_mut().enumerate() {
        if *status == MISSING && is_kept(at) {
            *status = KEPT;
        }
    }
    if let Some(earlier) = statuses[..first].iter().position(|status| *status == KEPT) {
        statuses.swap(earlier, first);
    }
}

/// In chunks of seven with two bits each.
fn write_statuses(statuses: &[u8], out: &mut Vec<u8>) {
    for seven in statuses.chunks(7) {
        let symbol = |status: &u8| u16::from(if *status == KEPT { RECEIVED_SMALL } else { *status });
        let symbols = seven.iter().enumerate().map(|(at, status)| symbol(status) << (12 - 2 * at));
        let chunk = symbols.fold(0xC000, |chunk, symbol| chunk | symbol);
        out.extend_from_slice(&chunk.to_be_bytes());
    }
}

/// `deltas` are those of the packets that were received.
fn write_deltas(statuses: &[u8], mut deltas: &[u8], out: &mut Vec<u8>) {
    for status in statuses {
        if *status == KEPT {
            out.push(0);
        }
        let (delta, rest) = deltas.split_at(delta_len(*status));
        out.extend_from_slice(delta);
        deltas = rest;
    }
}

/// Of what the feedback had.
fn delta_len(status: u8) -> usize {
    match status {
        RECEIVED_SMALL => 1,
        RECEIVED_LARGE => 2,
        _ => 0,
    }
}

/// Base number, count, reference time and feedback count.
const HEAD_LEN: usize = 8;
/// A receiver reports several times a second; feedback on more packets is passed on as it is.
const STATUSES_MAX: usize = 2048;
const MISSING: u8 = 0;
const RECEIVED_SMALL: u8 = 1;
const RECEIVED_LARGE: u8 = 2;
/// Of ours, on no wire: received, in the place of [`MISSING`].
const KEPT: u8 = 4;
