//! The first command that the README shows, and the examples of `leafwise rules`.

use std::fs;
use std::path::Path;

use crate::common::{Run, TestFile, leafwise, run};

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

#[test]
fn the_examples_of_the_rules_find_rows() {
    let rules = run(&["rules"]);
    let (_, examples) = rules.text().split_once("Examples:\n").unwrap();
    let cities = root().join("data/cities.csv");
    let log = "time\tuser\n2024-05-31T10:00:00Z\tann\n2024-06-02T10:00:00Z\tbob\n";
    let month = |day: &str| format!("time\n2024-{day}T10:00:00+02:00\n");
    let log = TestFile::new("log.tsv", log);
    let countries = TestFile::new("countries.txt", "FR\nGB\n");
    let (january, february) = (month("01-05"), month("02-05"));
    let january = TestFile::new("jan.csv", january);
    let february = TestFile::new("feb.csv", february);
    let march = TestFile::new("mar.csv", "time\n");
    for example in examples.lines() {
        let words = example.split_whitespace().map(|word| match word {
            "cities.csv" => cities.to_str().unwrap(),
            "log.tsv" => log.path(),
            "countries.txt" => countries.path(),
            "jan.csv.gz" => january.path(),
            "feb.csv.gz" => february.path(),
            "mar.csv.gz" => march.path(),
            _ => word,
        });
        let words: Vec<&str> = words.collect();
        assert_eq!(words[0], "leafwise", "{example}");
        let run = run(&words[1..]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{example}");
        let is_count = words[1] == "count" || words.contains(&"--count");
        let least = if is_count { 1 } else { 2 };
        let least = if example.contains("json") { 1 } else { least };
        assert!(
            run.text().lines().count() >= least,
            "{example} {}",
            run.text()
        );
    }
    assert_eq!(examples.lines().count(), 9);
}
