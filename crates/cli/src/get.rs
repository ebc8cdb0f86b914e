//! `leafwise get`: the rows with given keys.

use std::io::{self, Read};
use std::path::Path;

use crate::args::Get;
use crate::error::Error;
use crate::location::{Location, shown_path};
use crate::query::Query;
use crate::run::Order;
use crate::search::Search;

/// A value to look for.
struct Asked {
    text: String,
    /// Where it is, if not on the command line.
    place: String,
}

/// Prints the rows and returns their number.
pub(crate) fn run(arguments: &Get) -> Result<u64, Error> {
    let on_command_line = arguments.values.iter().map(|value| Asked {
        text: value.clone(),
        place: String::new(),
    });
    let mut asked: Vec<Asked> = on_command_line.collect();
    if let Some(path) = &arguments.values_from {
        let tables = &arguments.target.also;
        let mut tables = tables.iter().chain([&arguments.target.table]);
        if path.as_os_str() == "-" && tables.any(Location::is_standard_input) {
            return Err(Error::TwiceStandardInput);
        }
        asked.extend(read_values(path)?);
    }
    let texts: Vec<&str> = asked.iter().map(|asked| &asked.text[..]).collect();
    let search = Search {
        target: &arguments.target,
        filter: &arguments.filter,
        reading: &arguments.reading,
        printing: &arguments.printing,
        order: Order::Ascending,
        is_first_only: false,
    };
    search.run(&texts, |columns| {
        if arguments.prefix {
            let ranges = asked.iter().map(|it| columns.prefix(&it.text, &it.place));
            return Ok(Query::WithinAny(ranges.collect::<Result<_, _>>()?));
        }
        let keys = asked.iter().map(|it| columns.key(&it.text, &it.place));
        Ok(Query::any(keys.collect::<Result<_, _>>()?))
    })
}

/// The values of a file, one a line. Blank lines are skipped.
fn read_values(path: &Path) -> Result<Vec<Asked>, Error> {
    let file = shown_path(path);
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => io::stdin().read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|cause| Error::Read {
        table: file.clone(),
        cause,
    })?;
    let text = String::from_utf8(bytes).map_err(|_| Error::NotText {
        table: file.clone(),
        what: "not UTF-8",
        remedy: "convert it to UTF-8 (iconv -f ENCODING -t UTF-8)",
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n");
    let lines = (1..).zip(text.split(['\n', '\r']));
    let values: Vec<Asked> = lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| Asked {
            text: line.to_string(),
            place: format!("{file}, line {number}: "),
        })
        .collect();
    match values.is_empty() {
        true => Err(Error::NoValues { file }),
        false => Ok(values),
    }
}
