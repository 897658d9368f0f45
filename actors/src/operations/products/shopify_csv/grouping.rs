//! From rows to products: [`ShopifyCsv`] goes through the file, a `Draft` collects the rows of one product.

use std::io::Read;

use domain::catalog::Product;
use domain::ids::{OrgId, ProductId};
use domain::money::Currency;

use super::cells::{Cells, check_line};
use super::columns::Column;
use super::errors::FileError;
use super::head::Head;
use super::images::Images;
use super::problems::{ParsedProduct, Problems, RowProblem, Severity, shorten};
use super::records::{Records, Row};
use super::seen::{Seen, SeenAt};
use super::variants::{Surroundings, Variants};

/// Most rows of one product: Shopify's limit of variants.
const MAX_PRODUCT_ROWS: u64 = 2_048;

/// What the file does not say.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Whose products they are; their ids derive from it.
    pub org: OrgId,
    /// What the prices are in.
    pub currency: Currency,
}

/// A product file being read. Holds one product at a time, whatever the length of the file or of its lines.
pub struct ShopifyCsv<R: Read> {
    records: Records<R>,
    options: ReadOptions,
    seen: Seen,
    /// Whether the row stood on belongs to the next product.
    has_row: bool,
    is_done: bool,
}

impl<R: Read> ShopifyCsv<R> {
    /// Reads the header. Fails when this is no Shopify product file.
    pub fn new(reader: R, options: ReadOptions) -> Result<Self, FileError> {
        let records = Records::open(reader)?;
        Ok(Self {
            records,
            options,
            seen: Seen::default(),
            has_row: false,
            is_done: false,
        })
    }

    /// The next product of the file, usable or not; `None` at its end. After a [`FileError`] there is nothing more, and
    /// the product that was being read is lost with it: its other rows may lie beyond.
    pub fn next_product(&mut self) -> Option<Result<ParsedProduct, FileError>> {
        if self.is_done {
            return None;
        }
        let product = self.read_product().transpose();
        self.is_done = !matches!(product, Some(Ok(_)));
        product
    }

    fn read_product(&mut self) -> Result<Option<ParsedProduct>, FileError> {
        if !self.has_row && !self.records.advance()? {
            return Ok(None);
        }
        let mut draft = Draft::start(self.records.row(), self.options, &mut self.seen);
        loop {
            draft.add(self.records.row(), &mut self.seen);
            self.has_row = self.records.advance()?;
            if !self.has_row || !draft.owns(self.records.row()) {
                return Ok(Some(draft.finish(&mut self.seen)));
            }
        }
    }
}

/// The rows of one product so far.
struct Draft {
    options: ReadOptions,
    handle: String,
    first_line: u64,
    rows: u64,
    bad_rows: u64,
    /// Its rows are counted and not looked at: what is wrong with the first makes the others meaningless.
    is_refused: bool,
    head: Option<Head>,
    variants: Variants,
    images: Images,
    problems: Problems,
}

impl Draft {
    fn start(row: Row<'_>, options: ReadOptions, seen: &mut Seen) -> Self {
        let (handle, line) = (row.get(Column::Handle), row.line());
        let mut draft = Self {
            options,
            handle: handle.to_owned(),
            first_line: line,
            rows: 0,
            bad_rows: 0,
            is_refused: false,
            head: None,
            variants: Variants::default(),
            images: Images::default(),
            problems: Problems::default(),
        };
        if row.repeats_header() {
            draft.refuse(
                row,
                "this line repeats the header; remove it, and check that the columns below it are the same",
            );
        } else if let Err(message) = check_line(handle) {
            draft.refuse(row, &message);
        } else if !handle.is_empty()
            && let Err(SeenAt(first)) = seen.claim_handle(handle, line)
        {
            let handle = shorten(handle);
            draft.refuse(
                row,
                &format!(
                    "the handle “{handle}” of line {first} appears again at line {line}; rows of one product must \
                     stand together"
                ),
            );
        }
        draft
    }

    /// Whether the row belongs to this product. A row with neither handle nor title is taken for one of its variants
    /// that lost its handle.
    fn owns(&self, row: Row<'_>) -> bool {
        let handle = row.get(Column::Handle);
        if handle.is_empty() {
            row.get(Column::Title).is_empty()
        } else {
            handle == self.handle
        }
    }

    fn add(&mut self, row: Row<'_>, seen: &mut Seen) {
        self.rows += 1;
        let errors_before = self.problems.errors();
        if self.rows > MAX_PRODUCT_ROWS {
            if self.rows == MAX_PRODUCT_ROWS + 1 {
                self.refuse(
                    row,
                    &format!("a product has at most {MAX_PRODUCT_ROWS} rows; split it into several products"),
                );
            }
        } else if row.get(Column::Handle).is_empty() {
            self.refuse_blank_handle(row);
        } else if !self.is_refused {
            self.read(row, seen);
        }
        self.bad_rows += u64::from(self.problems.errors() > errors_before);
    }

    fn read(&mut self, row: Row<'_>, seen: &mut Seen) {
        let mut cells = Cells::new(row, &mut self.problems);
        if !cells.are_readable() {
            return;
        }
        let is_first = self.rows == 1;
        if is_first {
            self.head = Head::read(&mut cells);
        } else if let Some(head) = &self.head {
            head.check_later_row(&mut cells);
        }
        let has_image = !cells.is_blank(Column::ImageSrc);
        if is_first || Variants::are_on(&cells) {
            let mut around = Surroundings {
                head: self.head.as_ref(),
                currency: self.options.currency,
                seen,
            };
            self.variants.read(&mut cells, &mut around);
        } else if !has_image {
            let message = "this row holds neither a variant nor a picture and is passed over";
            cells.warn_row(message.to_owned());
        }
        if has_image {
            self.images.read(&mut cells);
        }
    }

    fn finish(mut self, seen: &mut Seen) -> ParsedProduct {
        let first_line = self.first_line;
        if self.bad_rows > 0 && self.bad_rows < self.rows && !self.is_refused {
            let message = "nothing of this product was imported; fix the rows and import again".to_owned();
            self.problems.row_error(first_line, message);
        }
        let problems = std::mem::take(&mut self.problems);
        let product = if problems.errors() == 0 { self.build(seen) } else { None };
        ParsedProduct {
            product,
            first_line,
            problems: problems.into_list(),
        }
    }

    fn build(self, seen: &mut Seen) -> Option<Product> {
        let head = self.head?;
        let id = ProductId::for_handle(self.options.org, &self.handle);
        let (option_names, variants) = self.variants.build(head.option_names, (id, &self.handle), seen);
        if variants.is_empty() {
            return None;
        }
        Some(Product {
            id,
            handle: self.handle,
            title: head.title,
            body_html: head.body_html,
            vendor: head.vendor,
            product_type: head.product_type,
            tags: head.tags,
            is_published: head.is_published,
            option_names,
            variants,
            images: self.images.into_list(),
        })
    }

    fn refuse_blank_handle(&mut self, row: Row<'_>) {
        let message = if row.get(Column::Title).is_empty() {
            "the handle is blank; write the handle of the product this row belongs to"
        } else {
            "the handle is blank; give the product a handle, the same on each of its rows"
        };
        self.push_handle_error(row, message);
    }

    fn refuse(&mut self, row: Row<'_>, message: &str) {
        self.is_refused = true;
        self.push_handle_error(row, message);
    }

    fn push_handle_error(&mut self, row: Row<'_>, message: &str) {
        self.problems.push(RowProblem {
            line: row.line(),
            column: Some(row.name(Column::Handle)),
            severity: Severity::Error,
            message: message.to_owned(),
        });
    }
}
