//! The table that all programs read, made from random numbers with a constant seed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use csv::{QuoteStyle, WriterBuilder};

use crate::conduct::parse_entries;
use crate::random::Random;

/// The columns, in the order of the table.
pub(crate) const COLUMNS: [&str; 6] = ["id", "name", "city", "amount", "created", "note"];

/// The greatest amount, in hundredths.
pub(crate) const GREATEST_AMOUNT: u32 = 10_000_000;

/// The cities. Each has about a tenth of the rows.
const CITIES: [&str; 10] = [
    "Cairo", "Delhi", "Lagos", "Lima", "Nairobi", "Osaka", "Oslo", "Perth", "Quito", "Toronto",
];

/// The notes of a table without quotes.
const PLAIN_NOTES: [&str; 4] = ["paid late", "paid in parts", "returned", "on the phone"];

/// The notes of a table with quotes. Three of four need them.
const QUOTED_NOTES: [&str; 4] = [
    "paid late",
    "paid, then returned",
    "the \"second\" invoice",
    "by phone\nand by letter",
];

/// One row in this many has a note.
const ROWS_PER_NOTE: usize = 33;

/// Letters of a name.
const NAME_LETTERS: usize = 12;

/// There are 26^12 names of twelve letters, which is more than this.
const NAMES: u64 = 1 << 56;

const SEED: u64 = 8;

/// Which table to make. The same recipe always makes the same bytes.
#[derive(Clone, Copy)]
pub(crate) struct Recipe {
    pub(crate) rows: usize,
    /// Whether every cell that is not a number is between quotes, and a few need to be.
    pub(crate) quoted: bool,
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) city: &'static str,
    /// In hundredths.
    pub(crate) amount: u32,
    pub(crate) created: String,
    pub(crate) note: &'static str,
}

impl Recipe {
    /// The name of the file.
    pub(crate) fn file_name(&self) -> String {
        let kind = if self.quoted { "quoted" } else { "plain" };
        format!("{}-{kind}.csv", self.rows)
    }

    /// All rows: the ids from 1 on in random order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        let mut ids: Vec<u32> = (1..=self.rows as u32).collect();
        let mut random = Random::new(SEED);
        random.shuffle(&mut ids);
        let notes = if self.quoted {
            QUOTED_NOTES
        } else {
            PLAIN_NOTES
        };
        ids.into_iter()
            .map(move |id| Row::draw(id, &mut random, &notes))
    }

    /// Makes the table unless `path` already has it.
    pub(crate) fn make(&self, path: &Path) -> Result<()> {
        let mut counter = Counter(0);
        self.write(&mut counter)?;
        if fs::metadata(path).is_ok_and(|metadata| metadata.len() == counter.0) {
            return Ok(());
        }
        let file = File::create(path)
            .with_context(|| format!("cannot make the table {}", path.display()))?;
        self.write(BufWriter::new(file))
    }

    fn write(&self, output: impl Write) -> Result<()> {
        let style = if self.quoted {
            QuoteStyle::NonNumeric
        } else {
            QuoteStyle::Never
        };
        let mut writer = WriterBuilder::new().quote_style(style).from_writer(output);
        writer.write_record(COLUMNS)?;
        for row in self.rows() {
            writer.write_record([
                row.id.to_string().as_str(),
                &row.name,
                row.city,
                &decimal(row.amount),
                &row.created,
                row.note,
            ])?;
        }
        Ok(writer.flush()?)
    }
}

impl Row {
    fn draw(id: u32, random: &mut Random, notes: &[&'static str; 4]) -> Self {
        let mut draw = |end: usize| random.below(end);
        Self {
            id,
            name: name(id),
            city: CITIES[draw(CITIES.len())],
            amount: 1 + draw(GREATEST_AMOUNT as usize) as u32,
            created: format!(
                "{}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                2000 + draw(25),
                1 + draw(12),
                1 + draw(28),
                draw(24),
                draw(60),
                draw(60),
            ),
            note: match draw(ROWS_PER_NOTE) {
                0 => notes[draw(notes.len())],
                _ => "",
            },
        }
    }
}

/// A different name for each id, without visible order.
fn name(id: u32) -> String {
    // Distinct because the factor is odd and the modulus a power of two.
    let mut number = u64::from(id).wrapping_mul(0x9E37_79B9_7F4A_7C15) % NAMES;
    let letters = (0..NAME_LETTERS).map(|_| {
        let letter = b'a' + (number % 26) as u8;
        number /= 26;
        char::from(letter)
    });
    letters.collect()
}

/// An amount as it is written.
pub(crate) fn decimal(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Parses the number of rows of a table.
pub(crate) fn parse_rows(text: &str) -> Result<usize> {
    let rows = parse_entries(text)?;
    ensure!(rows > 0, "a table has rows");
    Ok(rows)
}

/// Counts the bytes that are written to it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn made(rows: usize, quoted: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        Recipe { rows, quoted }.write(&mut bytes).unwrap();
        bytes
    }

    fn cells(table: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(table);
        assert_eq!(reader.headers().unwrap(), COLUMNS.as_slice());
        let records = reader.records().map(|record| record.unwrap());
        let rows = records.map(|record| record.iter().map(str::to_owned).collect());
        rows.collect()
    }

    #[test]
    fn columns_are_as_documented() {
        let rows = cells(&made(20_000, false));
        let distinct = |column: usize| -> BTreeSet<&str> {
            rows.iter().map(|row| row[column].as_str()).collect()
        };
        let ids: Vec<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert!(!ids.is_sorted());
        assert!(
            ids.iter()
                .copied()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .eq(1..=20_000)
        );
        assert_eq!((distinct(1).len(), distinct(2).len()), (20_000, 10));
        assert!(rows.iter().all(|row| row[1].len() == NAME_LETTERS));
        for row in &rows {
            let (units, hundredths) = row[3].split_once('.').unwrap();
            assert_eq!(hundredths.len(), 2);
            let amount: u32 = format!("{units}{hundredths}").parse().unwrap();
            assert!((1..=GREATEST_AMOUNT).contains(&amount));
            assert_eq!(decimal(amount), row[3]);
            let shape = row[4].replace(|letter: char| letter.is_ascii_digit(), "0");
            assert_eq!(shape, "0000-00-00T00:00:00Z");
        }
        let noted = rows.iter().filter(|row| !row[5].is_empty()).count();
        assert!((500..700).contains(&noted), "{noted}");
    }

    #[test]
    fn a_recipe_always_makes_the_same_table() {
        assert_eq!(made(500, false), made(500, false));
        assert_eq!(decimal(5), "0.05");
    }

    #[test]
    fn quotes_are_only_where_they_are_asked_for() {
        let plain = made(5000, false);
        assert!(!plain.contains(&b'"'));
        assert_eq!(plain.split(|&byte| byte == b'\n').count(), 5002);
        let quoted = made(5000, true);
        let (plain, rows) = (cells(&plain), cells(&quoted));
        assert!(plain.iter().zip(&rows).all(|(a, b)| a[..5] == b[..5]));
        let has = |part: char| rows.iter().any(|row| row[5].contains(part));
        assert!(has(',') && has('"') && has('\n'));
        let text = String::from_utf8(quoted).unwrap();
        assert!(
            text.lines()
                .nth(1)
                .unwrap()
                .starts_with(|first: char| first.is_ascii_digit())
        );
        assert!(text.contains(",\"Lima\",") && text.contains(",\"\"\n"));
    }

    #[test]
    fn a_table_is_made_again_only_if_its_size_is_wrong() {
        let path = std::env::temp_dir().join(format!("leafwise-table-{}", std::process::id()));
        let recipe = Recipe {
            rows: 10,
            quoted: false,
        };
        fs::write(&path, b"half of it").unwrap();
        recipe.make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), made(10, false));
        let other = fs::read(&path).unwrap().to_ascii_uppercase();
        fs::write(&path, &other).unwrap();
        recipe.make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), other);
        fs::remove_file(&path).unwrap();
    }
}
