//! What can be wrong with an index.

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use leafwise::file::FileError;

/// The error of building, merging or reading an index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A key of no columns.
    #[error("an index needs at least one key column")]
    NoKey,
    /// The files have no such column.
    #[error("there is no column `{name}`; there are: {}", columns.join(", "))]
    NoColumn {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        columns: Vec<String>,
    },
    /// The column has a type whose cells cannot be keys.
    #[error("column `{name}` has the type {data_type}, which cannot be a key")]
    ColumnType {
        /// The name of the column.
        name: String,
        /// Its type.
        data_type: DataType,
    },
    /// There are no Parquet files.
    #[error("there are no Parquet files at {0}")]
    NoFiles(String),
    /// A file has other columns than another one.
    #[error("{path}: {why}")]
    BadFile {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The indexes are of different columns, or the types of these differ.
    #[error("the indexes are of different keys: {0} and {1}")]
    OtherKey(String, String),
    /// A file is not an index of Parquet files, though it may be another one.
    #[error("{path} is not an index of Parquet files: {why}")]
    NotAnIndex {
        /// Where it is.
        path: String,
        /// What it is instead.
        why: String,
    },
    /// An index is damaged.
    #[error("the index {path} cannot be used: {cause} (remove it, or build it again)")]
    BadIndex {
        /// Where it is.
        path: String,
        /// What is wrong.
        cause: FileError,
    },
    /// An index cannot be opened.
    #[error("the index {path} cannot be read: {cause}")]
    OpenIndex {
        /// Where it is.
        path: String,
        /// What is wrong.
        cause: FileError,
    },
    /// An open index is damaged or cannot be read, or a new one cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file cannot be read.
    #[error(transparent)]
    Store(#[from] object_store::Error),
    /// A Parquet file is damaged.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    /// Arrow cannot represent a column.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// DataFusion's own.
    #[error(transparent)]
    DataFusion(#[from] DataFusionError),
    /// The system's.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl IndexError {
    /// That of opening the index at this path.
    pub(crate) fn of_opening(path: &impl ToString, cause: FileError) -> IndexError {
        let path = path.to_string();
        match cause {
            FileError::NotAFile => IndexError::NotAnIndex {
                path,
                why: "it does not begin as one".to_string(),
            },
            FileError::Io(_) | FileError::Store(_) => IndexError::OpenIndex { path, cause },
            cause => IndexError::BadIndex { path, cause },
        }
    }
}

impl From<IndexError> for DataFusionError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::DataFusion(error) => error,
            error => DataFusionError::External(Box::new(error)),
        }
    }
}
