//! In which form a file goes out: compressed when the console was built, never while somebody waits.

/// A form that files are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// The smallest.
    Brotli,
    /// Understood by everything.
    Gzip,
    /// As it is.
    Plain,
}

impl Encoding {
    /// What is added to the file's name.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }

    /// What the answer calls it.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }
}

/// The forms that a browser takes, the smallest first; the plain one always.
pub(super) fn accepted(header: &str) -> impl Iterator<Item = Encoding> {
    let takes = |encoding: &Encoding| {
        encoding.name().is_none_or(|name| {
            header.split(',').any(|part| {
                let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
                let is_refused = weight
                    .trim()
                    .strip_prefix("q=")
                    .is_some_and(|q| q.trim().parse() == Ok(0.0));
                coding.trim().eq_ignore_ascii_case(name) && !is_refused
            })
        })
    };
    let all = [Encoding::Brotli, Encoding::Gzip, Encoding::Plain];
    all.into_iter().filter(takes).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_the_browser_takes_comes_first() {
        let first = |header: &str| accepted(header).next().unwrap();
        assert_eq!(first("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(first("gzip;q=0.5, br;q=0"), Encoding::Gzip);
        assert_eq!(first("GZIP"), Encoding::Gzip);
        assert_eq!(first("identity"), Encoding::Plain);
        assert_eq!(first(""), Encoding::Plain);
    }
}
