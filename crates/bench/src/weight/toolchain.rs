//! The library and the programs, compiled as a user's cargo compiles them.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The text of both programs, without the line that imports the map.
const PROGRAM: &str = include_str!("../../programs/four_maps.rs");

/// Cargo's own defaults, whatever the profiles of the library's workspace are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Profile {
    pub(crate) const ALL: [Self; 2] = [Self::Dev, Self::Release];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// The folder that cargo builds into.
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }

    /// The options for rustc.
    fn codegen(self) -> &'static [&'static str] {
        match self {
            Self::Dev => &["-Copt-level=0", "-Cdebuginfo=2"],
            Self::Release => &["-Copt-level=3"],
        }
    }
}

/// The map that a program uses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Side {
    Std,
    Ours,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Std, Self::Ours];

    fn name(self) -> &'static str {
        match self {
            Self::Std => "std",
            Self::Ours => "ours",
        }
    }

    fn import(self) -> &'static str {
        match self {
            Self::Std => "use std::collections::BTreeMap as Map;",
            Self::Ours => "use leafwise::BPlusTreeMap as Map;",
        }
    }
}

/// A checkout of the library, and a folder for its build products.
pub(crate) struct Workshop {
    source: PathBuf,
    folder: PathBuf,
}

impl Workshop {
    /// Writes the programs to a folder next to this program, one per `source`.
    pub(crate) fn new(source: &Path) -> Result<Self> {
        let source = fs::canonicalize(source)
            .with_context(|| format!("no checkout of the library: {}", source.display()))?;
        let mut hasher = DefaultHasher::new();
        source.hash(&mut hasher);
        let own = env::current_exe()?;
        let beside = own.parent().context("a program is in a folder")?;
        let folder = beside.join(format!("weight/{:016x}", hasher.finish()));
        fs::create_dir_all(&folder)?;
        for side in Side::BOTH {
            let text = format!("{PROGRAM}\n{}\n", side.import());
            fs::write(folder.join(side.name()).with_extension("rs"), text)?;
        }
        Ok(Self { source, folder })
    }

    /// Builds the library with its default features.
    pub(crate) fn build_library(&self, profile: Profile) -> Result<()> {
        let mut cargo = Command::new(tool("CARGO", "cargo"));
        cargo
            .args(["build", "--quiet", "--package", "leafwise", "--profile"])
            .arg(profile.name())
            .arg("--manifest-path")
            .arg(self.source.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", &self.folder)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "2")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        let status = cargo.status().context("cannot run cargo")?;
        ensure!(status.success(), "the library does not build: {status}");
        Ok(())
    }

    /// Compiles a program, which requires a built library.
    pub(crate) fn compile(&self, side: Side, profile: Profile) -> Command {
        let built = self.folder.join(profile.folder());
        let mut library = OsString::from("leafwise=");
        library.push(built.join("libleafwise.rlib"));
        let mut rustc = Command::new(tool("RUSTC", "rustc"));
        rustc
            .args(["--edition", "2024"])
            .args(profile.codegen())
            .arg(self.folder.join(side.name()).with_extension("rs"))
            .arg("-o")
            .arg(self.program(side, profile))
            .arg("-L")
            .arg(dependencies(&built))
            .arg("--extern")
            .arg(library);
        rustc
    }

    /// The same, but without symbols and debug information.
    pub(crate) fn compile_stripped(&self, side: Side, profile: Profile) -> Command {
        let mut rustc = self.compile(side, profile);
        rustc.arg("-Cstrip=symbols");
        rustc
    }

    /// The path of a compiled program.
    pub(crate) fn program(&self, side: Side, profile: Profile) -> PathBuf {
        self.folder
            .join(format!("{}-{}", side.name(), profile.name()))
    }
}

fn dependencies(built: &Path) -> OsString {
    let mut path = OsString::from("dependency=");
    path.push(built.join("deps"));
    path
}

/// The compiler that compiled this, if cargo reports it.
fn tool(variable: &str, name: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| name.into())
}
