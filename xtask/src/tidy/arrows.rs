//! Which crate may depend on which: the picture in ARCHITECTURE.md.

use crate::workspace::{Dependency, Package};

/// A crate, its floor, and what of ours it may depend on.
struct Room {
    name: &'static str,
    floor: u8,
    arrows: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room { name: "offhook-call", floor: 0, arrows: &[] },
    Room { name: "offhook-faulty-disk", floor: 0, arrows: &[] },
    Room { name: "offhook-wire", floor: 1, arrows: &["offhook-call"] },
    Room { name: "offhook-store", floor: 1, arrows: &["offhook-call"] },
    Room { name: "offhook-media", floor: 1, arrows: &["offhook-call"] },
    Room { name: "offhook-relay", floor: 2, arrows: &["offhook-media", "offhook-call"] },
    Room { name: "offhook-service", floor: 2, arrows: &["offhook-store", "offhook-call"] },
    Room { name: "offhook-webhook", floor: 2, arrows: &["offhook-store", "offhook-wire", "offhook-call"] },
    Room { name: "offhook-client", floor: 3, arrows: &["offhook-wire", "offhook-call"] },
    Room { name: "offhook-http", floor: 3, arrows: &["offhook-service", "offhook-wire", "offhook-call"] },
    Room {
        name: "offhook",
        floor: 4,
        arrows: &[
            "offhook-http",
            "offhook-client",
            "offhook-service",
            "offhook-webhook",
            "offhook-relay",
            "offhook-media",
            "offhook-store",
            "offhook-wire",
            "offhook-call",
        ],
    },
];

/// The benches' crate: may use any room, but only behind its `bench` feature.
const XTASK: &str = "xtask";

/// What a room must never see, of other people's crates.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("offhook-call", &["tokio", "mio", "socket2", "axum", "reqwest", "rusqlite", "rand", "str0m", "tracing"]),
    ("offhook-media", &["tokio", "mio", "socket2", "quinn-udp", "axum", "reqwest", "rusqlite", "str0m"]),
    ("offhook-wire", &["tokio", "axum", "reqwest", "rusqlite"]),
    ("offhook-store", &["axum", "reqwest", "str0m"]),
    ("offhook-service", &["axum", "reqwest", "rusqlite", "mio", "socket2", "str0m"]),
    ("offhook-http", &["rusqlite", "str0m", "mio", "socket2"]),
];

pub(super) fn check(packages: &[Package]) -> Vec<String> {
    packages.iter().flat_map(check_package).chain(packages.iter().flat_map(check_fail_points)).collect()
}

/// Fail points are for the program that tests start: no build that anybody is given may have them.
fn check_fail_points(package: &Package) -> impl Iterator<Item = String> {
    let turned_on = |dependency: &&Dependency| {
        let feature = dependency.features.iter().any(|feature| feature == "failpoints");
        feature && dependency.kind.as_deref() != Some("dev")
    };
    let findings = package.dependencies.iter().filter(turned_on);
    findings.map(|_| format!("{}: only a dev-dependency may turn fail points on", package.name))
}

fn check_package(package: &Package) -> Vec<String> {
    if package.name == XTASK {
        return package.dependencies.iter().filter_map(check_xtask).collect();
    }
    let Some(room) = room(&package.name) else {
        return vec![format!("{} is not in the picture: give it a floor and arrows in tidy/arrows.rs", package.name)];
    };
    package.dependencies.iter().filter_map(|dependency| check_edge(room, dependency)).collect()
}

fn check_xtask(dependency: &Dependency) -> Option<String> {
    let heavy = room(&dependency.name).is_some() && !dependency.optional;
    heavy.then(|| format!("xtask → {}: only an optional dependency of its `bench` feature", dependency.name))
}

/// A test may look at any strictly lower floor (http's tests need a store to stand on) and at its own crate with
/// another feature; code only along an arrow.
fn check_edge(from: &Room, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let in_tests = dependency.kind.as_deref() == Some("dev");
    let allowed = match room(name) {
        Some(to) if in_tests => to.floor < from.floor || to.name == from.name,
        Some(_) => from.arrows.contains(&name),
        None => in_tests || !is_forbidden(from, name),
    };
    let kind = if in_tests { "a dev-dependency must point to a lower floor" } else { "no such arrow in the picture" };
    (!allowed).then(|| format!("{} → {name}: {kind}", from.name))
}

fn is_forbidden(from: &Room, name: &str) -> bool {
    FORBIDDEN.iter().any(|(room, names)| *room == from.name && names.contains(&name))
}

fn room(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_fixture(json: &str) -> Vec<String> {
        let packages: Vec<Package> = serde_json::from_str(json).expect("the fixture is a list of packages");
        check(&packages)
    }

    #[test]
    fn every_arrow_points_down_in_the_picture_itself() {
        for from in ROOMS {
            for to in from.arrows {
                let to = room(to).expect("an arrow points to a room");
                assert!(to.floor < from.floor, "{} → {}", from.name, to.name);
            }
        }
    }

    #[test]
    fn the_allowed_edges_pass() {
        assert_eq!(check_fixture(include_str!("../../fixtures/tidy/arrows-good.json")), Vec::<String>::new());
    }

    #[test]
    fn each_bad_edge_is_found() {
        assert_eq!(
            check_fixture(include_str!("../../fixtures/tidy/arrows-bad.json")),
            [
                "offhook-http → offhook-store: no such arrow in the picture",
                "offhook-http → rusqlite: no such arrow in the picture",
                "offhook-service → offhook-http: a dev-dependency must point to a lower floor",
                "offhook-cellar is not in the picture: give it a floor and arrows in tidy/arrows.rs",
                "xtask → offhook-relay: only an optional dependency of its `bench` feature",
                "offhook-service: only a dev-dependency may turn fail points on",
            ]
        );
    }
}
