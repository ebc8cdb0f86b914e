//! Shared by the suites: tables in files, and runs of the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A file that is deleted when the test ends.
pub(crate) struct TestFile {
    path: PathBuf,
}

impl TestFile {
    /// Creates a file whose name ends with `name`, which gives its extension.
    pub(crate) fn new(name: &str, bytes: impl AsRef<[u8]>) -> TestFile {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let unique = format!("{}-{count}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        fs::write(&path, bytes).unwrap();
        TestFile { path }
    }

    pub(crate) fn csv(bytes: impl AsRef<[u8]>) -> TestFile {
        TestFile::new("table.csv", bytes)
    }

    pub(crate) fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// `leafwise COMMAND FILE ARGUMENTS...`
    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Run {
        run(&[&[command, self.path()], arguments].concat())
    }

    /// `leafwise get FILE ARGUMENTS...`
    pub(crate) fn get(&self, arguments: &[&str]) -> Run {
        self.run("get", arguments)
    }

    /// `leafwise range FILE ARGUMENTS...`
    pub(crate) fn range(&self, arguments: &[&str]) -> Run {
        self.run("range", arguments)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The outcome of a run of the program.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Run {
    /// Asserts that rows were found: these lines, header first, and nothing on stderr.
    #[track_caller]
    pub(crate) fn prints(&self, lines: &[&str]) {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{self:?}");
        assert_eq!(self.text(), joined(lines));
    }

    /// Asserts that rows were found, and a note of one line that contains these parts.
    #[track_caller]
    pub(crate) fn prints_with_note(&self, lines: &[&str], parts: &[&str]) {
        assert_eq!(
            (self.code, self.text()),
            (0, &joined(lines)[..]),
            "{self:?}"
        );
        self.notes(parts);
    }

    /// Asserts one line on stderr, a note that contains these parts.
    #[track_caller]
    pub(crate) fn notes(&self, parts: &[&str]) {
        let is_note = self.stderr.starts_with("leafwise: note: ");
        assert!(is_note && self.stderr.lines().count() == 1, "{self:?}");
        self.says(parts);
    }

    /// Asserts that nothing was found: the header alone.
    #[track_caller]
    pub(crate) fn finds_nothing(&self, header: &str) {
        assert_eq!((self.code, self.stderr.as_str()), (1, ""), "{self:?}");
        assert_eq!(self.text(), joined(&[header]));
    }

    /// Asserts an error: a message that contains these parts, and nothing printed.
    #[track_caller]
    pub(crate) fn fails(&self, parts: &[&str]) {
        assert_eq!((self.code, self.text()), (2, ""), "{self:?}");
        self.says(parts);
    }

    /// Asserts a message with these parts, whatever the exit code.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no {part:?} in {:?}",
                self.stderr
            );
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program, not yet started.
pub(crate) fn leafwise(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leafwise"));
    command.args(arguments).stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    leafwise(arguments).output().unwrap().into()
}

/// Runs the program with standard input.
pub(crate) fn run_with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = leafwise(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Small enough for the pipe, so that writing does not block.
    assert!(input.len() < 4096);
    // The program may have refused its arguments and ended already.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap().into()
}
