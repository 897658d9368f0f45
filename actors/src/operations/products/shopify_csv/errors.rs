//! What makes a whole file unreadable. The texts are shown to the person who uploaded it.

use super::columns::MAX_COLUMNS;

/// Reading stops here: what follows in the file cannot be trusted. Nothing of the product being read was handed out.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No bytes, or only blank lines.
    #[error("the file is empty; export your products from Shopify as CSV and upload that file")]
    Empty,
    /// Recognised as something else by its first bytes.
    #[error("this is {found}, not a CSV file; save it as “CSV UTF-8 (comma separated)” and upload it again")]
    NotCsv {
        /// What it looks like, with its article.
        found: &'static str,
    },
    /// Columns separated by something other than commas.
    #[error("the columns are separated by {found}; save the file with commas between columns and upload it again")]
    NotCommas {
        /// The separator in words.
        found: &'static str,
    },
    /// Without these no product can be read.
    #[error("the first line must name the columns; missing: {}", missing.join(", "))]
    MissingColumns {
        /// Each with its other name, if it has one.
        missing: Vec<String>,
    },
    /// Two columns for the same thing.
    #[error("the columns “{first}” and “{second}” hold the same thing; keep one of them")]
    RepeatedColumn {
        /// The one further left.
        first: String,
        /// The one further right.
        second: String,
    },
    /// No product file has this many.
    #[error(
        "the first line names {found} columns and at most {MAX_COLUMNS} are read; is this a Shopify product export?"
    )]
    TooManyColumns {
        /// How many there are.
        found: usize,
    },
    /// A record beyond the limit.
    #[error("the row at line {line} is longer than 1 MiB; most often a quote (\") was opened there and never closed")]
    RowTooLong {
        /// Where the row starts.
        line: u64,
    },
    /// The file ended inside a quoted text.
    #[error("the quote (\") opened at line {line} is never closed; close it or remove it")]
    UnclosedQuote {
        /// Where it was opened.
        line: u64,
    },
    /// A quoted text that ends in the middle of a cell.
    #[error(
        "text follows the quote (\") at line {line} that closes the one opened at line {opened}; close every quote \
         before the next comma, and write a quote inside a quoted text twice (\"\")"
    )]
    TextAfterQuote {
        /// Where the quoted text starts.
        opened: u64,
        /// Where it ends and text follows.
        line: u64,
    },
    /// Saved in another encoding.
    #[error("the row at line {line} is not UTF-8 text; save the file as “CSV UTF-8” and upload it again")]
    NotUtf8 {
        /// Where the row starts.
        line: u64,
    },
    /// The upload broke off, or the disk failed.
    #[error("the file could not be read beyond line {line}")]
    Read {
        /// The last line known to be whole, or the one after it.
        line: u64,
        /// What the reader said.
        source: std::io::Error,
    },
}
