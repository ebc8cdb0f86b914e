//! The project's rules that neither the compiler nor clippy checks.
//!
//! Each rule is a function that takes the text of a file and returns its violations. The tests here
//! apply it to all files of the repository; the unit tests next to it make sure that it finds
//! violations at all.

mod form;
mod layers;
mod safety;
mod source;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

/// A violation, and its line, from 0.
struct Violation {
    line: usize,
    message: String,
}

/// A file of the repository.
struct File {
    /// Relative to the root, with slashes.
    path: String,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// Files that people write: source, manifests, documents, scripts.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(root, &mut paths);
    let mut files: Vec<File> = paths
        .into_iter()
        .map(|path| {
            let relative = path.strip_prefix(root).expect("a file below the root");
            let text = fs::read_to_string(&path).expect("a readable text file");
            File {
                path: relative.to_string_lossy().replace('\\', "/"),
                text,
            }
        })
        .collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(
        files.iter().any(|file| file.path == "src/lib.rs"),
        "the walk found no source"
    );
    files
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            let is_hidden = name.starts_with('.') && ![".ci", ".github"].contains(&&*name);
            let is_ours = !is_hidden && !name.starts_with("target");
            if is_ours {
                collect(&path, paths);
            }
        } else if [".rs", ".toml", ".md", ".sh", ".txt", ".yml"]
            .iter()
            .any(|end| name.ends_with(end))
            || folder.file_name().is_some_and(|folder| folder == ".ci")
        {
            paths.push(path);
        }
    }
}

/// Applies a rule to files and fails with all violations.
fn enforce(files: &[File], rule: impl Fn(&File) -> Vec<Violation>) {
    let mut report = String::new();
    for file in files {
        for Violation { line, message } in rule(file) {
            report += &format!("\n{}:{}: {message}", file.path, line + 1);
        }
    }
    assert!(report.is_empty(), "rules are violated:{report}\n");
}

/// Like [`enforce`], for Rust files.
fn enforce_in_source(rule: impl Fn(&str, &Source) -> Vec<Violation>) {
    let mut files = files();
    files.retain(File::is_rust);
    enforce(&files, |file| rule(&file.path, &Source::parse(&file.text)));
}

#[test]
fn imports_run_downwards() {
    enforce_in_source(|path, source| {
        path.strip_prefix("src/")
            .map_or_else(Vec::new, |path| layers::check(path, source))
    });
}

#[test]
fn every_layer_exists() {
    let files = files();
    for layer in layers::LAYERS {
        let homes = [format!("src/{layer}.rs"), format!("src/{layer}/mod.rs")];
        let exists = files.iter().any(|file| homes.contains(&file.path));
        assert!(
            exists,
            "there is no module `{layer}`: remove it from LAYERS"
        );
    }
}

#[test]
fn unsafe_is_only_where_permitted() {
    enforce_in_source(safety::check_unsafe);
}

#[test]
fn other_modules_deny_unsafe_code() {
    enforce_in_source(safety::check_deny);
}

#[test]
fn forced_inlining_has_a_reason() {
    enforce_in_source(form::check_inlining);
}

#[test]
fn source_files_are_in_form() {
    let mut files = files();
    files.retain(File::is_rust);
    enforce(&files, |file| form::check_form(&file.text));
}

#[test]
fn no_file_is_unfinished() {
    enforce_in_source(|_, source| form::check_finished(source));
}

#[test]
fn no_path_belongs_to_one_machine() {
    enforce(&files(), |file| form::check_paths(&file.text));
}

#[test]
fn prose_uses_the_words_of_the_project() {
    let mut files = files();
    files.retain(|file| {
        [".rs", ".md", ".txt"]
            .iter()
            .any(|end| file.path.ends_with(end))
    });
    enforce(&files, |file| words::check(&file.path, &file.text));
}

/// Two commands do everything on a fresh machine, and the README shows them first.
#[test]
fn the_readme_opens_with_two_commands() {
    let mut files = files();
    files.retain(|file| file.path == "README.md");
    assert_eq!(files.len(), 1, "there is no README.md");
    enforce(&files, |file| {
        let run = "cargo run --release -p leafwise-cli -- \
                   range data/cities.csv population 10_000_001..";
        form::check_readme(&file.text, [run, "cargo test"])
    });
}
