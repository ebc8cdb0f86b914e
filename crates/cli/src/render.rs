//! Writes a row as it will be printed.

use std::borrow::Cow;

use crate::args::Format;
use crate::rows::Row;

/// Which columns of a row to write, and how.
pub(crate) struct Renderer {
    format: Format,
    /// `None`: all columns, in their order.
    columns: Option<Vec<usize>>,
    /// For JSON: the names with their colons, `"name":`.
    keys: Vec<Vec<u8>>,
    /// Whether quotes in the table are ordinary characters, and need quotes in the output.
    quotes_are_ordinary: bool,
}

impl Renderer {
    pub(crate) fn new(
        format: Format,
        columns: Option<Vec<usize>>,
        names: &[Vec<u8>],
        quotes_are_ordinary: bool,
    ) -> Renderer {
        let key = |name: &Vec<u8>| {
            let mut key = json_string(name).into_bytes();
            key.push(b':');
            key
        };
        Renderer {
            format,
            columns,
            keys: names.iter().map(key).collect(),
            quotes_are_ordinary,
        }
    }

    /// Whether all columns are written.
    pub(crate) fn prints_all(&self) -> bool {
        self.columns.is_none()
    }

    /// Appends a row and its line end.
    pub(crate) fn write(&self, row: &Row<'_>, output: &mut Vec<u8>) {
        let delimiter = self.delimiter();
        let is_as_read = self.columns.is_none()
            && row.is_plain()
            && delimiter == Some(row.delimiter())
            && !self.quotes_are_ordinary;
        if is_as_read {
            output.extend_from_slice(row.bytes());
            output.push(b'\n');
            return;
        }
        let fields = row.fields();
        let chosen: Vec<&Cow<'_, [u8]>> = match &self.columns {
            Some(columns) => columns.iter().map(|at| &fields[*at]).collect(),
            None => fields.iter().collect(),
        };
        self.write_fields(&chosen, output);
    }

    /// Appends these fields and their line end.
    pub(crate) fn write_fields(&self, fields: &[impl AsRef<[u8]>], output: &mut Vec<u8>) {
        match self.delimiter() {
            Some(delimiter) => write_separated(fields, delimiter, output),
            None => self.write_json(fields, output),
        }
    }

    /// The delimiter of the output; `None` for JSON. Rows of an aligned table are kept as CSV.
    fn delimiter(&self) -> Option<u8> {
        match self.format {
            Format::Csv | Format::Table => Some(b','),
            Format::Tsv => Some(b'\t'),
            Format::Json => None,
        }
    }

    fn write_json(&self, fields: &[impl AsRef<[u8]>], output: &mut Vec<u8>) {
        for (at, (key, field)) in self.keys.iter().zip(fields).enumerate() {
            output.push(if at == 0 { b'{' } else { b',' });
            output.extend_from_slice(key);
            output.extend_from_slice(json_string(field.as_ref()).as_bytes());
        }
        output.extend_from_slice(b"}\n");
    }
}

/// Text between quotes, with escapes. Bytes that are not UTF-8 become U+FFFD.
pub(crate) fn json_string(bytes: &[u8]) -> String {
    serde_json::Value::from(String::from_utf8_lossy(bytes)).to_string()
}

/// Appends fields, quoted where needed, and a line end. (Writers of other crates own their output
/// or its buffer; here many threads append to the memory of their runs.)
pub(crate) fn write_separated(fields: &[impl AsRef<[u8]>], delimiter: u8, output: &mut Vec<u8>) {
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            output.push(delimiter);
        }
        let field = field.as_ref();
        let is_special = |byte: &u8| *byte == delimiter || b"\"\r\n".contains(byte);
        // A row of one empty field would be a blank line.
        if (field.is_empty() && fields.len() == 1) || field.iter().any(is_special) {
            output.push(b'"');
            for part in field.split_inclusive(|byte| *byte == b'"') {
                output.extend_from_slice(part);
                if part.ends_with(b"\"") {
                    output.push(b'"');
                }
            }
            output.push(b'"');
        } else {
            output.extend_from_slice(field);
        }
    }
    output.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_needed() {
        let written = |fields: &[&str], delimiter| {
            let mut output = Vec::new();
            write_separated(fields, delimiter, &mut output);
            String::from_utf8(output).unwrap()
        };
        assert_eq!(written(&["a", "", "b;c"], b','), "a,,b;c\n");
        assert_eq!(
            written(&["a,b", "\"", "x\ny", "\r"], b','),
            "\"a,b\",\"\"\"\",\"x\ny\",\"\r\"\n"
        );
        assert_eq!(written(&["a,b", "c\td"], b'\t'), "a,b\t\"c\td\"\n");
        assert_eq!(written(&[""], b','), "\"\"\n");
    }
}
