//! The reader on excerpts: helpers here, the tests by what they are about.

mod files;
mod products;
mod rows;
mod samples;
mod skus;

use domain::catalog::Product;
use domain::ids::OrgId;
use domain::money::Currency;

use super::*;

/// The columns most tests need.
const HEADER: &str = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,\
                      Variant Inventory Qty,Image Src";

fn options() -> ReadOptions {
    ReadOptions {
        org: OrgId::new(uuid::Uuid::from_u128(1)),
        currency: Currency::parse("SGD").unwrap(),
    }
}

/// Every product of a file that can be read to its end.
fn read(text: impl AsRef<[u8]>) -> Vec<ParsedProduct> {
    let mut file = ShopifyCsv::new(text.as_ref(), options()).unwrap();
    std::iter::from_fn(|| file.next_product())
        .collect::<Result<_, _>>()
        .unwrap()
}

/// Every product of a file with the usual header.
fn read_rows(rows: &str) -> Vec<ParsedProduct> {
    read(format!("{HEADER}\n{rows}"))
}

/// The only product of a file, without problems.
fn read_one(text: impl AsRef<[u8]>) -> Product {
    let mut products = read(text);
    let only = products.pop().unwrap();
    assert_eq!(
        (products.as_slice(), only.problems.as_slice()),
        ([].as_slice(), [].as_slice())
    );
    only.product.unwrap()
}

/// One variant, with these cells beside the handle and the title.
fn read_cells(header: &str, cells: &str) -> ParsedProduct {
    let mut products = read(format!("Handle,Title,{header}\nlamp,Lamp,{cells}\n"));
    assert_eq!(products.len(), 1);
    products.pop().unwrap()
}

/// What stopped the reading of a file.
fn file_error(text: impl AsRef<[u8]>) -> FileError {
    match ShopifyCsv::new(text.as_ref(), options()) {
        Err(error) => error,
        Ok(mut file) => loop {
            match file.next_product().unwrap() {
                Ok(_) => {}
                Err(error) => {
                    assert!(file.next_product().is_none(), "nothing may follow an error");
                    return error;
                }
            }
        },
    }
}

/// The problems as `line column: message`, warnings marked.
fn problems(product: &ParsedProduct) -> Vec<String> {
    let line = |problem: &RowProblem| {
        let column = problem.column.as_deref().unwrap_or("row");
        let mark = if problem.severity == Severity::Warning {
            "warning: "
        } else {
            ""
        };
        format!("{} {column}: {mark}{}", problem.line, problem.message)
    };
    product.problems.iter().map(line).collect()
}
