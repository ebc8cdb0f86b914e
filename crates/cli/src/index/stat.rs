//! `leafwise stat`: what an index file holds, how, and of which state of its table.

use std::io::{self, Write};
use std::path::Path;

use leafwise::file::{Header, KeyForm, Section};
use serde_json::{Value, json};

use super::about::{About, ManyFiles, State};
use super::any::AnyIndex;
use crate::args::{Stat, StatFormat};
use crate::error::{Error, shown};
use crate::location::{Location, shown_path};
use crate::table::unreadable;

/// Prints it.
pub(crate) fn run(arguments: &Stat) -> Result<(), Error> {
    let index = AnyIndex::open(&arguments.index)?;
    let report = Report::new(&index)?;
    let text = match arguments.format {
        StatFormat::Text => report.text(&arguments.index.shown()),
        StatFormat::Json => format!("{}\n", report.json()),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(Error::Write)
}

/// What is printed.
struct Report<'i> {
    header: &'i Header,
    /// What an index that this program has built says, and the state of its table.
    table: Option<(&'i About, TableState)>,
    /// What one of many Parquet files says.
    many_files: Option<&'i ManyFiles>,
    /// The cells of the first key and of the last.
    limits: Option<[Vec<String>; 2]>,
}

/// How the table of an index is now.
enum TableState {
    /// As it was when the index was built.
    Fresh,
    /// What changed, and the command that builds the index again.
    Changed(String, String),
    /// It is not beside the index.
    Missing,
}

impl TableState {
    fn of(about: &About, table: &Location, index: &Location) -> Result<TableState, Error> {
        let read = |cause| unreadable(&table.shown(), cause);
        let now = match State::of(table) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Ok(TableState::Missing);
            }
            now => now.map_err(read)?,
        };
        let Some(difference) = about.state.difference(&now) else {
            return Ok(TableState::Fresh);
        };
        let has_grown = about.state.has_rows_behind(table).map_err(read)?;
        let command = about.command(table, index, has_grown);
        Ok(TableState::Changed(difference, command))
    }

    fn name(&self) -> &'static str {
        match self {
            TableState::Fresh => "fresh",
            TableState::Changed(..) => "changed",
            TableState::Missing => "missing",
        }
    }
}

impl<'i> Report<'i> {
    fn new(index: &'i AnyIndex) -> Result<Report<'i>, Error> {
        let table = match index.about.as_ref().zip(index.table()) {
            Some((about, table)) => Some((about, TableState::of(about, &table, index.location())?)),
            None => None,
        };
        let limits = index.limits()?.map(|keys| {
            keys.map(|key| {
                let cells = index.show(&key).into_iter();
                cells
                    .map(|cell| String::from_utf8_lossy(&cell).into_owned())
                    .collect()
            })
        });
        Ok(Report {
            header: index.header(),
            table,
            many_files: index.many_files.as_ref(),
            limits,
        })
    }

    /// The sections and what is between them: name and number of bytes.
    fn sections(&self) -> Vec<(&'static str, u64)> {
        let length = |section: Section| self.header.section_length(section);
        let named = Section::ALL.into_iter().filter(|it| length(*it) > 0);
        let mut sections: Vec<_> = named.map(|it| (it.name(), length(it))).collect();
        let sum: u64 = sections.iter().map(|(_, length)| length).sum();
        sections.push(("other", self.header.file_length().saturating_sub(sum)));
        sections
    }

    /// The bytes of keys and values alone.
    fn net_length(&self) -> u64 {
        let header = self.header;
        let keys = match header.key_form() {
            KeyForm::Integers { width, .. } => header.key_count() * u64::from(width),
            KeyForm::Texts { .. } => header.section_length(Section::Text),
        };
        keys + header.section_length(Section::Values)
    }

    /// For programs.
    fn json(&self) -> Value {
        let header = self.header;
        let (major, minor) = header.version();
        let sections = self.sections().into_iter();
        let sections: serde_json::Map<_, _> = sections
            .map(|(name, length)| (name.to_string(), json!(length)))
            .collect();
        let mut value = json!({
            "version": format!("{major}.{minor}"),
            "builder": header.builder(),
            "collection": header.collection().name(),
            "key_type": header.key_type(),
            "value_type": header.value_type(),
            "keys": header.different_key_count(),
            "values": header.value_count(),
            "first": self.limits.as_ref().map(|[first, _]| first),
            "last": self.limits.as_ref().map(|[_, last]| last),
            "node_keys": header.node_keys(),
            "height": header.height(),
            "length": header.file_length(),
            "net_length": self.net_length(),
            "sections": sections,
        });
        if let Some((about, state)) = &self.table {
            let kinds: Vec<&str> = about.kinds.iter().map(|kind| kind.name()).collect();
            let (change, command) = match state {
                TableState::Changed(change, command) => (Some(change), Some(command)),
                _ => (None, None),
            };
            value["table"] = json!({
                "name": about.table,
                "length": about.state.length,
                "columns": about.columns,
                "types": kinds,
                "options": about.options,
                "skipped": about.skipped,
                "state": state.name(),
                "change": change,
                "command": command,
            });
        }
        if let Some(many) = self.many_files {
            let files = many.files.iter();
            let files = files.map(|(path, rows)| json!({"path": path, "rows": rows}));
            value["table"] = json!({
                "files": files.collect::<Vec<_>>(),
                "columns": many.columns,
            });
        }
        value
    }

    /// For people.
    fn text(&self, path: &str) -> String {
        let header = self.header;
        let mut lines = vec![("file", path.to_string())];
        if let Some((about, state)) = &self.table {
            let (table, length) = (shown_path(Path::new(&about.table)), about.state.length);
            lines.push(("table", format!("{table}, {length} bytes")));
            lines.extend(match state {
                TableState::Fresh => vec![("state", "fresh".to_string())],
                TableState::Changed(difference, command) => vec![
                    ("state", format!("changed: {difference}")),
                    ("refresh", command.clone()),
                ],
                TableState::Missing => {
                    vec![(
                        "state",
                        "unknown: the table is not beside the index".to_string(),
                    )]
                }
            });
            for (column, kind) in about.columns.iter().zip(&about.kinds) {
                let column = shown(column.as_bytes());
                lines.push(("column", format!("{column}, {}", kind.name())));
            }
            let options = match about.options.is_empty() {
                true => "none".to_string(),
                false => about.options.join(" "),
            };
            lines.push(("options", options));
            lines.push(("rows", header.value_count().to_string()));
            lines.push(("bad rows", format!("{} left out", about.skipped)));
        } else if let Some(many) = self.many_files {
            let rows: u128 = many.files.iter().map(|(_, rows)| u128::from(*rows)).sum();
            let files = many.files.len();
            lines.push(("table", format!("{files} Parquet files, {rows} rows")));
            for column in &many.columns {
                lines.push(("column", shown(column.as_bytes())));
            }
            lines.push(("values", header.value_count().to_string()));
        } else {
            let collection = header.collection().name();
            lines.push(("collection", format!("{collection}, by another program")));
            lines.push(("values", header.value_count().to_string()));
        }
        lines.push(("keys", header.different_key_count().to_string()));
        for (name, at) in [("first key", 0), ("last key", 1)] {
            if let Some(limits) = &self.limits {
                let cells = limits[at].iter().map(|cell| shown(cell.as_bytes()));
                lines.push((name, cells.collect::<Vec<_>>().join(", ")));
            }
        }
        lines.push(("held as", self.forms()));
        lines.push(("nodes", self.nodes()));
        let (major, minor) = header.version();
        let version = format!("version {major}.{minor}, by {}", header.builder());
        lines.push(("format", version));
        let mut text = String::new();
        for (name, value) in lines {
            text.push_str(&format!("{name:<11} {value}\n"));
        }
        text.push('\n');
        text.push_str(&self.sizes());
        text
    }

    /// How keys and values are held.
    fn forms(&self) -> String {
        let header = self.header;
        let key_type = shown(header.key_type().as_bytes());
        let keys = match header.key_form() {
            KeyForm::Integers { width, .. } => format!("{key_type} in {width} bytes"),
            KeyForm::Texts { length: None } => key_type,
            KeyForm::Texts {
                length: Some(length),
            } => format!("{key_type} of {length} bytes"),
        };
        match header.value_width() {
            0 => keys,
            width => {
                let value_type = shown(header.value_type().as_bytes());
                format!("{keys}, values as {value_type} in {width} bytes")
            }
        }
    }

    fn nodes(&self) -> String {
        let (keys, height) = (self.header.node_keys(), self.header.height());
        let levels = if height == 1 { "level" } else { "levels" };
        format!("{keys} keys a node, {height} {levels} above the keys")
    }

    /// The sizes of sections, as a table.
    fn sizes(&self) -> String {
        let length = self.header.file_length();
        let mut text = format!("{:<11} {:>15} {:>7}\n", "section", "bytes", "%");
        for (name, bytes) in self.sections().into_iter().chain([("file", length)]) {
            let percent = percent(bytes, length);
            text.push_str(&format!("{name:<11} {bytes:>15} {percent:>7.1}\n"));
        }
        let net = self.net_length();
        if net > 0 {
            let overhead = percent(length.saturating_sub(net), net);
            text.push_str(&format!(
                "\nKeys and values alone are {net} bytes: the file takes {overhead:.1} % more.\n"
            ));
        }
        text
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
