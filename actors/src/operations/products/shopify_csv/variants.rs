//! The variants of one product: a row each.

use std::collections::HashMap;

use domain::catalog::{Sku, Variant};
use domain::ids::{ItemId, ProductId, VariantId};
use domain::money::{Currency, Money};

use super::cells::Cells;
use super::columns::Column;
use super::head::Head;
use super::problems::shorten;
use super::seen::{Seen, SeenAt};
use super::values;

/// What Shopify calls the option of a product without options, and its value.
const NO_OPTION: (&str, &str) = ("Title", "Default Title");

/// The variants so far.
#[derive(Debug, Default)]
pub(super) struct Variants {
    rows: Vec<VariantRow>,
    /// The line of every combination of option values.
    combinations: HashMap<Vec<String>, u64>,
}

/// A variant that has no id yet, and perhaps no SKU.
#[derive(Debug)]
struct VariantRow {
    line: u64,
    sku: Option<Sku>,
    option_values: Vec<String>,
    price: Option<Money>,
    compare_at: Option<Money>,
    barcode: String,
    grams: i64,
    requires_shipping: bool,
    is_taxable: bool,
    continues_selling: bool,
    opening_quantity: Option<i64>,
}

/// What a row needs to know of the rest of the file.
pub(super) struct Surroundings<'a> {
    /// The product's first row, unless that is unusable.
    pub(super) head: Option<&'a Head>,
    /// Prices are in it.
    pub(super) currency: Currency,
    /// The SKUs of the file so far.
    pub(super) seen: &'a mut Seen,
}

impl Variants {
    /// Whether a row after the first holds a variant, and not just another picture.
    pub(super) fn are_on(cells: &Cells<'_>) -> bool {
        let [(_, first), (_, second), (_, third)] = Column::OPTIONS;
        // A quantity or a barcode alone is a variant that lost its options: an error to show, not a row to pass over.
        let telling = [
            first,
            second,
            third,
            Column::Sku,
            Column::Price,
            Column::Quantity,
            Column::Barcode,
        ];
        telling.into_iter().any(|column| !cells.is_blank(column))
    }

    /// Takes the row's variant; after an error there is none.
    pub(super) fn read(&mut self, cells: &mut Cells<'_>, around: &mut Surroundings<'_>) {
        let option_values = option_values(cells, around.head.map(|head| head.option_names.as_slice()));
        let is_new = option_values
            .as_ref()
            .is_some_and(|values| self.is_new_combination(cells, values));
        let Some(row) = VariantRow::read(cells, around, option_values) else {
            return;
        };
        if is_new {
            self.rows.push(row);
        }
    }

    /// The variants, and the names of their options: none when there is nothing to choose.
    pub(super) fn build(
        mut self,
        names: Vec<String>,
        product: (ProductId, &str),
        seen: &mut Seen,
    ) -> (Vec<String>, Vec<Variant>) {
        let (product, handle) = product;
        let mut names = names;
        if let [only] = self.rows.as_mut_slice()
            && names.first().is_some_and(|name| name == NO_OPTION.0)
            && names.len() == 1
            && only.option_values.first().is_some_and(|value| value == NO_OPTION.1)
        {
            names.clear();
            only.option_values.clear();
        }
        let variants = self
            .rows
            .into_iter()
            .map(|row| row.build(product, handle, seen))
            .collect();
        (names, variants)
    }

    fn is_new_combination(&mut self, cells: &mut Cells<'_>, values: &[String]) -> bool {
        let Some(first) = self.combinations.get(values).copied() else {
            self.combinations.insert(values.to_vec(), cells.line());
            return true;
        };
        let shown = shorten(&values.join(" / "));
        let message = if values.is_empty() {
            format!(
                "this row and line {first} are both a variant without options; name the options that tell them apart"
            )
        } else {
            format!("the variant “{shown}” is on line {first} already; change its options or remove this row")
        };
        cells.error(Column::Option1Value, message);
        false
    }
}

impl VariantRow {
    fn read(cells: &mut Cells<'_>, around: &mut Surroundings<'_>, option_values: Option<Vec<String>>) -> Option<Self> {
        let sku = sku(cells, around.seen);
        let price = cells.read(Column::Price, |text| values::price(text, around.currency));
        let compare_at = cells.read(Column::CompareAt, |text| values::price(text, around.currency));
        let barcode = barcode(cells);
        let grams = cells.read(Column::Grams, values::grams);
        let requires_shipping = cells.read(Column::RequiresShipping, values::flag);
        let is_taxable = cells.read(Column::Taxable, values::flag);
        let continues_selling = cells.read(Column::Policy, values::continues_selling);
        let opening = cells.read(Column::Quantity, values::quantity);
        if let Some(owed) = opening.map(|opening| opening.owed).filter(|owed| *owed > 0) {
            let message = format!("−{owed} in the file means {owed} units owed; imported as 0 on hand");
            cells.warn(Column::Quantity, message);
        }
        Some(Self {
            line: cells.line(),
            sku: sku?,
            option_values: option_values?,
            price: price?,
            compare_at: compare_at?,
            barcode: barcode?,
            grams: grams?,
            requires_shipping: requires_shipping?,
            is_taxable: is_taxable?,
            continues_selling: continues_selling?,
            opening_quantity: opening?.on_hand,
        })
    }

    fn build(self, product: ProductId, handle: &str, seen: &mut Seen) -> Variant {
        let options: Vec<&str> = self.option_values.iter().map(String::as_str).collect();
        let id = VariantId::for_options(product, &options);
        let sku = self.sku.unwrap_or_else(|| seen.derive_sku(handle, &options, self.line));
        Variant {
            id,
            item: ItemId::for_variant(id),
            sku,
            price: self.price,
            compare_at: self.compare_at,
            barcode: self.barcode,
            grams: self.grams,
            requires_shipping: self.requires_shipping,
            is_taxable: self.is_taxable,
            continues_selling: self.continues_selling,
            opening_quantity: self.opening_quantity,
            option_values: self.option_values,
        }
    }
}

/// One value for every option that has a name. Without the names (the first row is unusable) whatever is there.
fn option_values(cells: &mut Cells<'_>, names: Option<&[String]>) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut is_sound = true;
    for (index, (_, column)) in Column::OPTIONS.into_iter().enumerate() {
        let Some(value) = cells.line_text(column) else {
            is_sound = false;
            continue;
        };
        let Some(names) = names else {
            values.push(value);
            continue;
        };
        match (names.get(index), value.is_empty()) {
            (Some(_), false) => values.push(value),
            (None, true) => {}
            (None, false) if names.is_empty() && value == NO_OPTION.1 => {}
            (Some(name), true) => {
                is_sound = false;
                let name = shorten(name);
                cells.error(
                    column,
                    format!("this variant has no value for the option “{name}”; fill it in"),
                );
            }
            (None, false) => {
                is_sound = false;
                let value = shorten(&value);
                cells.error(
                    column,
                    format!("“{value}” belongs to no option; name the option on the product's first row"),
                );
            }
        }
    }
    is_sound.then_some(values)
}

fn sku(cells: &mut Cells<'_>, seen: &mut Seen) -> Option<Option<Sku>> {
    let sku = cells.read(Column::Sku, values::sku)?;
    if let Some(taken) = &sku
        && let Err(SeenAt(first)) = seen.claim_sku(taken, cells.line())
    {
        let taken = shorten(taken.as_str());
        cells.error(
            Column::Sku,
            format!("the SKU “{taken}” is on line {first} already; give this variant its own"),
        );
        return None;
    }
    Some(sku)
}

fn barcode(cells: &mut Cells<'_>) -> Option<String> {
    let barcode = cells.read(Column::Barcode, values::barcode)?;
    if values::is_scientific(&barcode) {
        let shown = shorten(&barcode);
        let message =
            format!("“{shown}” looks like a number that a spreadsheet shortened; check the digits at the source");
        cells.warn(Column::Barcode, message);
    }
    Some(barcode)
}
