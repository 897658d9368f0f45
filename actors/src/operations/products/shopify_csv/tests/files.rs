//! Files that are broken, hostile, or no product files at all.

use std::cell::Cell;
use std::io::{self, Read};

use super::*;

/// Endless or long input that counts what was taken of it.
struct Counted<'a, R> {
    inner: R,
    taken: &'a Cell<usize>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + count);
        Ok(count)
    }
}

/// A reader that hands out one byte at a time and is interrupted before each.
struct Dripping<'a> {
    bytes: &'a [u8],
    is_interrupted: bool,
}

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        let length = buffer.len().min(1);
        self.bytes.read(&mut buffer[..length])
    }
}

#[test]
fn a_line_of_five_megabytes_or_a_gigabyte_is_refused_after_the_first() {
    for length in [5 << 20, 1 << 30] {
        for start in ["Handle,Title\na,A\n", "Handle,Title\na,A\n\"", ""] {
            let taken = Cell::new(0);
            let long = start
                .as_bytes()
                .chain(io::repeat(b'x').take(length))
                .chain(&b"\nb,B\n"[..]);
            let error = match ShopifyCsv::new(
                Counted {
                    inner: long,
                    taken: &taken,
                },
                options(),
            ) {
                Ok(mut file) => file.next_product().unwrap().unwrap_err(),
                Err(error) => error,
            };
            let line = if start.is_empty() { 1 } else { 3 };
            assert!(
                matches!(error, FileError::RowTooLong { line: at } if at == line),
                "{error}"
            );
            assert!(taken.get() < (1 << 20) + 1_000, "{} bytes were read", taken.get());
        }
    }
}

#[test]
fn a_row_of_one_mebibyte_passes_and_one_byte_more_does_not() {
    let row = |length: usize| {
        format!(
            "Handle,Title,Note\na,A\nb,B,{}\nc,C\n",
            "x".repeat(length - "b,B,\n".len())
        )
    };
    assert_eq!(read(row(1 << 20)).len(), 3);
    assert!(matches!(
        file_error(row((1 << 20) + 1)),
        FileError::RowTooLong { line: 3 }
    ));
}

#[test]
fn many_rows_are_read_in_bounded_pieces() {
    let row = format!("b,B,{}\n", "x".repeat(100_000));
    let text = format!(
        "Handle,Title,Note\n{}",
        (0..50).map(|i| format!("{i}{row}")).collect::<String>()
    );
    let taken = Cell::new(0);
    let mut file = ShopifyCsv::new(
        Counted {
            inner: text.as_bytes(),
            taken: &taken,
        },
        options(),
    )
    .unwrap();
    file.next_product().unwrap().unwrap();
    assert!(taken.get() < 400_000, "{}", taken.get());
}

#[test]
fn a_million_columns_are_refused_and_a_million_cells_are_a_row_error() {
    let many = ",".repeat(1_000_000);
    assert!(matches!(
        file_error(format!("Handle,Title{many}\n")),
        FileError::TooManyColumns { found: 1_000_002 }
    ));
    let parsed = read(format!("Handle,Title\na,A{many}\nb,B\n"));
    assert_eq!(
        problems(&parsed[0]),
        ["2 row: this row has 1000000 cells more than the header has columns; put texts that contain commas in quotes"]
    );
    assert!(parsed[1].product.is_some());
}

#[test]
fn a_quote_that_is_never_closed_stops_the_reading_instead_of_swallowing_rows() {
    let error = file_error("Handle,Title,Note\na,A,x\nb,B,\"open\nc,C,y\n");
    assert!(matches!(error, FileError::UnclosedQuote { line: 3 }), "{error}");
    assert!(matches!(
        file_error("Handle,Title\na,\""),
        FileError::UnclosedQuote { line: 2 }
    ));
    assert!(matches!(
        file_error("Handle,\"Title\na,A"),
        FileError::UnclosedQuote { line: 1 }
    ));
    let error = file_error("Handle,Title,Note\na,A,x\nb,B,\"open\nc,\"C\",y\n");
    assert!(
        matches!(error, FileError::TextAfterQuote { opened: 3, line: 4 }),
        "{error}"
    );
}

#[test]
fn the_products_before_a_broken_row_are_still_handed_out() {
    let mut file = ShopifyCsv::new(&b"Handle,Title\na,A\nb,B\nc,\"C\"x\n"[..], options()).unwrap();
    assert_eq!(file.next_product().unwrap().unwrap().product.unwrap().handle, "a");
    assert!(
        file.next_product().unwrap().is_err(),
        "the rest of b might lie behind the broken row"
    );
    assert!(file.next_product().is_none());
}

#[test]
fn a_nul_is_an_error_of_its_row_wherever_it_stands() {
    let parsed = read("Handle,Title,Note\na,A\0A,\nb,B,\0\nc,C,\n");
    assert_eq!(
        problems(&parsed[0]),
        ["2 Title: this row contains a NUL character; remove the NUL character"]
    );
    assert_eq!(
        problems(&parsed[1]),
        ["3 row: this row contains a NUL character; remove the NUL character"]
    );
    assert!(parsed[2].product.is_some());
}

#[test]
fn text_that_is_not_utf_8_is_refused_with_its_line() {
    assert!(matches!(
        file_error(b"Handle,Title\na,A\nb,Caf\xe9\n"),
        FileError::NotUtf8 { line: 3 }
    ));
    assert!(matches!(
        file_error(b"Handle,Title,\xe9\na,A\n"),
        FileError::NotUtf8 { line: 1 }
    ));
    assert!(matches!(
        file_error(b"Handle,Title\n\na,\"A\n\xff\"\n"),
        FileError::NotUtf8 { line: 3 }
    ));
}

#[test]
fn lines_are_counted_as_an_editor_shows_them() {
    for end in ["\n", "\r\n"] {
        let text = [
            "",
            "Handle,Title,Note",
            "",
            "a,A,\"two",
            "lines\"",
            "",
            "",
            "b,,",
            ",,",
            "c,,",
        ]
        .join(end);
        let parsed = read(text);
        let lines: Vec<_> = parsed.iter().map(|parsed| parsed.first_line).collect();
        assert_eq!(lines, [4, 8, 10], "{end:?}");
        assert_eq!(
            (parsed[0].problems.len(), parsed[1].problems[0].line),
            (0, 8),
            "{end:?}"
        );
    }
}

#[test]
fn a_slow_and_interrupted_reader_reads_the_same() {
    let bytes = "\u{feff}\"Handle\",Title\r\na,A\r\nb,\"B\r\nB\"".as_bytes();
    let mut file = ShopifyCsv::new(
        Dripping {
            bytes,
            is_interrupted: false,
        },
        options(),
    )
    .unwrap();
    let slow: Vec<_> = std::iter::from_fn(|| file.next_product()).map(Result::unwrap).collect();
    assert_eq!(slow, read(bytes));
}

#[test]
fn a_reader_that_fails_is_no_end_of_file() {
    let failing = b"Handle,Title\na,A\n".chain(Broken);
    let error = ShopifyCsv::new(failing, options())
        .unwrap()
        .next_product()
        .unwrap()
        .unwrap_err();
    assert!(matches!(error, FileError::Read { .. }), "{error}");
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the upload broke off"))
    }
}

#[test]
fn what_is_no_product_file_is_named_for_what_it_is() {
    let message = |text: &[u8]| file_error(text).to_string();
    assert!(matches!(file_error(""), FileError::Empty));
    assert!(matches!(file_error("\u{feff}\r\n\n"), FileError::Empty));
    assert!(message(b"PK\x03\x04xxxx").starts_with("this is an Excel workbook or a ZIP archive, not a CSV file"));
    assert!(message(b"\xff\xfeH\0a\0").starts_with("this is a UTF-16 text"));
    assert!(message(b"Handle;Title;Vendor\na;A;V\n").starts_with("the columns are separated by semicolons"));
    assert!(message(b"Handle\tTitle\n").starts_with("the columns are separated by tabs"));
    assert!(message(b"\"Handle\"\rTitle\r").contains("text follows the quote"));
    assert!(message(b"Handle\ra\rb").starts_with("this is a file with the line ends of old Macintosh computers"));
    assert!(message(b"{\"products\":[]}").ends_with("missing: Handle or URL handle, Title"));
    assert!(message(b"Handle,SKU\n").ends_with("missing: Title"));
}

#[test]
fn two_columns_for_one_thing_are_refused_and_unknown_ones_are_not_counted() {
    let error = file_error("Handle,Title,Body (HTML),Description\na,A,x,y\n");
    assert_eq!(
        error.to_string(),
        "the columns “Body (HTML)” and “Description” hold the same thing; keep one of them"
    );
    assert!(matches!(
        file_error("Handle,Title,handle\n"),
        FileError::RepeatedColumn { .. }
    ));
    assert_eq!(read("Handle,Title,Note,Note,,\na,A,1,2,,\n").len(), 1);
}

#[test]
fn a_header_pasted_in_again_is_an_error_of_that_line_only() {
    let parsed = read("Handle,Title\na,A\nHandle,Title\nb,B\nHandle,Title\nc,C\n");
    assert_eq!(parsed.iter().filter(|parsed| parsed.product.is_some()).count(), 3);
    let message = "this line repeats the header; remove it, and check that the columns below it are the same";
    assert_eq!(problems(&parsed[1]), [format!("3 Handle: {message}")]);
    assert_eq!(problems(&parsed[3]), [format!("5 Handle: {message}")]);
}

#[test]
fn a_file_can_be_read_on_another_thread() {
    fn check<T: Send>() {}
    check::<ShopifyCsv<std::fs::File>>();
}
