//! RFC 4571 section 2: each datagram follows its length, two bytes in network order.

/// A frame that no peer would send.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Gives the datagrams that are whole to `each`; returns how many bytes they took. Null packets are passed over.
pub(crate) fn take_whole(bytes: &mut [u8], mut each: impl FnMut(&mut [u8])) -> Result<usize, TooLong> {
    let mut at = 0;
    while let Some(&header) = bytes[at..].first_chunk::<HEADER_LEN>() {
        let len = usize::from(u16::from_be_bytes(header));
        if len > DATAGRAM_LEN_MAX {
            return Err(TooLong);
        }
        let Some(datagram) = bytes.get_mut(at + HEADER_LEN..at + HEADER_LEN + len) else { break };
        at += HEADER_LEN + len;
        if len > 0 {
            each(datagram);
        }
    }
    Ok(at)
}

/// `None` for what no frame can hold.
pub(crate) fn header(datagram: &[u8]) -> Option<[u8; HEADER_LEN]> {
    u16::try_from(datagram.len()).ok().map(u16::to_be_bytes)
}

pub(crate) const HEADER_LEN: usize = 2;
/// Peers send what fits a path of 1500 bytes, over TCP too.
const DATAGRAM_LEN_MAX: usize = 2048;
/// Of a frame that is not whole.
pub(crate) const PARTIAL_LEN_MAX: usize = HEADER_LEN + DATAGRAM_LEN_MAX;

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bytes: &[u8]) -> (Vec<Vec<u8>>, Result<usize, TooLong>) {
        let mut datagrams = Vec::new();
        let took = take_whole(&mut bytes.to_vec(), |datagram| datagrams.push(datagram.to_vec()));
        (datagrams, took)
    }

    #[test]
    fn whole_frames_are_taken_wherever_the_bytes_break_off() {
        let all = [0, 3, 7, 8, 9, 0, 0, 0, 1, 5];
        for (len, count, took) in
            [(0, 0, 0), (1, 0, 0), (4, 0, 0), (5, 1, 5), (6, 1, 5), (7, 1, 7), (9, 1, 7), (10, 2, 10)]
        {
            let (datagrams, end) = taken(&all[..len]);
            assert_eq!((datagrams.len(), end), (count, Ok(took)), "{len} bytes");
        }
        assert_eq!(taken(&all).0, [vec![7, 8, 9], vec![5]]);
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_by_its_length_alone() {
        let len = DATAGRAM_LEN_MAX as u16;
        assert_eq!(taken(&len.to_be_bytes()).1, Ok(0));
        assert_eq!(taken(&(len + 1).to_be_bytes()).1, Err(TooLong));
        let [high, low] = (len + 1).to_be_bytes();
        assert_eq!(taken(&[0, 1, 5, high, low]), (vec![vec![5]], Err(TooLong)), "what came before counts");
    }
}
