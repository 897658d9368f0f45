//! What a reading of the file says about its products: the product itself, and what was wrong with its rows.

use domain::catalog::Product;

/// Longest piece of a cell that a message quotes.
const QUOTED_CHARS: usize = 60;

/// One product of the file: usable or not, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedProduct {
    /// `None` when any of its rows has an error: a product is imported whole or not at all.
    pub product: Option<Product>,
    /// Where its first row starts.
    pub first_line: u64,
    /// In the order of the file.
    pub problems: Vec<RowProblem>,
}

/// Something to fix in the file, or to know about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Where the row starts.
    pub line: u64,
    /// The column, named as the file names it; `None` when the whole row is meant.
    pub column: Option<String>,
    /// Whether it keeps the product out.
    pub severity: Severity,
    /// What is wrong and what to do, for the person who uploaded the file.
    pub message: String,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The product is not imported.
    Error,
    /// The product is imported, not quite as the file says.
    Warning,
}

/// The problems of one product so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<RowProblem>,
    errors: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: RowProblem) {
        self.errors += usize::from(problem.severity == Severity::Error);
        self.list.push(problem);
    }

    /// An error of a whole row.
    pub(super) fn row_error(&mut self, line: u64, message: String) {
        self.push(RowProblem {
            line,
            column: None,
            severity: Severity::Error,
            message,
        });
    }

    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn into_list(self) -> Vec<RowProblem> {
        self.list
    }
}

/// A cell's text as a message quotes it: the beginning, on one line.
pub(super) fn shorten(text: &str) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = chars.by_ref().take(QUOTED_CHARS).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}
