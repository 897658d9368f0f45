//! Reading the cells of one row, where whatever is wrong becomes a problem with its line and column.

use super::columns::Column;
use super::problems::{Problems, RowProblem, Severity, shorten};
use super::records::Row;

/// Longest cell in bytes.
const MAX_CELL_BYTES: usize = 64 * 1024;
/// Longest description in bytes.
const MAX_BODY_BYTES: usize = 512 * 1024;
/// Longest handle, title, option or other single line in characters; Shopify's limit.
pub(super) const MAX_LINE_CHARS: usize = 255;

/// A row and where its problems go.
pub(super) struct Cells<'a> {
    row: Row<'a>,
    problems: &'a mut Problems,
}

impl<'a> Cells<'a> {
    pub(super) fn new(row: Row<'a>, problems: &'a mut Problems) -> Self {
        Self { row, problems }
    }

    pub(super) fn line(&self) -> u64 {
        self.row.line()
    }

    pub(super) fn get(&self, column: Column) -> &'a str {
        self.row.get(column)
    }

    pub(super) fn is_blank(&self, column: Column) -> bool {
        self.row.get(column).is_empty()
    }

    /// Checks what holds for the row as a whole. After an error the cells mean nothing.
    pub(super) fn are_readable(&mut self) -> bool {
        let surplus = self.row.surplus();
        if surplus > 0 {
            let message = format!(
                "this row has {surplus} cells more than the header has columns; put texts that contain commas in quotes"
            );
            self.problems.row_error(self.row.line(), message);
            return false;
        }
        if self.row.has_nul() {
            let column = Column::all().find(|column| self.row.get(*column).contains('\0'));
            let message = "this row contains a NUL character; remove the NUL character".to_owned();
            match column {
                Some(column) => self.error(column, message),
                None => self.problems.row_error(self.row.line(), message),
            }
            return false;
        }
        let too_long = Column::all().find(|column| self.row.get(*column).len() > max_bytes(*column));
        let Some(column) = too_long else { return true };
        self.error(
            column,
            format!("this text is longer than {} KiB; shorten it", max_bytes(column) / 1024),
        );
        false
    }

    /// What the cell holds; `None` after an error.
    pub(super) fn read<T>(&mut self, column: Column, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match parse(self.row.get(column)) {
            Ok(value) => Some(value),
            Err(message) => {
                self.error(column, message);
                None
            }
        }
    }

    /// A text of one line; empty when blank, `None` after an error.
    pub(super) fn line_text(&mut self, column: Column) -> Option<String> {
        self.read(column, |text| check_line(text).map(|()| text.to_owned()))
    }

    pub(super) fn error(&mut self, column: Column, message: String) {
        self.push(column, Severity::Error, message);
    }

    pub(super) fn warn(&mut self, column: Column, message: String) {
        self.push(column, Severity::Warning, message);
    }

    /// A warning about the row as a whole.
    pub(super) fn warn_row(&mut self, message: String) {
        self.problems.push(RowProblem {
            line: self.row.line(),
            column: None,
            severity: Severity::Warning,
            message,
        });
    }

    fn push(&mut self, column: Column, severity: Severity, message: String) {
        let column = Some(self.row.name(column));
        self.problems.push(RowProblem {
            line: self.row.line(),
            column,
            severity,
            message,
        });
    }
}

/// Whether a text fits where one line is meant.
pub(super) fn check_line(text: &str) -> Result<(), String> {
    let count = text.chars().count();
    if count > MAX_LINE_CHARS {
        let text = shorten(text);
        return Err(format!(
            "“{text}” has {count} characters; at most {MAX_LINE_CHARS} are allowed, shorten it"
        ));
    }
    if text.chars().any(char::is_control) {
        let text = shorten(text);
        return Err(format!(
            "“{text}” contains a line break or another control character; remove it"
        ));
    }
    Ok(())
}

fn max_bytes(column: Column) -> usize {
    if column == Column::Body {
        MAX_BODY_BYTES
    } else {
        MAX_CELL_BYTES
    }
}
