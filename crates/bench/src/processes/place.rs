//! Where the programs are, and where they run.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::program::Program;

/// The options for what is measured where.
#[derive(Args)]
pub(crate) struct Place {
    /// The program to measure [default: the one in the folder of this program]
    #[arg(long, value_name = "PATH")]
    leafwise: Option<PathBuf>,
    /// The folder for the table of random rows, which is kept for further runs, and for what the
    /// programs write. Only one run at a time may use it. [default: one in the system's folder of
    /// temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Place {
    /// The absolute path of our program.
    pub(crate) fn our_program(&self) -> Result<PathBuf> {
        let own = std::env::current_exe()?;
        let beside = own.with_file_name(format!("leafwise{}", std::env::consts::EXE_SUFFIX));
        let path = self.leafwise.as_deref().unwrap_or(&beside);
        fs::canonicalize(path).with_context(|| {
            let build = Program::Leafwise.source();
            format!("no program {}: {build}, or --leafwise PATH", path.display())
        })
    }

    /// The absolute path of the folder that the programs run in, which is made.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        let by_default = || std::env::temp_dir().join("leafwise-bench");
        let folder = self.folder.clone().unwrap_or_else(by_default);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::canonicalize(&folder))
            .with_context(|| format!("cannot make the folder {}", folder.display()))
    }
}
