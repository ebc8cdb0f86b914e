//! `unsafe` occurs only where it is permitted. Clippy checks that each use states its reason.

use crate::Violation;
use crate::source::Source;

/// Where `unsafe` is permitted: folders, which end in a slash, and files.
///
/// The library's first three are its core. The next four turn what the core finds into references,
/// also for the cache-oblivious map. Then come the memory of the collections, the array of the
/// cache-oblivious map, the search of static arrays with their strings, and files that are mapped
/// into memory. The rest are a counting
/// allocator, arrays on huge pages, and tests: a program without std has an allocator, and some do
/// what safe code must survive.
const UNSAFE: [&str; 17] = [
    "src/search/",
    "src/store/",
    "src/tree/",
    "src/iter/cursor.rs",
    "src/iter/entries.rs",
    "src/iter/parts.rs",
    "src/iter/range.rs",
    "src/memory/",
    "src/oblivious/table/",
    "src/oblivious/packed_memory_array/",
    "src/static_collections/s_plus_tree/",
    "src/static_collections/key_array/strings.rs",
    "src/file/mmap.rs",
    "crates/bench/src/memory.rs",
    "crates/bench/src/pages.rs",
    "crates/cli/src/stdout.rs",
    "tests/",
];

const DENY: &str = "#![deny(unsafe_code)]";

/// Finds `unsafe` where it is not permitted.
pub(crate) fn check_unsafe(path: &str, source: &Source) -> Vec<Violation> {
    if is_permitted(path) {
        return Vec::new();
    }
    let tokens = source.tokens();
    let found = tokens.iter().filter(|token| token.text == "unsafe");
    let message = format!(
        "`unsafe` is only permitted in {}: move it there",
        UNSAFE.join(", ")
    );
    found
        .map(|token| Violation {
            line: token.line,
            message: message.clone(),
        })
        .collect()
}

fn is_permitted(path: &str) -> bool {
    UNSAFE
        .iter()
        .any(|place| path == *place || (place.ends_with('/') && path.starts_with(place)))
}

/// Finds modules directly below the root of the library, and roots of programs, that lack the lint
/// against `unsafe` although it is not permitted there.
pub(crate) fn check_deny(path: &str, source: &Source) -> Vec<Violation> {
    let is_program = path.starts_with("crates/") && path.ends_with("/src/main.rs");
    let is_module = path.strip_prefix("src/").is_some_and(|path| {
        path != "lib.rs" && (!path.contains('/') || path.matches("/mod.rs").count() == 1)
    });
    let is_deep = path.matches('/').count() > 2 && !is_program;
    let denies = source.lines.iter().any(|line| line.code.trim() == DENY);
    if (is_program || is_module) && !is_deep && !is_permitted(path) && !denies {
        return vec![Violation {
            line: 0,
            message: format!("add `{DENY}` below the `//!` lines"),
        }];
    }
    Vec::new()
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

    fn misplaced(path: &str, text: &str) -> Vec<usize> {
        lines(check_unsafe(path, &Source::parse(text)))
    }

    fn undenied(path: &str, text: &str) -> bool {
        !check_deny(path, &Source::parse(text)).is_empty()
    }

    #[test]
    fn unsafe_elsewhere_is_found() {
        let text = "fn f() {\n    unsafe { g() }\n}";
        assert_eq!(misplaced("src/map/mod.rs", text), [1]);
        assert_eq!(misplaced("src/searching.rs", text), [1]);
        assert_eq!(misplaced("crates/bench/src/keys.rs", text), [1]);
        assert_eq!(misplaced("src/tree/node.rs", text), []);
        assert_eq!(misplaced("crates/bench/src/memory.rs", text), []);
    }

    #[test]
    fn unsafe_in_words_is_not_code() {
        let text = "#![deny(unsafe_code)]\n// unsafe\nconst TEXT: &str = \"unsafe { }\";";
        assert_eq!(misplaced("src/map/mod.rs", text), []);
    }

    #[test]
    fn missing_denial_is_found() {
        assert!(undenied("src/key.rs", "//! Keys.\n"));
        assert!(undenied(
            "src/map/mod.rs",
            "//! Maps.\n// #![deny(unsafe_code)]\n"
        ));
        assert!(undenied("crates/cli/src/main.rs", "//! A program.\n"));
        assert!(!undenied(
            "src/map/mod.rs",
            "//! Maps.\n#![deny(unsafe_code)]\n"
        ));
        assert!(!undenied("src/map/entry.rs", "//! Its module denies.\n"));
        assert!(!undenied("src/tree/mod.rs", "//! Trees.\n"));
    }
}
