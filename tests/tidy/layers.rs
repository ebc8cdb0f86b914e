//! Imports run only downwards through the layers of the library: a module may use only modules that
//! precede it in [`LAYERS`].
//!
//! Every path to the crate's root counts, in a `use` or not, whether by `crate::` or by enough
//! `super::`. The name of a layer must follow. What `lib.rs` re-exports must be imported from the
//! module that defines it, so that this check sees it.

use crate::Violation;
use crate::source::{Source, Token};

/// The modules of the library. Each may use only those before it.
pub(crate) const LAYERS: [&str; 19] = [
    "sealed",
    "key",
    "ordered_bits",
    "error",
    "search",
    "bounds",
    "prefix",
    "iter",
    "layout",
    "memory",
    "store",
    "tree",
    "map",
    "set",
    "index",
    "oblivious",
    "static_collections",
    "file",
    "interop",
];

/// Checks one file of the library.
///
/// `path` is relative to `src`, such as `tree/node.rs`. `lib.rs` is above all layers and may use
/// all of them.
pub(crate) fn check(path: &str, source: &Source) -> Vec<Violation> {
    if path == "lib.rs" {
        return Vec::new();
    }
    let mut modules: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    if modules.last() == Some(&"mod") {
        modules.pop();
    }
    let Some(own) = LAYERS.iter().position(|layer| *layer == modules[0]) else {
        let message = format!("`{}` is not in LAYERS: add it there", modules[0]);
        return vec![Violation { line: 0, message }];
    };
    let tokens = source.tokens();
    let mut violations = Vec::new();
    for (name, line) in names_at_the_root(&tokens, modules.len()) {
        let message = match LAYERS.iter().position(|layer| *layer == name) {
            Some(layer) if layer <= own => continue,
            Some(_) => format!(
                "`{}` must not use `{name}`, which follows it in LAYERS: \
                 reverse the dependency or move the code",
                LAYERS[own]
            ),
            None => format!("`{name}` is not a layer: name the module that defines it"),
        };
        violations.push(Violation { line, message });
    }
    violations
}

/// The names that follow the crate's root in all paths of a file whose module is `depth` below the
/// root.
fn names_at_the_root<'a>(tokens: &[Token<'a>], depth: usize) -> Vec<(&'a str, usize)> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let is_path = |at: usize| text(at) == ":" && text(at + 1) == ":";
    let mut names = Vec::new();
    // Open braces, and whether each is that of a module.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut below = depth + open.iter().filter(|is_module| **is_module).count();
        match text(at) {
            "{" => open.push(at >= 2 && text(at - 2) == "mod"),
            "}" => drop(open.pop()),
            "crate" if text(at + 1) == "as" => names.push(("crate as", tokens[at].line)),
            "crate" if is_path(at + 1) => collect_names(tokens, at + 3, &mut names),
            "super" if is_path(at + 1) => {
                below -= 1;
                while below > 0 && text(at + 3) == "super" && is_path(at + 4) {
                    at += 3;
                    below -= 1;
                }
                if below == 0 {
                    collect_names(tokens, at + 3, &mut names);
                }
            }
            _ => {}
        }
        at += 1;
    }
    names
}

/// Collects the name at `at`, or the first name of each path in a group `{a, b::c, d::{e}}`.
fn collect_names<'a>(tokens: &[Token<'a>], at: usize, names: &mut Vec<(&'a str, usize)>) {
    let Some(first) = tokens.get(at) else { return };
    if first.text != "{" {
        names.push((first.text, first.line));
        return;
    }
    let mut depth = 0_usize;
    let mut is_first = false;
    for token in &tokens[at..] {
        match token.text {
            "{" => {
                depth += 1;
                is_first = depth == 1;
            }
            "}" if depth == 1 => return,
            "}" => depth -= 1,
            "," => is_first = depth == 1,
            name if is_first => {
                names.push((name, token.line));
                is_first = false;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<usize> {
        let faults = check(path, &Source::parse(text));
        faults.into_iter().map(|fault| fault.line).collect()
    }

    #[test]
    fn downward_imports_pass() {
        let text = "use crate::{key::{self, Key}, search};\nuse super::Gap;\ncrate::layout::f();";
        assert_eq!(faults("tree/node.rs", text), []);
        assert_eq!(faults("set/mod.rs", "use crate::map::BPlusTreeMap;"), []);
        assert_eq!(faults("tree/mod.rs", "use crate::tree::node::Leaf;"), []);
        assert_eq!(faults("lib.rs", "pub use crate::set::BPlusTreeSet;"), []);
    }

    #[test]
    fn upward_imports_are_found() {
        assert_eq!(faults("map/mod.rs", "\nuse crate::set::BPlusTreeSet;"), [1]);
        assert_eq!(faults("search/sse2.rs", "use crate::layout::Split;"), [0]);
        assert_eq!(
            faults("layout/area.rs", "fn f() {\n    crate::store::f()\n}"),
            [1]
        );
        assert_eq!(
            faults(
                "key.rs",
                "use crate::{\n    key,\n    bounds::{self, check},\n};"
            ),
            [2]
        );
    }

    #[test]
    fn supers_are_followed_to_the_root() {
        assert_eq!(
            faults("store/slab.rs", "use super::super::tree::Tree;"),
            [0]
        );
        assert_eq!(faults("store/mod.rs", "use super::{layout, tree};"), [0]);
        assert_eq!(faults("store/slab.rs", "use super::tree::Tree;"), []);
        assert_eq!(
            faults(
                "store/slab.rs",
                "mod tests {\n    use super::super::tree;\n}"
            ),
            []
        );
        let deep = "mod tests {\n    use super::super::super::tree;\n}\nuse super::super::map;";
        assert_eq!(faults("store/slab.rs", deep), [1, 3]);
        assert_eq!(faults("key.rs", "mod tests {\n    use super::*;\n}"), []);
    }

    #[test]
    fn evasions_are_found() {
        assert_eq!(faults("tree/mod.rs", "use crate::BPlusTreeMap;"), [0]);
        assert_eq!(faults("tree/mod.rs", "use crate::*;"), [0]);
        assert_eq!(faults("tree/mod.rs", "use crate as root;"), [0]);
        assert_eq!(faults("extra/mod.rs", ""), [0]);
    }

    #[test]
    fn comments_import_nothing() {
        assert_eq!(
            faults(
                "tree/mod.rs",
                "/// [`get`](crate::BPlusTreeMap::get)\nfn f() {}"
            ),
            []
        );
    }
}
