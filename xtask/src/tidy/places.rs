//! Nothing of one machine: no path of somebody's computer, no address of somebody's package mirror.

use super::Source;

/// Written in two parts so that this file is not found itself.
const OF_ONE_MACHINE: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("../sha", "red"),
    concat!("\"resol", "ved\": \"http"),
    concat!("--index", "-url"),
    concat!("--find", "-links"),
];

pub(super) fn check(source: &Source) -> Vec<String> {
    let lines = source.text.lines().enumerate();
    let of_one_machine = lines.filter(|(_, line)| OF_ONE_MACHINE.iter().any(|place| line.contains(place)));
    of_one_machine
        .map(|(index, _)| format!("{}:{}: names a place on one machine", source.path.display(), index + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_path_is_found_with_its_line() {
        let text = format!("cd src\ncat {}me/notes\n", OF_ONE_MACHINE[0]);
        let source = Source { path: "docs/x.md".into(), text };
        assert_eq!(check(&source), ["docs/x.md:2: names a place on one machine"]);
    }

    #[test]
    fn relative_and_system_paths_pass() {
        let source = Source { path: "README.md".into(), text: "/usr/bin/chromium ./offhook-data shared/".into() };
        assert_eq!(check(&source), Vec::<String>::new());
    }
}
