//! What it costs to run a program.
//!
//! The system reports the peak memory of all children of a process together. It also counts the
//! memory that the parent had when it started a child. So each program is started by a small
//! process of its own, which is this program under a hidden subcommand.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::children::Usage;

/// The options of `measure`.
#[derive(Args)]
pub(crate) struct Options {
    /// The file for the output of the program.
    output: PathBuf,
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// What one run of a program took.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// The exit code, if the program has ended by itself.
    code: Option<i32>,
    pub(crate) wall_seconds: f64,
    /// Processor time, user and system, of the program and its children.
    pub(crate) processor_seconds: f64,
    /// The memory that the greatest of them had resident.
    pub(crate) peak_bytes: u64,
}

#[cfg(test)]
impl Cost {
    /// A run that has kept one processor busy.
    pub(crate) fn for_tests(seconds: f64, peak_bytes: u64) -> Self {
        Self {
            code: Some(0),
            wall_seconds: seconds,
            processor_seconds: seconds,
            peak_bytes,
        }
    }
}

/// Runs a program, and prints what it took.
pub(crate) fn measure(options: &Options) -> Result<()> {
    let cost = cost_of_child(&options.command, &options.output)?;
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}

/// Runs the only child of this process.
fn cost_of_child(command: &[OsString], output: &Path) -> Result<Cost> {
    let (program, arguments) = command.split_first().context("no program")?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(File::create(output)?);
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let wall_seconds = start.elapsed().as_secs_f64();
    let usage = Usage::now()?;
    Ok(Cost {
        code: status.code(),
        wall_seconds,
        processor_seconds: usage.seconds,
        peak_bytes: usage.peak_bytes,
    })
}

/// The exit code of a program that has done its work.
pub(crate) const SUCCESS: &[i32] = &[0];

/// Runs a program in `folder`, with its output to a file. Texts are compared by their bytes.
///
/// Fails with what the program has written to stderr, unless its exit code is one of `codes`.
pub(crate) fn cost(
    command: &[OsString],
    folder: &Path,
    output: &Path,
    codes: &[i32],
) -> Result<Cost> {
    let measured = Command::new(env::current_exe()?)
        .arg("measure")
        .arg(output)
        .arg("--")
        .args(command)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()?;
    let name = command.join(" ".as_ref());
    let errors = String::from_utf8_lossy(&measured.stderr);
    ensure!(measured.status.success(), "{}: {errors}", name.display());
    let cost: Cost = serde_json::from_slice(&measured.stdout)?;
    let is_expected = cost.code.is_some_and(|code| codes.contains(&code));
    ensure!(is_expected, "{}: {errors}", name.display());
    Ok(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_of_a_child_are_measured() {
        let name = format!("leafwise-measure-{}", std::process::id());
        let output = env::temp_dir().join(name);
        let run = |script: &str| {
            let command = ["sh", "-c", script].map(OsString::from);
            cost_of_child(&command, &output).unwrap()
        };
        let cost = run("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $i");
        assert_eq!(std::fs::read(&output).unwrap(), b"20000\n");
        assert!(
            cost.code == Some(0) && cost.processor_seconds > 0.0005,
            "{cost:?}"
        );
        assert!(
            cost.wall_seconds > 0.0005 && cost.peak_bytes > 100_000,
            "{cost:?}"
        );
        assert_eq!(run("exit 3").code, Some(3));
        let missing = [OsString::from("leafwise-no-such-program")];
        assert!(cost_of_child(&missing, &output).is_err());
        std::fs::remove_file(&output).unwrap();
    }
}
