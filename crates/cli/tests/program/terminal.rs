//! What changes on a terminal.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Child, Stdio};

use crate::common::{TestFile, leafwise};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// A terminal of 80 columns: the side of the person, and the side that a program writes to.
pub(crate) fn terminal() -> (File, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(person.as_fd(), size).unwrap();
    let program = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    (File::from(person), program)
}

/// Everything that is written until the program ends.
fn watch(mut person: File, mut child: Child) -> String {
    let mut seen = Vec::new();
    // On Linux this ends with an error, since the other side is closed.
    let _ = person.read_to_end(&mut seen);
    child.wait().unwrap();
    String::from_utf8(seen).unwrap().replace("\r\n", "\n")
}

#[test]
fn rows_are_an_aligned_table() {
    let table = TestFile::csv("k,name\n10,ten\n9,nine\n");
    let (person, program) = terminal();
    let child = leafwise(&["range", table.path(), "k", ".."])
        .stdout(program)
        .spawn()
        .unwrap();
    assert_eq!(
        watch(person, child),
        " k  name\n────────\n 9  nine\n10  ten\n"
    );
}

#[test]
fn a_table_fits_the_terminal() {
    let words = "日本 und andere ".repeat(12);
    let table = TestFile::csv(format!("k,text\n1,{words}\n-2000000,é\n"));
    let (person, program) = terminal();
    let child = leafwise(&["range", table.path(), "k", ".."])
        .stdout(program)
        .spawn()
        .unwrap();
    let seen = watch(person, child);
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines[..1], ["       k  text"]);
    assert!(
        lines[2] == "-2000000  é" && lines[3].starts_with("       1  日本 und"),
        "{seen}"
    );
    let wide = |c: char| {
        if ('\u{3000}'..'\u{a000}').contains(&c) {
            2
        } else {
            1
        }
    };
    for line in &lines {
        assert!(line.chars().map(wide).sum::<usize>() <= 80, "{line}");
    }
    let text: Vec<&str> = lines[3..].iter().map(|line| &line[10..]).collect();
    assert_eq!(text.join(" ").split_whitespace().count(), 3 * 12);
}

#[test]
fn a_requested_format_wins() {
    let table = TestFile::csv("k,name\n10,ten\n");
    let (person, program) = terminal();
    let child = leafwise(&["get", table.path(), "k", "10", "--format", "csv"])
        .stdout(program)
        .spawn()
        .unwrap();
    assert_eq!(watch(person, child), "k,name\n10,ten\n");
}

#[test]
fn only_a_large_table_shows_its_progress() {
    let progress = |rows: usize| {
        let row = format!("7,{}\n", "x".repeat(1_000));
        let table = TestFile::csv(format!("k,v\n{}", row.repeat(rows)));
        let (person, program) = terminal();
        let child = leafwise(&["get", table.path(), "k", "8"])
            .stdout(Stdio::null())
            .stderr(program)
            .spawn()
            .unwrap();
        watch(person, child)
    };
    assert!(progress(17_000).contains("reading"));
    assert_eq!(progress(1_000), "");
    // Nor does a large one, if stderr is no terminal.
    let row = format!("7,{}\n", "x".repeat(1_000));
    let table = TestFile::csv(format!("k,v\n{}", row.repeat(17_000)));
    table.get(&["k", "8"]).finds_nothing("k,v");
}
