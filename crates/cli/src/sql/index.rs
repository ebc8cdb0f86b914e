//! `leafwise index` of many Parquet files, one index for all of them, and `leafwise merge`.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use leafwise_datafusion::{BuildOptions, Built, IndexError, append_to_index, build_index};

use crate::args;
use crate::error::{self, Error};
use crate::index::file_name;
use crate::location::{Location, shown_path};
use crate::progress::Progress;

/// Builds the index, or takes in new files.
pub(crate) fn build(arguments: &args::Index) -> Result<(), Error> {
    let options = arguments.reading.options();
    if let Some(option) = options.first() {
        return Err(Error::OptionOfText {
            option: option.clone(),
        });
    }
    let index = output(arguments)?;
    let (done, total) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut options = BuildOptions::default();
    options.memory = arguments.memory;
    options.progress = Some({
        let (done, total) = (Arc::clone(&done), Arc::clone(&total));
        Arc::new(move |rows, all| {
            done.fetch_max(rows, Ordering::Relaxed);
            total.store(all, Ordering::Relaxed);
        })
    });
    let table = arguments.table.as_given();
    let is_append = arguments.append && index.exists();
    let built = super::runtime()?.block_on(async {
        let context = super::session().map_err(IndexError::from)?;
        let session = context.state();
        match is_append {
            true => {
                let building = append_to_index(&session, &table, &index, &options);
                shown(building, &done, &total).await
            }
            false => {
                let building = build_index(&session, &table, &arguments.key, &index, &options);
                shown(building, &done, &total).await
            }
        }
    });
    let built = built.map_err(|error| failed(&index, error))?;
    tell(&index, &built, is_append);
    Ok(())
}

/// Merges indexes.
pub(crate) fn merge(arguments: &args::Merge) -> Result<(), Error> {
    let index = &arguments.output;
    let built = leafwise_datafusion::merge_indexes(&arguments.indexes, index);
    tell(index, &built.map_err(|error| failed(index, error))?, false);
    Ok(())
}

/// The error of an index that was to be built at a path.
fn failed(index: &Path, error: IndexError) -> Error {
    match error {
        IndexError::File(cause) => Error::BuildIndex {
            index: shown_path(index),
            cause,
        },
        error => Error::Query {
            why: error.to_string(),
        },
    }
}

/// Says what was built.
fn tell(index: &Path, built: &Built, is_append: bool) {
    let index = shown_path(index);
    if is_append && built.added == 0 && built.removed == 0 {
        return error::tell(&format!("{index} is up to date"));
    }
    let changes = match is_append {
        true => format!(" ({} added, {} removed)", built.added, built.removed),
        false => String::new(),
    };
    let files = match built.files {
        1 => "1 file".to_string(),
        files => format!("{files} files"),
    };
    error::tell(&format!(
        "{index}: {} rows of {files}{changes} by {} different keys",
        built.entries, built.keys
    ));
}

/// Where the index is written: in the folder of the files, if not elsewhere.
fn output(arguments: &args::Index) -> Result<PathBuf, Error> {
    let name = format!("{}.lwx", file_name(&arguments.key.join("+")));
    match (&arguments.output, &arguments.table) {
        (Some(path), _) => Ok(path.clone()),
        (None, Location::Local(_)) => Ok(arguments.table.folder().join(name)),
        (None, Location::Remote(_)) => Err(Error::RemoteIndex {
            index: arguments.table.shown(),
            name,
        }),
    }
}

/// Waits for what is built, and shows how far it is.
async fn shown(
    building: impl Future<Output = Result<Built, IndexError>>,
    done: &AtomicU64,
    total: &AtomicU64,
) -> Result<Built, IndexError> {
    let mut building = pin!(building);
    let mut progress = Progress::of_rows();
    loop {
        let wait = tokio::time::timeout(Duration::from_millis(100), &mut building);
        match wait.await {
            Ok(built) => return built,
            Err(_) => {
                progress.show(done.load(Ordering::Relaxed), total.load(Ordering::Relaxed));
            }
        }
    }
}
