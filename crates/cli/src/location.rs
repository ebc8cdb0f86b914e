//! Where a table or an index is: a path on this machine, or a URL.

use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::error::push_harmless;

/// Where a table or an index is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// A path; `-` is standard input.
    Local(PathBuf),
    Remote(Url),
}

/// A URL, as it was given: perhaps with a password, or with a signature behind a question mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Url(String);

impl Location {
    /// What begins with a scheme is a URL: `./http://x` is a path.
    pub(crate) fn parse(text: OsString) -> Location {
        match text.to_str() {
            Some(url) if scheme(url).is_some() => Location::Remote(Url(url.to_string())),
            _ => Location::Local(text.into()),
        }
    }

    pub(crate) fn is_standard_input(&self) -> bool {
        matches!(self, Location::Local(path) if path.as_os_str() == "-")
    }

    /// Whether it is a folder, or a pattern of files.
    pub(crate) fn is_many_files(&self) -> bool {
        match self {
            Location::Local(path) => {
                path.is_dir() || (!path.exists() && pattern_at(path).is_some())
            }
            Location::Remote(url) => url.parts().1.ends_with('/'),
        }
    }

    /// Where it is as messages name it: whole, with control characters escaped, but without what
    /// nobody else may read.
    pub(crate) fn shown(&self) -> String {
        match self {
            Location::Local(path) => shown_path(path),
            Location::Remote(url) => {
                let (start, path, _) = url.parts();
                let (scheme, host) = start.split_once("://").unwrap_or_default();
                let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
                shown_path(Path::new(&format!("{scheme}://{host}{path}")))
            }
        }
    }

    /// As it was given.
    #[cfg(feature = "sql")]
    pub(crate) fn as_given(&self) -> String {
        match self {
            Location::Local(path) => path.to_string_lossy().into_owned(),
            Location::Remote(url) => url.0.clone(),
        }
    }

    /// The folder of many files on this machine.
    #[cfg(feature = "sql")]
    pub(crate) fn folder(&self) -> PathBuf {
        match self {
            Location::Local(path) => match pattern_at(path) {
                Some(at) if !path.exists() => path.components().take(at).collect(),
                _ => path.clone(),
            },
            Location::Remote(_) => PathBuf::new(),
        }
    }

    /// The last part of the path, which has the extension.
    pub(crate) fn file_name(&self) -> String {
        let name = match self {
            Location::Local(path) => path.file_name().unwrap_or_default().to_string_lossy(),
            Location::Remote(url) => url.parts().1.rsplit('/').next().unwrap_or_default().into(),
        };
        name.into_owned()
    }

    /// The same with more behind the name of the file.
    pub(crate) fn with_suffix(&self, suffix: &str) -> Location {
        match self {
            Location::Local(path) => {
                let mut path = path.as_os_str().to_os_string();
                path.push(suffix);
                Location::Local(path.into())
            }
            Location::Remote(url) => {
                let (start, path, query) = url.parts();
                let suffix = url.escape(suffix);
                Location::Remote(Url(format!("{start}{path}{suffix}{query}")))
            }
        }
    }

    /// A file beside this one, whose name is as [`file_name`](Self::file_name) gives it.
    pub(crate) fn with_file_name(&self, name: &str) -> Location {
        match self {
            Location::Local(path) => Location::Local(path.with_file_name(name)),
            Location::Remote(url) => {
                let (start, path, query) = url.parts();
                let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
                Location::Remote(Url(format!("{start}{folder}{name}{query}")))
            }
        }
    }
}

/// Where a path goes on with a pattern instead of names.
fn pattern_at(path: &Path) -> Option<usize> {
    let is_pattern =
        |part: Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    path.components().position(is_pattern)
}

impl Url {
    /// The scheme, in lower case, and what follows it.
    pub(crate) fn split(&self) -> io::Result<(Scheme, &str)> {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Scheme::Http,
            "s3" => Scheme::S3,
            other => {
                return Err(io::Error::other(format!(
                    "the program knows no {other}:// (it knows http://, https:// and s3://)"
                )));
            }
        };
        Ok((scheme, rest))
    }

    #[cfg(feature = "remote")]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme and host; the path; the query with its question mark. What follows a `#` is for
    /// browsers. In the path of an object of S3, these characters mean nothing.
    fn parts(&self) -> (&str, &str, &str) {
        let host = self.0.find("://").map_or(0, |at| at + 3);
        let path = self.0[host..].find(['/', '?', '#']);
        let (start, rest) = self.0.split_at(path.map_or(self.0.len(), |at| host + at));
        if self.is_s3() {
            return (start, rest, "");
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        (start, path, query)
    }

    fn is_s3(&self) -> bool {
        self.split().is_ok_and(|(scheme, _)| scheme == Scheme::S3)
    }

    /// A part of a name as it is in this URL.
    fn escape(&self, name: &str) -> String {
        if self.is_s3() {
            return name.to_string();
        }
        let escape = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._~+,".contains(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        name.bytes().map(escape).collect()
    }
}

/// How a URL is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// From a web server.
    Http,
    /// From a bucket of S3, or of a store that is used in the same way.
    S3,
}

/// The scheme of a URL. One letter is a drive of Windows.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once("://")?;
    let is_known = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_scheme && scheme.chars().all(is_known)).then_some(scheme)
}

/// A path as messages name it: whole, with control characters escaped.
pub(crate) fn shown_path(path: &Path) -> String {
    let mut name = String::new();
    path.to_string_lossy()
        .chars()
        .for_each(|c| push_harmless(&mut name, c));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        for (url, shown, index, name) in [
            (
                "https://me:pass@word@host:1/a/t.csv?sign=secret#part",
                "https://host:1/a/t.csv",
                "https://me:pass@word@host:1/a/t.csv.a%20%252F.lwx?sign=secret",
                "t.csv",
            ),
            (
                "S3://bucket/a?b#c/t.csv",
                "S3://bucket/a?b#c/t.csv",
                "S3://bucket/a?b#c/t.csv.a %2F.lwx",
                "t.csv",
            ),
            (
                "http://host",
                "http://host",
                "http://host.a%20%252F.lwx",
                "",
            ),
        ] {
            let table = Location::parse(url.into());
            assert_eq!(table.shown(), shown);
            assert_eq!(table.file_name(), name);
            let beside = table.with_suffix(".a %2F.lwx");
            assert_eq!(beside, Location::Remote(Url(index.to_string())));
            if !name.is_empty() {
                let again = beside.with_file_name(name);
                assert_eq!(again.shown(), shown);
                assert_eq!(again.with_suffix(".a %2F.lwx"), beside);
            }
        }
        for path in ["C:\\t.csv", "c://t.csv", "./http://host", "a b://host", "-"] {
            assert_eq!(Location::parse(path.into()), Location::Local(path.into()));
        }
    }
}
