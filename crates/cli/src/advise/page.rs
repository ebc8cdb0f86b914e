//! The page of `leafwise advise --html`: one file without links to others, for light and dark
//! screens, wide ones and those of phones.

use std::io::Write;
use std::path::Path;

use super::Advice;
use super::charts::{self, COLOURS, Colour};
use super::measure::Outcome;
use super::text::{bytes, digits};
use crate::error::Error;
use crate::location::shown_path;

const STYLE: &str = include_str!("page.css");

impl Advice {
    /// Writes the page, whole or not at all.
    pub(super) fn write_page(&self, path: &Path) -> Result<(), Error> {
        let page = self.page().map_err(Error::Charts)?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(page.as_bytes())?;
            file.persist(path).map_err(|error| error.error)
        };
        write().map(drop).map_err(|cause| Error::Page {
            page: shown_path(path),
            cause,
        })
    }

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
                "<section class=\"advice\">\n<h2>Recommended: {}</h2>\n<p>Because {}</p>\n\
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
             <span class=\"std\">standard library</span></p>\n<div class=\"charts\">\n{figures}</div>\n"
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
        let mut details = format!(
            "<h2>All figures</h2>\n<div class=\"table\"><table>\n<tr><th>collection</th>\
             <th>million/s</th><th>of rounds</th><th>p50 ns</th><th>p99 ns</th><th>max ns</th>\
             <th>B/entry</th><th>build ms</th></tr>\n{rows}</table></div>\n<p>{}</p>\n",
            escaped(&self.notes())
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
