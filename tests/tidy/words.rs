//! The words of comments and documents: those that the project does not use, and what to write
//! instead.
//!
//! Comments of Rust files are checked, and all of the Markdown and text files, except data of other
//! people. Words match as a whole and in any case. A phrase may continue on the next line, but not
//! across punctuation or an empty line.

use crate::Violation;
use crate::source::Source;

/// Words and phrases, in lower case, each with what to write instead.
const REPLACEMENTS: [(&str, &str); 32] = [
    ("askew", "misaligned"),
    ("column of keys", "key array"),
    ("columns of keys", "key arrays"),
    ("errand", "the exact task"),
    ("errands", "the exact tasks"),
    ("even out", "rebalance` or `redistribute"),
    ("evened out", "rebalanced` or `redistributed"),
    ("evening out", "rebalancing` or `redistribution"),
    ("evens out", "rebalances` or `redistributes"),
    ("face", "trait` or `interface"),
    ("faces", "traits` or `interfaces"),
    ("filler", "padding"),
    ("give back", "free` or `return"),
    ("given back", "freed` or `returned"),
    ("gives back", "frees` or `returns"),
    ("house", "the exact noun"),
    ("houses", "the exact noun"),
    ("in place of", "instead of"),
    ("lets in", "contains` or `accepts"),
    ("make no sense", "are invalid"),
    ("makes no sense", "is invalid"),
    ("probe", "query` or `target"),
    ("probes", "queries` or `targets"),
    ("save that", "except that"),
    ("says how many", "returns` or `prints the number of"),
    ("says whether", "returns whether"),
    ("so many", "that many"),
    ("taken up again", "resumed"),
    ("tells how many", "returns` or `prints the number of"),
    ("tells whether", "returns whether"),
    ("tie", "tie-breaker"),
    ("ties", "tie-breakers"),
];

/// The same for the library alone.
const IN_LIBRARY: [(&str, &str); 6] = [
    ("edge", "lower bound` or `upper bound"),
    ("edges", "lower and upper bound"),
    ("image", "order-preserving integer"),
    ("images", "order-preserving integers"),
    ("stands", "is"),
    ("tail", "second head"),
];

/// A word in lower case and its line, from 0. An empty word stands for punctuation.
type Word = (String, usize);

/// Finds words that the project does not use.
pub(crate) fn check(path: &str, text: &str) -> Vec<Violation> {
    if path.starts_with("data/") {
        return Vec::new();
    }
    let words = if path.ends_with(".rs") {
        let source = Source::parse(text);
        let comments = source.lines.iter().map(|line| line.comment.as_str());
        words(comments.map(|comment| comment.trim_start().trim_start_matches(['/', '!', '*'])))
    } else {
        words(text.lines())
    };
    let in_library = IN_LIBRARY.iter().filter(|_| path.starts_with("src/"));
    let mut violations: Vec<Violation> = REPLACEMENTS
        .iter()
        .chain(in_library)
        .flat_map(|(phrase, replacement)| {
            let lines = find(&words, phrase).into_iter();
            lines.map(move |line| Violation {
                line,
                message: format!("`{phrase}`: write `{replacement}`"),
            })
        })
        .collect();
    violations.sort_by_key(|violation| violation.line);
    violations
}

fn words<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (line, text) in lines.enumerate() {
        if text.trim().is_empty() {
            words.push((String::new(), line));
        }
        let mut is_inside = false;
        for character in text.chars() {
            let is_part = character.is_alphanumeric() || "_-'".contains(character);
            if is_part && is_inside {
                let (word, _) = words.last_mut().expect("a word has begun");
                word.extend(character.to_lowercase());
            } else if is_part {
                words.push((character.to_lowercase().collect(), line));
            } else if !character.is_whitespace() {
                words.push((String::new(), line));
            }
            is_inside = is_part;
        }
    }
    for (word, _) in &mut words {
        let possessor = word.strip_suffix("'s").map(str::len);
        word.truncate(possessor.unwrap_or(word.len()));
    }
    words
}

/// The lines on which a phrase begins.
fn find(words: &[Word], phrase: &str) -> Vec<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    let matches = words.windows(phrase.len()).filter(|window| {
        let mut pairs = window.iter().zip(&phrase);
        pairs.all(|((word, _), expected)| word == expected)
    });
    matches.map(|window| window[0].1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let violations = check(path, text).into_iter();
        violations.map(|violation| violation.line).collect()
    }

    #[test]
    fn words_of_comments_are_found() {
        assert_eq!(lines("src/key.rs", "//! Keys.\n/// So many keys.\n"), [1]);
        assert_eq!(lines("src/key.rs", "let a = 1; // its image\n"), [0]);
        assert_eq!(lines("src/key.rs", "/* a house */ let a = 1;\n"), [0]);
        assert_eq!(lines("src/key.rs", "let face = \"so many\";\n"), []);
    }

    #[test]
    fn words_of_documents_are_found() {
        let text = "# Faces\n\nAn error in place of a panic.\n";
        assert_eq!(lines("README.md", text), [0, 2]);
        assert_eq!(lines("docs/notes.txt", "a tie's side\n"), [0]);
    }

    #[test]
    fn phrases_continue_on_the_next_line() {
        let text = "/// A range that makes\n/// no sense, in place\n/// of another.\n";
        assert_eq!(lines("src/bounds.rs", text), [0, 1]);
        assert_eq!(lines("README.md", "so\n\nmany\n"), []);
        assert_eq!(
            lines("src/bounds.rs", "// so\nlet many = 1;\n// many\n"),
            []
        );
        assert_eq!(lines("README.md", "if so, many of them\n"), []);
    }

    #[test]
    fn only_whole_words_are_found() {
        let text = "The interface, a tie-breaker, surfaces, in place.\n";
        assert_eq!(lines("README.md", text), []);
    }

    #[test]
    fn some_files_may_use_some_words() {
        assert_eq!(lines("data/README.md", "so many houses\n"), []);
        assert_eq!(lines("docs/design.md", "a disk image\n"), []);
    }

    #[test]
    fn the_replacement_is_named() {
        let message = check("README.md", "so many")
            .pop()
            .map(|found| found.message);
        assert_eq!(message.as_deref(), Some("`so many`: write `that many`"));
    }
}
