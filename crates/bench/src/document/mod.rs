//! `leafwise-bench report`: a page of charts and tables from the files of `leafwise-bench all`.
//!
//! The same files always give the same page. Every sentence is made from the data, and holds for
//! any: where leafwise is slower is said before where it is faster, and what is missing is named.

mod chart;
mod choice;
mod data;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use data::{Group, Saved, groups};

/// The options of `report`.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the JSON files of `leafwise-bench all`
    folder: PathBuf,
    /// The folder for benchmarks.md, and for charts in its folder benchmarks.
    #[arg(long, value_name = "FOLDER")]
    docs: PathBuf,
}

/// A page and its charts.
struct Document {
    page: String,
    /// Names and contents.
    charts: Vec<(String, String)>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let runs = data::read(&options.folder)?;
    ensure!(
        runs.iter().any(|(_, saved)| saved.is_some()),
        "{} has no JSON file of `leafwise-bench all --out`",
        options.folder.display()
    );
    let document = document(&runs)?;
    let charts = options.docs.join("benchmarks");
    fs::create_dir_all(&charts).with_context(|| format!("cannot make {}", charts.display()))?;
    write(&options.docs.join("benchmarks.md"), &document.page)?;
    for (name, chart) in &document.charts {
        write(&charts.join(name), chart)?;
    }
    println!(
        "{} and {} charts",
        options.docs.join("benchmarks.md").display(),
        document.charts.len()
    );
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The operations of the overview, and its number of entries.
const OVERVIEW: [&str; 3] = ["get", "insert", "range-100"];
const OVERVIEW_ENTRIES: usize = 1_000_000;

fn document(runs: &[(&'static str, Option<Saved>)]) -> Result<Document> {
    let mut page = text::heading(runs);
    let mut charts = Vec::new();
    let all: Vec<(&str, Vec<Group>)> = runs
        .iter()
        .filter_map(|(name, saved)| Some((*name, groups(name, saved.as_ref()?))))
        .collect();
    let group = |name: &str| all.iter().find(|(run, _)| *run == name)?.1.first();
    match overview(group("maps-u64"))? {
        Some(chart) => {
            page += "![Overview](benchmarks/overview.svg)\n\n";
            charts.push(("overview.svg".to_owned(), chart));
        }
        None => page += "There is no overview: maps-u64 has no get, insert or range-100 at 1m.\n\n",
    }
    page += &choice::section(group("scale"));
    for (run, groups) in &all {
        for group in groups {
            page += &format!("## {}\n\n", group.title);
            for series in &group.series {
                let name = format!("{}-{}.svg", group.name, series.operation);
                let title = format!("{}: times as fast as std", series.operation);
                charts.push((name.clone(), chart::lines(&title, series)?));
                page += &text::operation(series, &name);
            }
            page += &text::table(group);
        }
        let saved = runs.iter().find(|(name, _)| name == run);
        page += &text::answers(saved.and_then(|(_, saved)| saved.as_ref()));
    }
    Ok(Document { page, charts })
}

/// The chart for the top, if all of it was measured.
fn overview(maps: Option<&Group>) -> Result<Option<String>> {
    let points = OVERVIEW.iter().map(|&operation| {
        let mut points = maps?.series(operation)?.points.iter();
        let point = points.find(|point| point.entries == OVERVIEW_ENTRIES)?;
        Some((operation, point))
    });
    let points: Option<Vec<_>> = points.collect();
    let title = "1m entries, u64 keys: times as fast as std";
    points.map(|points| chart::bars(title, &points)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> Vec<(&'static str, Option<Saved>)> {
        let parse = |text| Some(serde_json::from_str(text).unwrap());
        let mut runs: Vec<_> = crate::all::RUNS
            .iter()
            .map(|run| (run.name, None))
            .collect();
        for (name, saved) in &mut runs {
            *saved = match *name {
                "maps-u64" => parse(include_str!("fixture/maps-u64.json")),
                "scale" => parse(include_str!("fixture/scale.json")),
                _ => None,
            };
        }
        runs
    }

    #[test]
    fn the_page_of_known_data_is_known() {
        let page = document(&fixture()).unwrap().page;
        assert_eq!(
            page,
            include_str!("fixture/expected.md"),
            "the page is:\n{page}"
        );
    }

    #[test]
    fn every_operation_has_a_chart_and_every_chart_is_sound() {
        let document = document(&fixture()).unwrap();
        let names = document.charts.iter().map(|(name, _)| &**name);
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                "overview.svg",
                "maps-u64-insert.svg",
                "maps-u64-get.svg",
                "maps-u64-range-100.svg",
                "scale-u64-get.svg",
                "scale-u64-iterate.svg",
                "scale-u64-get-batch.svg"
            ]
        );
        for (name, svg) in &document.charts {
            assert!(
                document.page.contains(&format!("(benchmarks/{name})")),
                "{name}"
            );
            assert!(svg.contains("prefers-color-scheme:dark"), "{name}");
            assert!(svg.contains("leafwise\n"), "{name}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
            let tags = |tag: &str| svg.matches(tag).count();
            assert_eq!(tags("<svg"), tags("</svg>"), "{name}");
            assert_eq!(tags("<text"), tags("</text>"), "{name}");
        }
    }

    #[test]
    fn data_that_is_missing_is_named() {
        let mut runs = fixture();
        runs.iter_mut().for_each(|(_, saved)| {
            if let Some(saved) = saved {
                saved.tables.clear();
            }
        });
        let page = document(&runs).unwrap().page;
        assert!(page.contains("Not measured: maps-string, index, static, oblivious, files."));
        assert!(page.contains("There is no overview"));
        assert!(page.contains("Not known"));
    }
}
