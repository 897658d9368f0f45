//! Which column of the file holds what. Shopify renamed its columns in 2024; both styles are read, in any order.

use csv::StringRecord;

use super::errors::FileError;
use super::problems::shorten;

/// Most columns a header may name. Exports have about 50, and one more for every metafield and market.
pub(super) const MAX_COLUMNS: usize = 2_000;

/// What the reader understands; every other column is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    ProductType,
    Tags,
    Published,
    Status,
    Option1Name,
    Option1Value,
    Option2Name,
    Option2Value,
    Option3Name,
    Option3Value,
    Sku,
    Grams,
    Quantity,
    Policy,
    Price,
    CompareAt,
    RequiresShipping,
    Taxable,
    Barcode,
    ImageSrc,
    ImagePosition,
    ImageAlt,
}

/// Every column with its names, the classic one first, compared without regard to capitals. In the order of [`Column`].
const NAMES: [(Column, &[&str]); 26] = [
    (Column::Handle, &["Handle", "URL handle"]),
    (Column::Title, &["Title"]),
    (Column::Body, &["Body (HTML)", "Body HTML", "Description"]),
    (Column::Vendor, &["Vendor"]),
    (Column::ProductType, &["Type", "Custom Product Type", "Product type"]),
    (Column::Tags, &["Tags"]),
    (Column::Published, &["Published", "Published on online store"]),
    (Column::Status, &["Status"]),
    (Column::Option1Name, &["Option1 Name"]),
    (Column::Option1Value, &["Option1 Value"]),
    (Column::Option2Name, &["Option2 Name"]),
    (Column::Option2Value, &["Option2 Value"]),
    (Column::Option3Name, &["Option3 Name"]),
    (Column::Option3Value, &["Option3 Value"]),
    (Column::Sku, &["Variant SKU", "SKU"]),
    (Column::Grams, &["Variant Grams", "Weight value (grams)"]),
    (Column::Quantity, &["Variant Inventory Qty", "Inventory quantity"]),
    (
        Column::Policy,
        &["Variant Inventory Policy", "Continue selling when out of stock"],
    ),
    (Column::Price, &["Variant Price", "Price"]),
    (
        Column::CompareAt,
        &["Variant Compare At Price", "Compare-at price", "Compare at price"],
    ),
    (
        Column::RequiresShipping,
        &["Variant Requires Shipping", "Requires shipping"],
    ),
    (Column::Taxable, &["Variant Taxable", "Charge tax"]),
    (Column::Barcode, &["Variant Barcode", "Barcode"]),
    (Column::ImageSrc, &["Image Src", "Product image URL"]),
    (Column::ImagePosition, &["Image Position"]),
    (Column::ImageAlt, &["Image Alt Text"]),
];

impl Column {
    /// The columns without which nothing can be read.
    const REQUIRED: [Self; 2] = [Self::Handle, Self::Title];
    /// The name and the value column of each option.
    pub(super) const OPTIONS: [(Self, Self); 3] = [
        (Self::Option1Name, Self::Option1Value),
        (Self::Option2Name, Self::Option2Value),
        (Self::Option3Name, Self::Option3Value),
    ];

    pub(super) fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(column, _)| *column)
    }

    /// The names it goes by, the classic one first.
    fn names(self) -> &'static [&'static str] {
        NAMES.get(self as usize).map_or(&[], |(_, names)| names)
    }

    /// Whether a header cell means this column.
    pub(super) fn is_named(self, text: &str) -> bool {
        self.names().iter().any(|name| name.eq_ignore_ascii_case(text))
    }
}

/// Where the columns of one file are.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// By [`Column`]: the place in a record, and the name the file uses.
    places: Vec<Option<(usize, String)>>,
    width: usize,
}

impl Columns {
    /// Reads the header.
    pub(super) fn from_header(header: &StringRecord) -> Result<Self, FileError> {
        if header.len() > MAX_COLUMNS {
            return Err(FileError::TooManyColumns { found: header.len() });
        }
        if let Some(found) = foreign_separator(header) {
            return Err(found);
        }
        let mut places: Vec<Option<(usize, String)>> = vec![None; NAMES.len()];
        for (index, cell) in header.iter().map(str::trim).enumerate() {
            let Some(column) = Column::all().find(|column| column.is_named(cell)) else {
                continue;
            };
            let Some(place) = places.get_mut(column as usize) else {
                continue;
            };
            if let Some((_, first)) = place.take() {
                return Err(FileError::RepeatedColumn {
                    first,
                    second: cell.to_owned(),
                });
            }
            *place = Some((index, cell.to_owned()));
        }
        let columns = Self {
            places,
            width: header.len(),
        };
        let missing: Vec<String> = Column::REQUIRED
            .into_iter()
            .filter(|column| columns.place(*column).is_none())
            .map(|column| column.names().join(" or "))
            .collect();
        if missing.is_empty() {
            Ok(columns)
        } else {
            Err(FileError::MissingColumns { missing })
        }
    }

    /// Where the column is in a record, if the file has it.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize)?.as_ref().map(|(index, _)| *index)
    }

    /// What the file calls the column; its classic name when the file does not have it.
    pub(super) fn name(&self, column: Column) -> String {
        let place = self.places.get(column as usize).and_then(Option::as_ref);
        let classic = || column.names().first().copied().unwrap_or_default().to_owned();
        place.map_or_else(classic, |(_, name)| shorten(name))
    }

    /// How many columns the header names.
    pub(super) fn width(&self) -> usize {
        self.width
    }
}

/// A header that is one column to us and several to its writer.
fn foreign_separator(header: &StringRecord) -> Option<FileError> {
    let only = if header.len() == 1 {
        header.get(0)?.trim()
    } else {
        return None;
    };
    if only.contains('\r') {
        return Some(FileError::NotCsv {
            found: "a file with the line ends of old Macintosh computers",
        });
    }
    let separators = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];
    let (_, found) = separators
        .into_iter()
        .find(|(separator, _)| only.contains(*separator))?;
    Some(FileError::NotCommas { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_names_is_in_the_order_of_the_columns() {
        for (index, (column, names)) in NAMES.iter().enumerate() {
            assert_eq!(*column as usize, index, "{column:?}");
            assert!(!names.is_empty(), "{column:?}");
        }
    }

    #[test]
    fn no_name_stands_for_two_columns() {
        for (column, names) in NAMES {
            for name in names {
                let meant: Vec<Column> = Column::all().filter(|other| other.is_named(name)).collect();
                assert_eq!(meant, [column], "{name}");
            }
        }
    }
}
