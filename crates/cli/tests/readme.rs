//! The first command that the README shows.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod common;

use std::fs;
use std::path::Path;

use common::{Run, leafwise};

const FIRST_COMMAND: &str =
    "cargo run --release -p leafwise-cli -- range data/cities.csv population 10_000_001..";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_readme_shows_it_first() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut commands = readme
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("cargo "));
    let first = commands
        .next()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    assert_eq!(first, Some(FIRST_COMMAND));
}

#[test]
fn it_prints_the_cities_of_more_than_ten_million() {
    let (_, arguments) = FIRST_COMMAND.split_once(" -- ").unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let run: Run = leafwise(&arguments)
        .current_dir(root())
        .output()
        .unwrap()
        .into();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let printed: Vec<&str> = run.text().lines().collect();
    assert_eq!(
        printed[0],
        "city_id,name,country,population,latitude,longitude"
    );

    // The same by hand: no name in this table is quoted.
    let table = fs::read_to_string(root().join("data/cities.csv")).unwrap();
    let population = |line: &str| line.split(',').nth(3)?.parse::<u64>().ok();
    let mut expected: Vec<&str> = table
        .lines()
        .filter(|line| population(line).is_some_and(|count| count > 10_000_000))
        .collect();
    expected.sort_by_key(|line| population(line));
    assert_eq!(printed[1..], expected);
    assert_eq!(
        (expected.len(), expected[14].split(',').nth(1)),
        (15, Some("Shanghai"))
    );
}
