//! The programs, and which of them are installed.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use serde::Serialize;

use crate::operation::Timed;

/// A program: this project's, and those of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Program {
    Duckdb,
    Gawk,
    Grep,
    Leafwise,
    Mawk,
    /// The successor of xsv.
    Qsv,
    Sort,
    Sqlite3,
    Xsv,
}

/// A way to use a program. Ours comes first.
pub(crate) trait Way: Timed {
    fn program(self) -> Program;
}

/// A program that is compared.
#[derive(Serialize)]
pub(crate) struct Installed {
    tool: String,
    version: String,
}

impl Program {
    /// How the system finds it. Ours is at a given path.
    fn path(self, leafwise: &Path) -> &OsStr {
        match self {
            Self::Leafwise => return leafwise.as_os_str(),
            Self::Grep => "grep",
            Self::Mawk => "mawk",
            Self::Gawk => "gawk",
            Self::Sort => "sort",
            Self::Sqlite3 => "sqlite3",
            Self::Duckdb => "duckdb",
            Self::Xsv => "xsv",
            Self::Qsv => "qsv",
        }
        .as_ref()
    }

    /// Where a missing program comes from.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Leafwise => "cargo build --release -p leafwise-cli",
            Self::Grep => "Debian's package grep",
            Self::Mawk => "Debian's package mawk",
            Self::Gawk => "Debian's package gawk",
            Self::Sort => "Debian's package coreutils",
            Self::Sqlite3 => "Debian's package sqlite3",
            Self::Duckdb => "pip install duckdb-cli",
            Self::Xsv => "cargo install xsv",
            Self::Qsv => "cargo install qsv --features feature_capable",
        }
    }

    /// The program's version, or `None` if it is not installed.
    fn version(self, leafwise: &Path) -> Option<String> {
        let option: &[&str] = match self {
            Self::Mawk => &["-W", "version"],
            _ => &["--version"],
        };
        let ran = Command::new(self.path(leafwise)).args(option).output();
        let printed = String::from_utf8_lossy(&ran.ok()?.stdout).into_owned();
        Some(printed.lines().next().unwrap_or_default().to_owned())
    }

    /// The program with these arguments.
    pub(crate) fn with(
        self,
        leafwise: &Path,
        arguments: impl IntoIterator<Item = String>,
    ) -> Vec<OsString> {
        let mut command = vec![self.path(leafwise).to_owned()];
        command.extend(arguments.into_iter().map(OsString::from));
        command
    }
}

/// The `asked` ways, or all if none is, whose programs are installed. The first one, which is ours,
/// is always asked for. Prints what the others lack.
pub(crate) fn installed<W: Way>(asked: &[W], leafwise: &Path) -> (Vec<W>, Vec<Installed>) {
    let (mut ways, mut installed) = (Vec::new(), Vec::new());
    for (index, way) in W::chosen(&[]).into_iter().enumerate() {
        if !asked.is_empty() && !asked.contains(&way) && index > 0 {
            continue;
        }
        let name = way.name();
        match way.program().version(leafwise) {
            Some(version) => {
                println!("{name}: {version}");
                ways.push(way);
                installed.push(Installed {
                    tool: name,
                    version,
                });
            }
            None => println!("{name}: skipped, not installed: {}", way.program().source()),
        }
    }
    (ways, installed)
}
