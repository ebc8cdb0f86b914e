//! An index file, whoever has built it: this program, or another with the library.

use std::net::{Ipv4Addr, Ipv6Addr};

use leafwise::file::{FileError, Header, KeyBuf, KeyBytes};

use super::about::{About, ManyFiles};
use super::entries::Entries;
use super::file::IndexFile;
use super::form::Form;
use crate::error::Error;
use crate::location::Location;

/// An open index file.
pub(super) struct AnyIndex {
    location: Location,
    pub(super) file: IndexFile,
    /// What it says about its table, if this program has built it.
    pub(super) about: Option<About>,
    /// What it says about its files, if it is one of many.
    pub(super) many_files: Option<ManyFiles>,
    /// How its keys are held, if the program knows it.
    form: Option<Form>,
}

impl AnyIndex {
    pub(super) fn open(location: &Location) -> Result<AnyIndex, Error> {
        let file = IndexFile::open(location).map_err(|error| refuse(location, None, error))?;
        Ok(AnyIndex {
            location: location.clone(),
            about: About::parse(file.reader().about()),
            many_files: ManyFiles::parse(file.reader().about()),
            form: Form::of_file(file.reader().header()),
            file,
        })
    }

    pub(super) fn header(&self) -> &Header {
        self.file.reader().header()
    }

    pub(super) fn location(&self) -> &Location {
        &self.location
    }

    /// Where the table is, unless the index was written to another folder.
    pub(super) fn table(&self) -> Option<Location> {
        let about = self.about.as_ref()?;
        Some(self.location.with_file_name(&about.table))
    }

    /// The names of the columns of the key.
    pub(super) fn columns(&self) -> Vec<String> {
        match &self.about {
            Some(about) => about.columns.clone(),
            None => vec!["key".to_string()],
        }
    }

    /// The first key and the last.
    pub(super) fn limits(&self) -> Result<Option<[KeyBuf; 2]>, Error> {
        let limits = self.file.reader().limits();
        let limits = limits.map_err(|error| self.refuse(error))?;
        Ok(limits.map(|keys| keys.map(KeyBytes::into)))
    }

    pub(super) fn entries(&self) -> Entries<'_> {
        Entries::new(&self.file, |error| self.refuse(error))
    }

    /// A key as the cells of its columns are written by default.
    pub(super) fn show(&self, key: &KeyBuf) -> Vec<Vec<u8>> {
        let kinds = self.about.as_ref().map(|about| &about.kinds[..]);
        match (key, &self.form, kinds) {
            (KeyBuf::Text(text), _, None) => vec![text.clone()],
            (_, Some(form), kinds) => {
                let mut cells = form.show(key, kinds.unwrap_or_default());
                // A damaged composite key may have any number of them.
                cells.resize(self.columns().len(), String::new());
                cells.into_iter().map(String::into_bytes).collect()
            }
            (KeyBuf::Text(text), None, _) => vec![text.clone()],
            (KeyBuf::Integer(bits), None, _) => {
                vec![show_integer(self.header().key_type(), *bits).into_bytes()]
            }
        }
    }

    /// The error of a file that cannot be read.
    pub(super) fn refuse(&self, error: FileError) -> Error {
        let table = self.table();
        let command = self.about.as_ref().zip(table);
        let command = command.map(|(about, table)| about.command(&table, &self.location, false));
        refuse(&self.location, command, error)
    }
}

/// A key of a type that this program does not use. Of other types than these, the integer that is
/// ordered as the key is.
fn show_integer(key_type: &str, bits: u128) -> String {
    match key_type {
        "char" => char::from_u32(bits as u32).map_or(String::new(), String::from),
        "ipv4" => Ipv4Addr::from_bits(bits as u32).to_string(),
        "ipv6" => Ipv6Addr::from_bits(bits).to_string(),
        // Seconds and nanoseconds.
        "duration" => format!("{}.{:09}", bits >> 32, bits as u32),
        _ => bits.to_string(),
    }
}

/// The error of a file that cannot be read, with the command that builds it again.
pub(super) fn refuse(location: &Location, command: Option<String>, error: FileError) -> Error {
    let index = location.shown();
    let remedy = match (&error, command) {
        (FileError::NotAFile, _) => {
            "name the file of an index, such as cities.csv.population.lwx".to_string()
        }
        (_, Some(command)) => format!("build it again: {command}"),
        (_, None) => "build it again".to_string(),
    };
    match error {
        FileError::Io(cause) => Error::Read {
            table: index,
            cause,
        },
        error => Error::BadIndex {
            index,
            why: error.to_string(),
            remedy,
        },
    }
}
