//! The form of files: how they open, how wide they are, and what no finished file contains.

use crate::Violation;
use crate::source::Source;

/// Columns of a line of source.
const WIDTH: usize = 100;

/// Top-level folders of somebody's machine.
const MACHINE: [&str; 6] = ["home", "root", "Users", "work", "tmp", "mnt"];

/// Folders in which all inlining is forced: code with instructions that only some processors have
/// must be inlined into the function that enables them.
const INLINED: [&str; 2] = ["src/search/", "src/static_collections/"];

/// Words with which a comment postpones work.
const PUT_OFF: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// Finds a source file that does not open with `//!`, and lines that are too wide.
pub(crate) fn check_form(text: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    if !text.starts_with("//!") {
        let message = "open the file with `//!`: what it is for, its invariants".to_string();
        violations.push(Violation { line: 0, message });
    }
    for (line, content) in text.lines().enumerate() {
        let width = content.chars().count();
        if width > WIDTH {
            let message = format!("{width} columns: break the line at {WIDTH}");
            violations.push(Violation { line, message });
        }
    }
    violations
}

/// Finds what no finished source file contains.
pub(crate) fn check_finished(source: &Source) -> Vec<Violation> {
    let tokens = source.tokens();
    let mut violations = Vec::new();
    for window in tokens.windows(3) {
        let [first, second, third] = [window[0].text, window[1].text, window[2].text];
        if (first, second, third) == ("#", "[", "ignore") {
            violations.push(Violation {
                line: window[0].line,
                message: "`#[ignore]`: let the test run, or remove it".to_string(),
            });
        }
    }
    for (line, content) in source.lines.iter().enumerate() {
        let mut words = content
            .comment
            .split(|character: char| !character.is_alphanumeric());
        if let Some(word) = words.find(|word| PUT_OFF.contains(word)) {
            let message = format!("`{word}`: do it, or describe what is missing");
            violations.push(Violation { line, message });
        }
        if content.comment.contains("```ignore") {
            let message =
                "an example that is not compiled: let it run, or make it text".to_string();
            violations.push(Violation { line, message });
        }
    }
    violations
}

/// Finds forced inlining in the library without a reason, which is a comment on the line above or
/// on the same line.
pub(crate) fn check_inlining(path: &str, source: &Source) -> Vec<Violation> {
    if !path.starts_with("src/") || INLINED.iter().any(|folder| path.starts_with(folder)) {
        return Vec::new();
    }
    let has_reason = |line: usize| {
        let comment = source.lines[line].comment.trim_start();
        comment.starts_with("//") && !comment.starts_with("///")
    };
    let forced = source.lines.iter().enumerate();
    let forced = forced.filter(|(_, content)| content.code.contains("inline(always)"));
    forced
        .filter(|&(line, _)| !has_reason(line) && !line.checked_sub(1).is_some_and(has_reason))
        .map(|(line, _)| Violation {
            line,
            message:
                "`#[inline(always)]`: name the measurement that justifies it in a comment above"
                    .to_string(),
        })
        .collect()
}

/// Finds absolute paths of a machine, in comments and literals as well.
pub(crate) fn check_paths(text: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (line, content) in text.lines().enumerate() {
        if let Some(path) = machine_path(content) {
            let message = format!("`{path}` is a path of one machine: make it relative");
            violations.push(Violation { line, message });
        }
    }
    violations
}

/// Returns the start of a machine's path on this line. A slash within a word (a URL, a relative
/// path) does not start one.
fn machine_path(line: &str) -> Option<&str> {
    for (at, separator) in line.match_indices(['/', '\\']) {
        let is_start = match line[..at].chars().next_back() {
            Some(':') => separator == "\\",
            Some(before) => !before.is_alphanumeric() && !"._-/\\~$})>*".contains(before),
            None => true,
        };
        let rest = &line[at + 1..];
        let end = rest.find(['/', '\\']);
        if is_start && end.is_some_and(|end| MACHINE.contains(&&rest[..end])) {
            return Some(&line[at..at + end? + 2]);
        }
    }
    None
}

/// Checks that the README opens with `commands`: its first lines with `cargo` must be these.
pub(crate) fn check_readme(text: &str, commands: [&str; 2]) -> Vec<Violation> {
    let mut shown = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("cargo "));
    let mut violations = Vec::new();
    for command in commands {
        let (line, found) = shown.next().unwrap_or_default();
        if found != command {
            violations.push(Violation {
                line,
                message: format!("show `{command}` here first"),
            });
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(violations: Vec<Violation>) -> Vec<usize> {
        violations
            .into_iter()
            .map(|violation| violation.line)
            .collect()
    }

    fn unfinished(text: &str) -> Vec<usize> {
        lines(check_finished(&Source::parse(text)))
    }

    #[test]
    fn a_missing_opening_is_found() {
        assert_eq!(lines(check_form("// Not docs.\nfn f() {}\n")), [0]);
        assert_eq!(lines(check_form("//! Docs.\n")), []);
    }

    #[test]
    fn wide_lines_are_found() {
        let fits = "ä".repeat(WIDTH - 4);
        assert_eq!(lines(check_form(&format!("//! {fits}\n"))), []);
        assert_eq!(lines(check_form(&format!("//! Docs.\n//! {fits}ä\n"))), [1]);
    }

    #[test]
    fn unfinished_code_is_found() {
        assert_eq!(unfinished("#[test]\n#[ignore = \"slow\"]\nfn f() {}"), [1]);
        assert_eq!(unfinished("/// ```ignore\n/// f();\n/// ```"), [0]);
        assert_eq!(unfinished("// TODO: more"), [0]);
        assert_eq!(unfinished("let ignore = \"TODO\"; // let it be done"), []);
    }

    #[test]
    fn forced_inlining_without_a_reason_is_found() {
        let inlining = |path, text| lines(check_inlining(path, &Source::parse(text)));
        let bare = "fn a() {}\n/// Docs.\n#[inline(always)]\nfn b() {}";
        assert_eq!(inlining("src/tree/mod.rs", bare), [2]);
        assert_eq!(inlining("src/search/avx2.rs", bare), []);
        let reason =
            "/// Docs.\n// A look-up takes twice as long without.\n#[inline(always)]\nfn b() {}";
        assert_eq!(inlining("src/tree/mod.rs", reason), []);
        assert_eq!(inlining("src/tree/mod.rs", "#[inline]\nfn b() {}"), []);
    }

    #[test]
    fn machine_paths_are_found() {
        for folder in MACHINE {
            assert_eq!(
                lines(check_paths(&format!("fine\nlet a = \"/{folder}/a\";"))),
                [1]
            );
            assert_eq!(lines(check_paths(&format!("/{folder}/a"))), [0]);
            assert_eq!(lines(check_paths(&format!("see data/{folder}/a"))), []);
            assert_eq!(
                lines(check_paths(&format!("https://host.org/{folder}/a"))),
                []
            );
        }
        assert_eq!(lines(check_paths(&["C:", "Users", "a"].join("\\"))), [0]);
        assert_eq!(lines(check_paths("#!/usr/bin/env bash")), []);
    }

    #[test]
    fn a_different_opening_of_the_readme_is_found() {
        let commands = ["cargo run", "cargo test"];
        assert_eq!(
            lines(check_readme("# A\ncargo run\n\ncargo test\n", commands)),
            []
        );
        assert_eq!(
            lines(check_readme("cargo test\ncargo run\n", commands)),
            [0, 1]
        );
        assert_eq!(lines(check_readme("cargo run\n", commands)), [0]);
        assert_eq!(
            lines(check_readme("cargo run # fast\ncargo test", commands)),
            [0]
        );
    }
}
