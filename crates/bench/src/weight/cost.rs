//! The cost of running another program.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

use crate::children::Usage;

/// The output of a program and its processor time.
pub(crate) struct Ran {
    pub(crate) output: Vec<u8>,
    pub(crate) seconds: f64,
}

/// Runs a program to its end. No other child may run meanwhile.
pub(crate) fn run(command: &mut Command) -> Result<Ran> {
    let before = Usage::now()?.seconds;
    let output = finish(command)?.stdout;
    let seconds = Usage::now()?.seconds - before;
    Ok(Ran { output, seconds })
}

/// The number of instructions that a program executes, if valgrind is available to count them.
pub(crate) fn instructions(program: &Path) -> Result<Option<f64>> {
    let mut valgrind = Command::new("valgrind");
    if !valgrind
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        return Ok(None);
    }
    let mut counting = Command::new("valgrind");
    counting
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program);
    let output = finish(&mut counting)?;
    let text = String::from_utf8_lossy(&output.stderr);
    let count = collected(&text).with_context(|| format!("valgrind counted nothing:\n{text}"))?;
    Ok(Some(count))
}

/// Extracts the count from callgrind's output.
fn collected(text: &str) -> Option<f64> {
    let counts = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    counts.and_then(|(_, count)| count.trim().parse().ok())
}

/// Returns the output of a program, which must succeed.
fn finish(command: &mut Command) -> Result<Output> {
    let name = command.get_program().to_owned();
    let name = OsStr::to_string_lossy(&name);
    let output = command
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{name}: {}\n{errors}", output.status);
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_of_children_is_counted() {
        let ran = run(Command::new("sh").args([
            "-c",
            "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $i",
        ]));
        let ran = ran.unwrap();
        assert_eq!(ran.output, b"20000\n");
        assert!(ran.seconds > 0.0005, "{}", ran.seconds);
        assert!(run(&mut Command::new("false")).is_err());
    }

    #[test]
    fn counts_are_found() {
        let text = "==1== Events    : Ir\n==1== Collected : 152000\n==1== \n";
        assert_eq!(collected(text), Some(152_000.0));
        assert_eq!(collected("==1== nothing"), None);
    }
}
