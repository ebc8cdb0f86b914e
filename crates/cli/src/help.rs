//! `leafwise completions` and `leafwise man`: what a shell and `man` know about the command line.

use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::error::Error;
use crate::location::shown_path;
use crate::rules::RULES;

/// Prints the script for a shell.
pub(crate) fn completions(shell: Shell) -> Result<(), Error> {
    // The generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "leafwise", &mut script);
    io::stdout().write_all(&script).map_err(Error::Write)
}

/// Writes a page for the program, and one for each command.
pub(crate) fn man(folder: &Path) -> Result<(), Error> {
    // The page of the rules has them all, as their help does.
    let command = Arguments::command().mut_subcommand("rules", |rules| rules.after_help(RULES));
    let write = || {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(command, folder)
    };
    write().map_err(|cause| Error::Man {
        folder: shown_path(folder),
        cause,
    })
}
