//! The page of `leafwise advise --html`: one file without links to others, for light and dark
//! screens, wide ones and those of phones.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Advice;
use super::charts::{self, COLOURS, Colour};
use super::measure::Outcome;
use super::text::{bytes, digits};
use crate::error::Error;
use crate::location::shown_path;

const STYLE: &str = include_str!("page.css");

/// The file of a page, which replaces what is at its path only when it is complete.
pub(super) struct Page {
    path: PathBuf,
    file: NamedTempFile,
}

impl Page {
    /// Makes the file, so that a path that cannot be written to is known before anything is
    /// measured.
    pub(super) fn create(path: &Path) -> Result<Page, Error> {
        if path.is_dir() {
            return Err(page_error(path, io::ErrorKind::IsADirectory.into()));
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder);
        let file = file.map_err(|cause| page_error(path, cause))?;
        Ok(Page {
            path: path.to_path_buf(),
            file,
        })
    }

    /// Writes it.
    pub(super) fn write(mut self, advice: &Advice) -> Result<(), Error> {
        let page = advice.page().map_err(Error::Charts)?;
        let written = self.file.write_all(page.as_bytes());
        let persisted = written.and_then(|()| Ok(self.file.persist(&self.path)?));
        persisted.map_err(|cause| page_error(&self.path, cause))?;
        Ok(())
    }
}

fn page_error(path: &Path, cause: io::Error) -> Error {
    Error::Page {
        page: shown_path(path),
        cause,
    }
}

impl Advice {
    fn page(&self) -> Result<String, String> {
        let title = format!("{} of {}", self.sketch.column, self.sketch.table);
        let title = escaped(&title);
        Ok(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}: leafwise advise</title>\n<style>\n{STYLE}{}</style>\n</head>\n\
             <body>\n<h1>{title}</h1>\n{}<dl>\n{}</dl>\n{}{}</body>\n</html>\n",
            dark(),
            self.advice(),
            self.facts(),
            self.charts()?,
            self.details(),
        ))
    }

    fn advice(&self) -> String {
        match &self.recommendation {
            Some(recommendation) => format!(
                "<section class=\"advice\">\n<h2>Recommended: {}</h2>\n<p>{}</p>\n\
                 <pre>{}</pre>\n</section>\n",
                escaped(recommendation.collection.name()),
                escaped(&recommendation.reason),
                escaped(&self.code(recommendation)),
            ),
            None => "<p>Nothing is recommended: not all collections were measured.</p>\n".into(),
        }
    }

    fn facts(&self) -> String {
        let mut lines = self.sketch.lines();
        lines.push(("operations", self.mix.text()));
        let facts = lines.iter().map(|(name, value)| {
            format!("<div><dt>{name}</dt><dd>{}</dd></div>\n", escaped(value))
        });
        facts.collect()
    }

    fn charts(&self) -> Result<String, String> {
        let outcomes = self.ranked();
        if outcomes.is_empty() {
            return Ok(String::new());
        }
        let build = |outcome: &Outcome| outcome.build_seconds * 1e3;
        let throughput = |outcome: &Outcome| digits(outcome.throughput);
        let charts = [
            (
                "Million operations a second",
                charts::bars(&outcomes, |it| it.throughput, throughput)?,
            ),
            (
                "Time of a call: median (large dot), 99th percentile (small dot), longest",
                charts::latencies(&outcomes)?,
            ),
            (
                "Bytes of memory for each entry",
                charts::bars(&outcomes, |it| it.bytes_per_entry, bytes)?,
            ),
            (
                "Milliseconds to build it",
                charts::bars(&outcomes, build, |it| digits(build(it)))?,
            ),
        ];
        let figures = charts.iter().map(|(title, chart)| {
            format!("<figure>\n<figcaption>{title}</figcaption>\n{chart}</figure>\n")
        });
        let figures: String = figures.collect();
        Ok(format!(
            "<p class=\"legend\"><span class=\"ours\">leafwise</span> \
             <span class=\"std\">standard library</span></p>\n\
             <div class=\"charts\">\n{figures}</div>\n"
        ))
    }

    /// The table, what was not measured, and how the rest was.
    fn details(&self) -> String {
        let rows = self.ranked().into_iter().map(|outcome| {
            let (least, greatest) = outcome.spread();
            let cells = [
                outcome.collection.name().to_string(),
                digits(outcome.throughput),
                format!("{} to {}", digits(least), digits(greatest)),
                outcome.p50.to_string(),
                outcome.p99.to_string(),
                outcome.max.to_string(),
                bytes(outcome),
                digits(outcome.build_seconds * 1e3),
            ];
            let cells = cells
                .iter()
                .map(|cell| format!("<td>{}</td>", escaped(cell)));
            format!("<tr>{}</tr>\n", cells.collect::<String>())
        });
        let rows: String = rows.collect();
        let others = self.others.iter().map(|misfits| {
            let (names, why) = (escaped(&misfits.names()), escaped(&misfits.why));
            format!("<li>{names}: {why}</li>\n")
        });
        let others: String = others.collect();
        let notes = self.notes().into_iter();
        let notes = notes.map(|note| format!("<p>{}</p>\n", escaped(&note)));
        let mut details = format!(
            "<h2>All figures</h2>\n<div class=\"table\"><table>\n<tr><th>collection</th>\
             <th>million/s</th><th>of rounds</th><th>p50 ns</th><th>p99 ns</th><th>max ns</th>\
             <th>B/entry</th><th>build ms</th></tr>\n{rows}</table></div>\n{}",
            notes.collect::<String>()
        );
        if !others.is_empty() {
            details += &format!("<h2>Not measured</h2>\n<ul>\n{others}</ul>\n");
        }
        details
            + &format!(
                "<p>Measured for {} seconds each, in turns, by leafwise {}.</p>\n",
                self.time.as_secs_f64(),
                env!("CARGO_PKG_VERSION")
            )
    }
}

/// The rules that give charts the colours of dark pages.
fn dark() -> String {
    let rules = COLOURS.iter().map(|Colour(light, dark)| {
        format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}\n")
    });
    format!(
        "@media (prefers-color-scheme: dark) {{\n{}}}\n",
        rules.collect::<String>()
    )
}

/// Text as HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
