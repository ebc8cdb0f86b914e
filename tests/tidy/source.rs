//! Rust source for the checks: line by line, with code and comments apart.
//!
//! Not a parser: it recognises comments, strings, characters and lifetimes, and nothing else.
//! Strings and characters keep their quotes and lose their contents, so that text is never taken
//! for code.

/// A line of source.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// What the compiler reads, without comments and the contents of literals.
    pub(crate) code: String,
    /// The comments of the line with their slashes and stars.
    pub(crate) comment: String,
}

/// A word or a sign of the code, and its line, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

/// Source in lines.
pub(crate) struct Source {
    pub(crate) lines: Vec<Line>,
}

/// What the current characters belong to.
enum State {
    Code,
    LineComment,
    /// Block comments nest.
    BlockComment(usize),
    Text,
    /// Ends at a quote that is followed by that many `#`.
    RawText(usize),
}

impl Source {
    pub(crate) fn parse(text: &str) -> Source {
        let characters: Vec<char> = text.chars().collect();
        let mut lines = vec![Line::default()];
        let mut state = State::Code;
        let mut at = 0;
        while at < characters.len() {
            let character = characters[at];
            if character == '\n' {
                if matches!(state, State::LineComment) {
                    state = State::Code;
                }
                lines.push(Line::default());
                at += 1;
                continue;
            }
            let line = lines.last_mut().expect("there is always a line");
            at += step(&characters[at..], at, &characters, &mut state, line);
        }
        Source { lines }
    }

    /// The words and signs of the code. A sign is one character.
    pub(crate) fn tokens(&self) -> Vec<Token<'_>> {
        let mut tokens = Vec::new();
        for (line, Line { code, .. }) in self.lines.iter().enumerate() {
            let mut rest = code.trim_start();
            while let Some(first) = rest.chars().next() {
                let end = if is_word(first) {
                    rest.find(|character| !is_word(character))
                        .unwrap_or(rest.len())
                } else {
                    first.len_utf8()
                };
                let (text, behind) = rest.split_at(end);
                tokens.push(Token { text, line });
                rest = behind.trim_start();
            }
        }
        tokens
    }
}

/// Consumes the start of `rest` into `line`, and returns the number of characters consumed.
fn step(rest: &[char], at: usize, all: &[char], state: &mut State, line: &mut Line) -> usize {
    let starts = |text: &str| rest.iter().copied().take(text.len()).eq(text.chars());
    match *state {
        State::LineComment => {
            line.comment.push(rest[0]);
            1
        }
        State::BlockComment(depth) => {
            let taken = if starts("*/") {
                *state = if depth == 1 {
                    State::Code
                } else {
                    State::BlockComment(depth - 1)
                };
                2
            } else if starts("/*") {
                *state = State::BlockComment(depth + 1);
                2
            } else {
                1
            };
            line.comment.extend(&rest[..taken]);
            taken
        }
        State::Text => {
            if rest[0] == '"' {
                line.code.push('"');
                *state = State::Code;
            }
            // An escaped line end is not a character of this line.
            if rest[0] == '\\' && rest.get(1).is_some_and(|next| *next != '\n') {
                2
            } else {
                1
            }
        }
        State::RawText(hashes) => {
            let ends = rest[0] == '"'
                && rest.len() > hashes
                && rest[1..=hashes].iter().all(|next| *next == '#');
            if ends {
                line.code.push('"');
                *state = State::Code;
                1 + hashes
            } else {
                1
            }
        }
        State::Code => step_in_code(rest, at, all, state, line),
    }
}

fn step_in_code(
    rest: &[char],
    at: usize,
    all: &[char],
    state: &mut State,
    line: &mut Line,
) -> usize {
    let second = rest.get(1).copied();
    match rest[0] {
        '/' if second == Some('/') => {
            *state = State::LineComment;
            0
        }
        '/' if second == Some('*') => {
            *state = State::BlockComment(1);
            line.comment.push_str("/*");
            2
        }
        '"' => {
            line.code.push('"');
            let hashes = all[..at]
                .iter()
                .rev()
                .take_while(|before| **before == '#')
                .count();
            *state = if is_raw(&all[..at - hashes]) {
                State::RawText(hashes)
            } else {
                State::Text
            };
            1
        }
        '\'' => {
            let length = character_length(rest);
            line.code.push_str(if length > 0 { "''" } else { "'" });
            length.max(1)
        }
        other => {
            line.code.push(other);
            1
        }
    }
}

/// Returns whether the literal whose quote and hashes follow `before` is raw: `r`, `br` or `cr`.
fn is_raw(before: &[char]) -> bool {
    let word: String = before
        .iter()
        .rev()
        .take_while(|before| is_word(**before))
        .collect();
    matches!(word.as_str(), "r" | "rb" | "rc")
}

/// The length of the character literal that begins here; 0 for a lifetime.
fn character_length(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', _, tail @ ..] => tail
            .iter()
            .position(|next| *next == '\'')
            .map_or(0, |close| close + 4),
        ['\'', _, '\'', ..] => 3,
        _ => 0,
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        let lines = Source::parse(text).lines;
        lines
            .into_iter()
            .map(|line| line.code)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(code("a // unsafe\nb"), "a \nb");
        assert_eq!(code("a /* x /* y */ z\n */ b"), "a \n b");
        let line = &Source::parse("    /// Text.").lines[0];
        assert_eq!(line.comment, "/// Text.");
    }

    #[test]
    fn literals_lose_their_contents() {
        assert_eq!(code(r#"f("unsafe // \" { ", 1)"#), r#"f("", 1)"#);
        assert_eq!(code(r###"f(r#"a " unsafe"#, b"x")"###), r##"f(r#"", b"")"##);
        assert_eq!(code("\"a\nb\" c"), "\"\n\" c");
        assert_eq!(code(r"f('\'', '{', '\u{7d}', b'}')"), "f('', '', '', b'')");
    }

    #[test]
    fn lifetimes_are_not_characters() {
        assert_eq!(
            code("fn f<'a>(x: &'a str, y: &'static u8)"),
            "fn f<'a>(x: &'a str, y: &'static u8)"
        );
    }

    #[test]
    fn tokens_are_words_and_signs() {
        let source = Source::parse("use a_1::b;\n// c\nd");
        let tokens: Vec<(&str, usize)> = source
            .tokens()
            .into_iter()
            .map(|token| (token.text, token.line))
            .collect();
        let expected = [
            ("use", 0),
            ("a_1", 0),
            (":", 0),
            (":", 0),
            ("b", 0),
            (";", 0),
            ("d", 2),
        ];
        assert_eq!(tokens, expected);
    }
}
