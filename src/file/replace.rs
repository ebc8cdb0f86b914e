//! Replaces a file by a new one such that, whatever happens, one of the two is there, and whole.
//!
//! The new one is written beside the old one under a name of its own, flushed to the disk, and
//! renamed; then the folder is flushed, so that the new name survives a power failure too.

use alloc::format;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is done to the disk.
trait Disk {
    type File: Write;

    fn create_new(&mut self, path: &Path) -> io::Result<Self::File>;
    fn sync(&mut self, file: &mut Self::File) -> io::Result<()>;
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    fn sync_folder(&mut self, path: &Path) -> io::Result<()>;
}

struct FileSystem;

impl Disk for FileSystem {
    type File = File;

    fn create_new(&mut self, path: &Path) -> io::Result<File> {
        File::create_new(path)
    }

    fn sync(&mut self, file: &mut File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        // Other systems neither need it nor can open a folder.
        match cfg!(unix) {
            true => File::open(path)?.sync_all(),
            false => Ok(()),
        }
    }
}

/// Tells the temporary files of one process apart.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Replaces the file at `path` by what `write` writes, or makes it. After an error, and if `write`
/// panics, the old file is there as it was, and the temporary one is removed.
pub(super) fn replace<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    replace_on(&mut FileSystem, path, write)
}

fn replace_on<D: Disk, E: From<io::Error>>(
    disk: &mut D,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut temporary_name = name.to_os_string();
    temporary_name.push(format!(".{}-{number}.tmp", process::id()));
    let path_new = folder.join(temporary_name);
    let file = disk.create_new(&path_new)?;
    let mut temporary = Temporary {
        disk,
        path: Some(path_new),
    };
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.disk.sync(&mut file)?;
    drop(file);
    temporary.rename(path)?;
    Ok(temporary.disk.sync_folder(folder)?)
}

/// A file that is removed unless it has been renamed.
struct Temporary<'d, D: Disk> {
    disk: &'d mut D,
    path: Option<PathBuf>,
}

impl<D: Disk> Temporary<'_, D> {
    fn rename(&mut self, to: &Path) -> io::Result<()> {
        if let Some(path) = &self.path {
            self.disk.rename(path, to)?;
            self.path = None;
        }
        Ok(())
    }
}

impl<D: Disk> Drop for Temporary<'_, D> {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nothing more can be done; the error that led here is what the caller gets.
            let _ = self.disk.remove(path);
        }
    }
}
