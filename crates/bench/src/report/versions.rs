//! The versions of the peers, as they were compiled.

/// The crates of other people that are compared.
const PEERS: [&str; 10] = [
    "bbtree",
    "bplus-index",
    "brie-tree",
    "fst",
    "indexset",
    "ordsearch",
    "pgm-extra",
    "pstd",
    "sweep-bptree",
    "znippy-zoomies",
];

/// What cargo has chosen for this build.
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// The peers, each with its version.
pub(super) fn of_peers() -> Vec<(&'static str, &'static str)> {
    let quoted = |line: &'static str, name: &str| {
        let rest = line.strip_prefix(name)?.strip_prefix(" = \"")?;
        rest.strip_suffix('"')
    };
    let names = LOCK.lines().map(|line| quoted(line, "name"));
    let versions = LOCK.lines().skip(1).map(|line| quoted(line, "version"));
    let found = names
        .zip(versions)
        .filter_map(|(name, version)| Some((name?, version?)));
    found.filter(|(name, _)| PEERS.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_peers_have_a_version() {
        let found = of_peers();
        let names: Vec<_> = found.iter().map(|&(name, _)| name).collect();
        assert_eq!(names, PEERS);
        let is_version = |version: &str| version.starts_with(|first: char| first.is_ascii_digit());
        assert!(found.iter().all(|(_, version)| is_version(version)));
    }
}
