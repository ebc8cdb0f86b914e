//! What an index says about its table: the columns of its keys, the schema, and which files there
//! were, in which state.
//!
//! It is a JSON object in the section "about" of the index file, so that keys and the list of files
//! they are of are replaced together.

use std::fmt::Display;
use std::io::Cursor;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::error::DataFusionError;
use leafwise::file::{Collection, FileType, KeyForm, Reader};
use object_store::ObjectMeta;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::IndexError;
use crate::key::{self, CellType};

/// The name of this kind of index, and the version of what is said about it.
const KIND: &str = "rows of Parquet files, 1";

/// What an index says about its table.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// The columns of the key, and their types.
    pub(crate) columns: Vec<(String, DataType)>,
    /// All columns of the table.
    pub(crate) schema: SchemaRef,
    /// The files, in the order of their rows.
    pub(crate) files: Vec<TrackedFile>,
}

/// A Parquet file that an index has the rows of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TrackedFile {
    /// Where it is, from the folder of the table.
    pub(crate) path: String,
    pub(crate) state: FileState,
    /// The number of its rows.
    pub(crate) rows: u64,
    /// The number of bytes at its end that say where rows are: the page index and the footer.
    pub(crate) metadata: u64,
}

/// The state of a file, as a store tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileState {
    size: u64,
    /// Nanoseconds since 1970, as text: JSON's numbers may be rounded.
    modified: String,
    /// The entity tag, unless the store makes it of the place where the file is.
    tag: Option<String>,
}

impl FileState {
    /// The state that a store tells. Tags of local files change when a folder is copied.
    pub(crate) fn of(meta: &ObjectMeta, is_local: bool) -> FileState {
        let nanoseconds = meta.last_modified.timestamp_nanos_opt();
        FileState {
            size: meta.size,
            modified: nanoseconds.map_or_else(String::new, |it| it.to_string()),
            tag: meta.e_tag.clone().filter(|_| !is_local),
        }
    }

    /// What tells that a file has changed; `None` if nothing does.
    pub(crate) fn difference(&self, now: &FileState) -> Option<&'static str> {
        if self.size != now.size {
            return Some("has another size");
        }
        match (&self.tag, &now.tag) {
            (Some(then), Some(now)) => (then != now).then_some("has another entity tag"),
            _ => (self.modified != now.modified).then_some("was modified"),
        }
    }
}

/// The object as JSON has it.
#[derive(Serialize, Deserialize)]
struct Encoded {
    kind: String,
    columns: Vec<String>,
    /// The schema as a stream of Arrow's IPC format, in base 64.
    schema: String,
    files: Vec<TrackedFile>,
}

impl About {
    /// That of a table without files.
    pub(crate) fn new(schema: SchemaRef, columns: &[String]) -> Result<About, IndexError> {
        let column = |name: &String| -> Result<(String, DataType), IndexError> {
            let field = schema.field_with_name(name);
            let field = field.map_err(|_| IndexError::NoColumn {
                name: name.clone(),
                columns: schema.fields().iter().map(|it| it.name().clone()).collect(),
            })?;
            let data_type = field.data_type();
            if CellType::of(data_type).is_none() {
                return Err(IndexError::ColumnType {
                    name: name.clone(),
                    data_type: data_type.clone(),
                });
            }
            Ok((name.clone(), data_type.clone()))
        };
        if columns.is_empty() {
            return Err(IndexError::NoKey);
        }
        let columns = columns.iter().map(column).collect::<Result<_, _>>()?;
        Ok(About {
            columns,
            schema,
            files: Vec::new(),
        })
    }

    /// How the cells of the columns are held.
    pub(crate) fn cell_types(&self) -> Vec<CellType> {
        let types = self.columns.iter();
        types
            .filter_map(|(_, data_type)| CellType::of(data_type))
            .collect()
    }

    /// The numbers of the first rows of the files, and the number of all rows.
    pub(crate) fn starts(&self) -> Vec<u64> {
        let mut end = 0;
        let mut starts = vec![0];
        for file in &self.files {
            end += file.rows;
            starts.push(end);
        }
        starts
    }

    /// The type of the index file.
    pub(crate) fn file_type(&self) -> FileType {
        let rows: u64 = self.files.iter().map(|file| file.rows).sum();
        let width: u32 = if rows > u32::MAX.into() { 8 } else { 4 };
        let (form, key_type) = key::form(&self.cell_types());
        FileType {
            collection: Collection::Index,
            may_be_grouped: true,
            node_keys: match form {
                KeyForm::Integers { .. } => 0,
                // The levels of texts are large.
                KeyForm::Texts { .. } => 16,
            },
            form,
            key_type,
            value_type: format!("u{}", width * 8),
            value_width: width,
        }
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, IndexError> {
        let mut schema = Vec::new();
        StreamWriter::try_new(&mut schema, &self.schema)?.finish()?;
        let encoded = Encoded {
            kind: KIND.to_string(),
            columns: self.columns.iter().map(|(name, _)| name.clone()).collect(),
            schema: BASE64_STANDARD.encode(schema),
            files: self.files.clone(),
        };
        serde_json::to_vec(&encoded).map_err(|error| DataFusionError::External(error.into()).into())
    }

    /// What an index file says; an error if it is another one.
    pub(crate) fn of(file: &Reader) -> Result<About, String> {
        let about = About::parse(file.about())?;
        let (header, expected) = (file.header(), about.file_type());
        let is_such = header.collection() == Collection::Index
            && header.key_form() == expected.form
            && header.key_type() == expected.key_type
            && header.value_width() == expected.value_width;
        match is_such {
            true => Ok(about),
            false => Err(format!("its keys are of type {}", header.key_type())),
        }
    }

    /// Reads the object. Its numbers may be any.
    fn parse(bytes: &[u8]) -> Result<About, String> {
        let bad = |error: &dyn Display| error.to_string();
        let object: Value = serde_json::from_slice(bytes).map_err(|error| bad(&error))?;
        if object.get("table").is_some() {
            // As the program describes it.
            return Err("its keys are those of one table, for commands without SQL".to_string());
        }
        let encoded: Encoded = serde_json::from_value(object).map_err(|error| bad(&error))?;
        if encoded.kind != KIND {
            return Err(format!("it is of another kind: {}", encoded.kind));
        }
        let schema = BASE64_STANDARD.decode(encoded.schema);
        let schema = Cursor::new(schema.map_err(|error| bad(&error))?);
        let schema = StreamReader::try_new(schema, None).map_err(|error| bad(&error))?;
        let schema: &Schema = &schema.schema();
        let about = About::new(Arc::new(schema.clone()), &encoded.columns);
        let mut about = about.map_err(|error| bad(&error))?;
        let rows = encoded
            .files
            .iter()
            .try_fold(0_u64, |rows, file| rows.checked_add(file.rows));
        if rows.is_none() {
            return Err("it has more rows than there are numbers".to_string());
        }
        about.files = encoded.files;
        Ok(about)
    }
}
