//! Replaces a file by a new one such that, whatever happens, one of the two is there, and whole.
//!
//! The new file is written in the folder of the old one, flushed to the disk, and renamed; then the
//! folder is flushed, so that the new name survives a power failure too. Where the system can
//! (Linux, on most file systems), the new file has no name while it is written: nothing is left of
//! it if the program ends, however it does. Only if it is killed between giving the whole file a
//! name and renaming it, the file stays under the first name, which ends in `.tmp`.

use alloc::format;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is done to the disk.
trait Disk {
    type File: Write;

    /// Makes a file, under this name or without one.
    fn create(&mut self, path: &Path) -> io::Result<Self::File>;
    fn sync(&mut self, file: &mut Self::File) -> io::Result<()>;
    /// Gives a file this name unless it has it.
    fn name(&mut self, file: Self::File, path: &Path) -> io::Result<()>;
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    fn sync_folder(&mut self, path: &Path) -> io::Result<()>;
}

/// Tells the temporary files of one process apart.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Replaces the file at `path` by what `write` writes, or makes it. After an error, and if `write`
/// panics, the old file is there as it was, and nothing of the new one.
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
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut temporary_name = name.to_os_string();
    temporary_name.push(format!(".{}-{number}.tmp", process::id()));
    let folder = folder_of(path);
    let path_new = folder.join(temporary_name);
    // One that was killed may have left it: processes get the same number again, always in
    // containers.
    let _ = disk.remove(&path_new);
    let file = disk.create(&path_new)?;
    let mut temporary = Temporary {
        disk,
        path: Some(path_new),
    };
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.disk.sync(&mut file)?;
    temporary.become_file(file, path)?;
    Ok(temporary.disk.sync_folder(folder)?)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file that is removed unless it has been renamed.
struct Temporary<'d, D: Disk> {
    disk: &'d mut D,
    path: Option<PathBuf>,
}

impl<D: Disk> Temporary<'_, D> {
    fn become_file(&mut self, file: D::File, path: &Path) -> io::Result<()> {
        if let Some(path_new) = &self.path {
            self.disk.name(file, path_new)?;
            self.disk.rename(path_new, path)?;
            self.path = None;
        }
        Ok(())
    }
}

impl<D: Disk> Drop for Temporary<'_, D> {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // It may have had no name. Otherwise the error that led here is what the caller gets.
            let _ = self.disk.remove(path);
        }
    }
}

struct FileSystem;

/// A file of the system.
struct NewFile {
    file: File,
    has_name: bool,
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Disk for FileSystem {
    type File = NewFile;

    fn create(&mut self, path: &Path) -> io::Result<NewFile> {
        if let Some(file) = without_name(folder_of(path)) {
            return Ok(NewFile {
                file,
                has_name: false,
            });
        }
        Ok(NewFile {
            file: File::create_new(path)?,
            has_name: true,
        })
    }

    fn sync(&mut self, file: &mut NewFile) -> io::Result<()> {
        file.file.sync_all()
    }

    fn name(&mut self, file: NewFile, path: &Path) -> io::Result<()> {
        match file.has_name {
            true => Ok(()),
            false => link(&file.file, path),
        }
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

/// A file without a name in a folder, if it can be given one later.
#[cfg(target_os = "linux")]
fn without_name(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    // Its name will be made by way of this folder.
    if !Path::new("/proc/self/fd").is_dir() {
        return None;
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    open(folder, flags, Mode::from_raw_mode(0o666))
        .ok()
        .map(File::from)
}

/// Gives a name to a file without one.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn without_name(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    /// What a file contains, and what of it is certainly on the disk.
    #[derive(Clone, Default)]
    struct Content {
        written: Vec<u8>,
        synced: Vec<u8>,
    }

    /// A disk in memory that fails at an operation, as at a power failure.
    #[derive(Default)]
    struct FailingDisk {
        files: Vec<Content>,
        /// Which file a name leads to, now and certainly on the disk.
        names: BTreeMap<PathBuf, usize>,
        synced_names: BTreeMap<PathBuf, usize>,
        has_names_at_once: bool,
        operations_left: usize,
    }

    /// Shared, as a file and the disk write to it in turns.
    type Shared = std::rc::Rc<core::cell::RefCell<FailingDisk>>;

    struct InMemory {
        disk: Shared,
        number: usize,
    }

    impl FailingDisk {
        fn operate(&mut self) -> io::Result<()> {
            match self.operations_left.checked_sub(1) {
                Some(left) => {
                    self.operations_left = left;
                    Ok(())
                }
                None => Err(io::ErrorKind::StorageFull.into()),
            }
        }
    }

    impl Write for InMemory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut disk = self.disk.borrow_mut();
            disk.operate()?;
            // Some at a time, so that there are many places to fail at.
            let count = bytes.len().min(1000);
            disk.files[self.number]
                .written
                .extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Disk for Shared {
        type File = InMemory;

        fn create(&mut self, path: &Path) -> io::Result<InMemory> {
            let mut disk = self.borrow_mut();
            disk.operate()?;
            let number = disk.files.len();
            disk.files.push(Content::default());
            if disk.has_names_at_once {
                disk.names.insert(path.into(), number);
            }
            Ok(InMemory {
                disk: self.clone(),
                number,
            })
        }

        fn sync(&mut self, file: &mut InMemory) -> io::Result<()> {
            let mut disk = self.borrow_mut();
            disk.operate()?;
            let content = &mut disk.files[file.number];
            content.synced = content.written.clone();
            Ok(())
        }

        fn name(&mut self, file: InMemory, path: &Path) -> io::Result<()> {
            let mut disk = self.borrow_mut();
            disk.operate()?;
            disk.names.insert(path.into(), file.number);
            Ok(())
        }

        fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
            let mut disk = self.borrow_mut();
            disk.operate()?;
            let number = disk.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
            disk.names.insert(to.into(), number);
            Ok(())
        }

        fn remove(&mut self, path: &Path) -> io::Result<()> {
            let mut disk = self.borrow_mut();
            disk.names.remove(path);
            Ok(())
        }

        fn sync_folder(&mut self, _: &Path) -> io::Result<()> {
            let mut disk = self.borrow_mut();
            disk.operate()?;
            disk.synced_names = disk.names.clone();
            Ok(())
        }
    }

    #[test]
    fn a_failure_at_any_operation_leaves_the_old_file_or_the_new_one() {
        let path = Path::new("folder/file");
        let (old, new) = ([1_u8; 300], [2_u8; 20_000]);
        for has_names_at_once in [false, true] {
            let mut outcomes = [0, 0];
            for operations_left in 0.. {
                let mut disk = FailingDisk {
                    has_names_at_once,
                    operations_left,
                    ..FailingDisk::default()
                };
                disk.files.push(Content {
                    written: old.into(),
                    synced: old.into(),
                });
                disk.names.insert(path.into(), 0);
                disk.synced_names = disk.names.clone();
                let mut disk = Shared::new(disk.into());
                let result = replace_on(&mut disk, path, |out| out.write_all(&new));
                let disk = disk.borrow();
                // After the failure of an operation, the program goes on, or the power is gone; of
                // names that are not on the disk for certain, any may be.
                let [now, after] = [&disk.names, &disk.synced_names].map(|names| names[path]);
                assert!(disk.files[now].written == old || disk.files[now].synced == new);
                assert!(disk.files[after].synced == old || disk.files[after].synced == new);
                assert_eq!(disk.names.len(), 1, "a temporary file is left");
                outcomes[usize::from(disk.files[now].synced == new)] += 1;
                if result.is_ok() {
                    assert_eq!(disk.files[after].synced, new);
                    break;
                }
            }
            assert!(outcomes[0] > 20 && outcomes[1] > 0);
        }
    }

    #[test]
    fn files_are_made_and_replaced_and_nothing_is_left_of_failures() {
        let folder = std::env::temp_dir().join(format!("leafwise-replace-{}", process::id()));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("file");
        for text in ["one", "another"] {
            replace(&path, |out| out.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            let failure = replace(&path, |out| {
                out.write_all(b"half")?;
                Err(io::Error::from(io::ErrorKind::Interrupted))
            });
            assert!(failure.is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            let names = fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name());
            let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
            assert_eq!(names, ["file"]);
        }
        // Of a process with the same number, which was killed.
        let number = NUMBER.load(Ordering::Relaxed);
        for left in number..number + 100 {
            let name = format!("file.{}-{left}.tmp", process::id());
            fs::write(folder.join(name), "half").unwrap();
        }
        replace(&path, |out| out.write_all(b"the third")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "the third");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 100);
        assert!(replace(&folder.join("gone/file"), |_| io::Result::Ok(())).is_err());
        assert!(replace(Path::new("/"), |_| io::Result::Ok(())).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
