//! `leafwise-bench report`: a page of charts and tables from the files of `leafwise-bench all`.
//!
//! The same files always give the same page. Every sentence is made from the data, and holds for
//! any: where leafwise is slower is said before where it is faster, and what is missing is named.

mod chart;
mod choice;
mod data;
mod duel;
mod head;
mod picture;
mod saved;
mod section;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use data::{Group, Series};
use saved::Saved;

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
    let runs = saved::read(&options.folder)?;
    ensure!(
        runs.iter().any(|(_, saved)| saved.is_some()),
        "{} has no JSON file of `leafwise-bench all --out`",
        options.folder.display()
    );
    let document = document(&runs);
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

fn document(runs: &[(&'static str, Option<Saved>)]) -> Document {
    let measured = runs
        .iter()
        .filter_map(|(name, saved)| Some((*name, saved.as_ref()?)));
    let sections = measured.flat_map(|(name, saved)| {
        let groups = data::groups(name, saved).into_iter();
        groups.map(move |group| (saved, group))
    });
    let sections: Vec<(&Saved, Group)> = sections.collect();
    let groups: Vec<&Group> = sections.iter().map(|(_, group)| group).collect();
    let mut document = Document {
        page: head::HOW.to_owned(),
        charts: Vec::new(),
    };
    document.page += &head::contents(&groups);
    document.add_overview(&groups);
    document.page += &head::circumstances(runs);
    document.page += &choice::section(&groups);
    for (saved, group) in &sections {
        document.add_section(saved, group);
    }
    document
}

impl Document {
    fn add_overview(&mut self, groups: &[&Group]) {
        let maps = groups.iter().find(|group| group.name == "maps-u64-keys");
        let overview = |&group| picture::overview(group, OVERVIEW_ENTRIES, &OVERVIEW);
        match maps.and_then(overview) {
            Some(chart) => self.add_chart("Overview", "overview", chart),
            None => {
                self.page += "There is no overview: maps-u64 has no get, insert or range-100 at 1m."
            }
        }
        self.page += "\n\n";
    }

    fn add_section(&mut self, saved: &Saved, group: &Group) {
        self.page += &format!("## {}\n\n", head::title(group));
        self.page += &section::about(group, saved);
        self.page += &section::standings(group);
        let (lost, never): (Vec<&Series>, Vec<&Series>) = section::by_loss(group)
            .into_iter()
            .partition(|series| section::is_lost(group, series));
        lost.iter()
            .for_each(|series| self.add_series(group, series));
        if !never.is_empty() {
            self.page += "\n<details><summary>Charts of what is never lost</summary>\n\n";
            never
                .iter()
                .for_each(|series| self.add_series(group, series));
            self.page += "\n</details>\n";
        }
        self.page += "\n";
        self.page += &section::table(group);
    }

    fn add_series(&mut self, group: &Group, series: &Series) {
        let name = format!("{}-{}", group.name, series.operation);
        self.add_chart(&series.operation, &name, picture::chart(group, series));
    }

    /// Charts are beside each other where a page has room.
    fn add_chart(&mut self, title: &str, name: &str, chart: String) {
        self.page += &format!("![{title}](benchmarks/{name}.svg)\n");
        self.charts.push((format!("{name}.svg"), chart));
    }
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
                "static" => parse(include_str!("fixture/static.json")),
                "oblivious" => parse(include_str!("fixture/oblivious.json")),
                "scale" => parse(include_str!("fixture/scale.json")),
                "files" => parse(include_str!("fixture/files.json")),
                _ => None,
            };
        }
        runs
    }

    #[test]
    fn the_page_of_known_data_is_known() {
        let page = document(&fixture()).page;
        assert_eq!(
            page,
            include_str!("fixture/expected.md"),
            "the page is:\n{page}"
        );
    }

    fn chart(name: &str) -> String {
        let charts = document(&fixture()).charts.into_iter();
        let mut found = charts.filter(|(known, _)| known == name);
        found.next().unwrap().1
    }

    #[test]
    fn every_chart_is_sound_and_on_the_page() {
        let document = document(&fixture());
        for (name, svg) in &document.charts {
            let link = format!("(benchmarks/{name})");
            assert_eq!(document.page.matches(&link).count(), 1, "{name}");
            assert!(svg.contains("prefers-color-scheme:dark"), "{name}");
            assert!(svg.contains(">leafwise</text>"), "{name}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
            for tag in ["svg", "text", "style", "title"] {
                let (opened, closed) = (format!("<{tag}"), format!("</{tag}>"));
                assert_eq!(
                    svg.matches(&opened).count(),
                    svg.matches(&closed).count(),
                    "{name}"
                );
            }
        }
        assert_eq!(
            document.page.matches("](benchmarks/").count(),
            document.charts.len()
        );
    }

    #[test]
    fn charts_have_what_the_page_says() {
        let batch = chart("static-u64-keys-uniform-batch.svg");
        let has = |svg: &str, name: &str| svg.contains(&format!(">{name}</text>"));
        let all = |names: &[&str]| names.iter().all(|name| has(&batch, name));
        // std, those that are the best or nearly so at one size, and no forced instruction sets.
        assert!(all(&[
            "std",
            "eytzinger",
            "znippy-zoomies",
            "partition-huge"
        ]));
        let is_shown = ["partition-4k", "binary-4k", "avx2"].map(|name| has(&batch, name));
        assert_eq!(is_shown, [false; 3]);
        let reads = ["get", "get-batch", "latency", "iterate"].map(|operation| {
            let svg = chart(&format!("scale-u64-keys-{operation}.svg"));
            has(&svg, "read 4K") && has(&svg, "read huge")
        });
        assert_eq!(reads, [true, true, true, false]);
        let merge = chart("oblivious-u64-keys-merge.svg");
        // Its colour is the one after brie's, which is not there.
        assert!(merge.contains("<text class=\"peer2\"") && has(&merge, "vectors"));
        let memory = chart("maps-u64-keys-memory.svg");
        assert!(has(&memory, "1k") && !has(&memory, "50"));
    }

    #[test]
    fn data_that_is_missing_is_named() {
        let mut runs = fixture();
        for (name, saved) in &mut runs {
            if let (true, Some(saved)) = (*name == "maps-u64", &mut *saved) {
                saved.tables.clear();
            } else {
                *saved = None;
            }
        }
        let page = document(&runs).page;
        assert!(
            page.contains("Not measured: maps-string, index, static, oblivious, scale, files.")
        );
        assert!(page.contains("There is no overview"));
    }
}
