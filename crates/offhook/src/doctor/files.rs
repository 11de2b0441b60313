use super::Line;
use crate::config::Media;
use crate::descriptors::raise;
use crate::server::descriptors::wanted;

/// How many files the server may open: it raises the soft limit itself, up to the hard one, and so is done here.
pub(super) fn examine(media: &Media) -> Vec<Line> {
    let wanted = wanted(media);
    match raise(wanted) {
        Ok(limit) => vec![judge(limit, wanted)],
        Err(error) => vec![Line::warn(CHECK, format!("the limit cannot be read: {error}"), "Look at `ulimit -Hn`.")],
    }
}

fn judge(limit: u64, wanted: u64) -> Line {
    if limit >= wanted {
        return Line::ok(CHECK, format!("{limit} may be open at a time, {wanted} are wanted"));
    }
    let change =
        format!("Raise the hard limit to {wanted} (LimitNOFILE= of the unit), or lower media.tcp_connections.");
    Line::warn(CHECK, format!("only {limit} may be open at a time, {wanted} are wanted"), change)
}

const CHECK: &str = "open-files";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn too_few_files_are_a_warning() {
        assert_eq!(judge(65_536, 8192).verdict, Verdict::Ok);
        let few = judge(1024, 8192);
        assert_eq!(few.verdict, Verdict::Warn);
        assert!(few.change.unwrap().contains("8192"));
    }
}
