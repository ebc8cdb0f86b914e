//! `unsafe` stands in the named places only, and says why it may.

use crate::Violation;
use crate::source::{Source, Token};

/// Where `unsafe` may stand: folders, which end in a slash, and files.
///
/// The library's first four are its core, the next the array of the cache-oblivious map, the next
/// two the search of static arrays and their texts. The others are a counting allocator, arrays on
/// huge pages, the allocator of a program without std, and tests that do what safe code must
/// survive.
const UNSAFE: [&str; 10] = [
    "src/search/",
    "src/leaf/",
    "src/store/",
    "src/tree/",
    "src/oblivious/packed/",
    "src/fixed/packed/",
    "src/fixed/column/text.rs",
    "crates/bench/src/memory.rs",
    "crates/bench/src/pages.rs",
    "tests/",
];

const DENY: &str = "#![deny(unsafe_code)]";

/// Finds `unsafe` where it may not stand.
pub(crate) fn check_place(path: &str, source: &Source) -> Vec<Violation> {
    if is_unsafe_place(path) {
        return Vec::new();
    }
    let tokens = source.tokens();
    let found = tokens.iter().filter(|token| token.text == "unsafe");
    let message = format!(
        "`unsafe` may only stand in {}: move it there",
        UNSAFE.join(", ")
    );
    found
        .map(|token| Violation {
            line: token.line,
            message: message.clone(),
        })
        .collect()
}

fn is_unsafe_place(path: &str) -> bool {
    UNSAFE
        .iter()
        .any(|place| path == *place || (place.ends_with('/') && path.starts_with(place)))
}

/// Finds modules right below the root of the library, and roots of programs, that let the compiler
/// accept `unsafe` though it may not stand there.
pub(crate) fn check_deny(path: &str, source: &Source) -> Vec<Violation> {
    let is_program = path.starts_with("crates/") && path.ends_with("/src/main.rs");
    let is_module = path.strip_prefix("src/").is_some_and(|path| {
        path != "lib.rs" && (!path.contains('/') || path.matches("/mod.rs").count() == 1)
    });
    let is_deep = path.matches('/').count() > 2 && !is_program;
    let denies = source.lines.iter().any(|line| line.code.trim() == DENY);
    if (is_program || is_module) && !is_deep && !is_unsafe_place(path) && !denies {
        return vec![Violation {
            line: 0,
            message: format!("add `{DENY}` below the `//!` lines"),
        }];
    }
    Vec::new()
}

/// Finds `unsafe` blocks, impls and attributes without `// SAFETY:`, and `unsafe` functions and
/// traits without a `# Safety` section.
pub(crate) fn check_reasons(source: &Source) -> Vec<Violation> {
    let tokens = source.tokens();
    let in_trait_impl = inside_trait_impls(&tokens);
    let mut violations = Vec::new();
    for (at, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text == "unsafe")
    {
        let behind = |distance: usize| tokens.get(at + distance).map_or("", |token| token.text);
        // `unsafe extern "C" fn`: the quotes are two tokens, what they hold is gone.
        let item = if behind(1) == "extern" && behind(4) == "fn" {
            4
        } else {
            1
        };
        let fault = match behind(item) {
            // A type, not an item.
            "fn" if behind(item + 1) == "(" => None,
            // The contract is the trait's.
            "fn" if in_trait_impl[at] => None,
            "fn" | "trait" if !has_section(source, token.line) => {
                Some("without a `# Safety` section: say in its docs what the caller promises")
            }
            "fn" | "trait" => None,
            _ if !has_reason(source, token.line) => {
                Some("without `// SAFETY:` right above: say there why it is sound")
            }
            _ => None,
        };
        if let Some(fault) = fault {
            let message = format!("`unsafe {}` {fault}", behind(item));
            violations.push(Violation {
                line: token.line,
                message,
            });
        }
    }
    violations
}

/// Whether the statement or item on this line has `// SAFETY:` above it or on it.
fn has_reason(source: &Source, line: usize) -> bool {
    let lines = &source.lines;
    if lines[line].comment.contains("SAFETY:") {
        return true;
    }
    let mut above = line;
    while above > 0 {
        above -= 1;
        if lines[above].is_comment() {
            // The whole comment counts, of which this is the last line.
            let comment = lines[..=above]
                .iter()
                .rev()
                .take_while(|line| line.is_comment());
            return comment
                .into_iter()
                .any(|line| line.comment.contains("SAFETY:"));
        }
        let code = lines[above].code.trim_end();
        let ends_before = code.is_empty() || code.ends_with([';', '{', '}', ',']);
        if ends_before && !lines[above].is_attribute() {
            return false;
        }
    }
    false
}

/// Whether the docs of the item on this line have a section `# Safety`.
fn has_section(source: &Source, line: usize) -> bool {
    let above = source.lines[..line].iter().rev();
    above
        .take_while(|line| line.is_comment() || line.is_attribute())
        .any(|line| line.comment.trim_start_matches('/').trim() == "# Safety")
}

/// For each token whether it stands in the block of an `impl .. for ..`.
fn inside_trait_impls(tokens: &[Token<'_>]) -> Vec<bool> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut inside = Vec::with_capacity(tokens.len());
    let mut open: Vec<bool> = Vec::new();
    let mut next_opens_trait_impl = false;
    for at in 0..tokens.len() {
        inside.push(open.contains(&true));
        match text(at) {
            "impl" if at == 0 || matches!(text(at - 1), "}" | ";" | "]" | "{" | "(" | "unsafe") => {
                let head = &tokens[at..];
                let end = head
                    .iter()
                    .position(|token| token.text == "{")
                    .unwrap_or(head.len());
                next_opens_trait_impl =
                    (at..at + end).any(|at| text(at) == "for" && text(at + 1) != "<");
            }
            "{" => open.push(std::mem::take(&mut next_opens_trait_impl)),
            "}" => drop(open.pop()),
            _ => {}
        }
    }
    inside
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
        lines(check_place(path, &Source::parse(text)))
    }

    fn undenied(path: &str, text: &str) -> bool {
        !check_deny(path, &Source::parse(text)).is_empty()
    }

    fn unreasoned(text: &str) -> Vec<usize> {
        lines(check_reasons(&Source::parse(text)))
    }

    #[test]
    fn unsafe_outside_of_its_places_is_found() {
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

    #[test]
    fn blocks_without_a_reason_are_found() {
        assert_eq!(unreasoned("fn f() {\n    unsafe { g() }\n}"), [1]);
        assert_eq!(unreasoned("// Sure.\nlet a = unsafe { g() };"), [1]);
        assert_eq!(
            unreasoned("// SAFETY: sure.\n\nlet a = unsafe { g() };"),
            [2]
        );
        let second = "// SAFETY: sure.\nlet a = unsafe { g() };\nlet b = unsafe { h() };";
        assert_eq!(unreasoned(second), [2]);
        let arms = "// SAFETY: sure.\n1 => unsafe { g() },\n2 => unsafe { h() },";
        assert_eq!(unreasoned(arms), [2]);
        assert_eq!(unreasoned("unsafe impl Send for A {}"), [0]);
        assert_eq!(
            unreasoned("#[unsafe(no_mangle)]\nextern \"C\" fn f() {}"),
            [0]
        );
    }

    #[test]
    fn blocks_with_a_reason_pass() {
        assert_eq!(
            unreasoned("// SAFETY: sure,\n// very.\nlet a = unsafe { g() };"),
            []
        );
        assert_eq!(
            unreasoned("// SAFETY: sure.\nlet a = b\n    && unsafe { g() };"),
            []
        );
        assert_eq!(
            unreasoned("// SAFETY: sure.\n#[cfg(unix)]\nunsafe { g() }"),
            []
        );
        assert_eq!(
            unreasoned("if a { b } else { unsafe { g() } } // SAFETY: sure."),
            []
        );
        assert_eq!(
            unreasoned("// SAFETY: sure.\nunsafe impl Send for A {}"),
            []
        );
    }

    #[test]
    fn functions_and_traits_without_a_section_are_found() {
        assert_eq!(unreasoned("/// Does.\nunsafe fn f() {}"), [1]);
        assert_eq!(
            unreasoned("impl A {\n    pub(crate) unsafe fn f() {}\n}"),
            [1]
        );
        assert_eq!(unreasoned("pub unsafe trait A {}"), [0]);
        assert_eq!(
            unreasoned("/// # Safety\n/// Never.\nfn g() {}\nunsafe extern \"C\" fn f() {}"),
            [3]
        );
        let generic = "impl<F> A<F> where for<'a> F: Fn(&'a u8) {\n    unsafe fn f() {}\n}";
        assert_eq!(unreasoned(generic), [1]);
    }

    #[test]
    fn functions_with_a_section_pass() {
        assert_eq!(
            unreasoned("/// # Safety\n/// Never.\n#[inline]\nunsafe fn f() {}"),
            []
        );
        assert_eq!(unreasoned("impl A for B {\n    unsafe fn f() {}\n}"), []);
        let in_macro = "$(impl A for $b {\n    unsafe fn f() {}\n})*";
        assert_eq!(unreasoned(in_macro), []);
        assert_eq!(unreasoned("type F = unsafe fn(u8);"), []);
    }
}
