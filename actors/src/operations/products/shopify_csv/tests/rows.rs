//! What is wrong with rows, and what it means for their product.

use super::*;

fn quantity(text: &str) -> (Option<Option<i64>>, Vec<String>) {
    let parsed = read_cells("Variant Inventory Qty", text);
    let problems = problems(&parsed);
    (
        parsed.product.map(|product| product.variants[0].opening_quantity),
        problems,
    )
}

fn price(text: &str) -> (Option<Option<i64>>, Vec<String>) {
    let parsed = read_cells("Variant Price", text);
    let problems = problems(&parsed);
    (
        parsed
            .product
            .map(|product| product.variants[0].price.map(|price| price.minor)),
        problems,
    )
}

/// The one problem of a product with this cell, without line and column.
fn problem(header: &str, cell: &str) -> String {
    let parsed = read_cells(header, cell);
    assert_eq!(
        (parsed.product, parsed.problems.len()),
        (None, 1),
        "{cell}: {:?}",
        parsed.problems
    );
    assert_eq!(parsed.problems[0].column.as_deref(), Some(header));
    parsed.problems[0].message.clone()
}

#[test]
fn quantities_are_whole_numbers_and_a_negative_one_is_stock_owed() {
    for (text, units) in [
        ("", None),
        ("0", Some(0)),
        ("3", Some(3)),
        ("3.0", Some(3)),
        ("-0", Some(0)),
    ] {
        assert_eq!(quantity(text), (Some(units), vec![]), "{text}");
    }
    assert_eq!(quantity("1000000000000"), (Some(Some(1_000_000_000_000)), vec![]));
    let owed = "2 Variant Inventory Qty: warning: −3 in the file means 3 units owed; imported as 0 on hand";
    assert_eq!(quantity("-3"), (Some(Some(0)), vec![owed.to_owned()]));
    for bad in ["many", "3.5", "1e3", "--1", "+1", "\"1,000\"", ".0"] {
        assert!(
            problem("Variant Inventory Qty", bad).contains("is not a whole number of units"),
            "{bad}"
        );
    }
    for bad in ["1000000000001", "-99999999999999999999", "99999999999999999999"] {
        assert!(
            problem("Variant Inventory Qty", bad).contains("is more than 1000000000000 units"),
            "{bad}"
        );
    }
}

#[test]
fn prices_are_plain_amounts_and_anything_else_says_how_to_write_it() {
    for (text, minor) in [
        ("", None),
        ("0", Some(0)),
        ("50", Some(5000)),
        ("19.9", Some(1990)),
        ("19.900", Some(1990)),
    ] {
        assert_eq!(price(text), (Some(minor), vec![]), "{text}");
    }
    assert!(problem("Variant Price", "\"1,234.50\"").contains("without thousands separators"));
    assert!(problem("Variant Price", "-5").contains("is negative"));
    assert!(problem("Variant Price", "$5").contains("is not an amount"));
    assert!(problem("Variant Price", "1.005").contains("has too many decimal places; SGD has 2"));
    assert!(problem("Variant Compare At Price", "free").contains("is not an amount"));
}

#[test]
fn weights_policies_and_yes_or_no_are_read_as_spreadsheets_write_them() {
    let header = "Variant Grams,Variant Inventory Policy,Variant Requires Shipping,Variant Taxable";
    for (cells, read) in [
        (",,,", (0, false, true, true)),
        ("0.5,deny,TRUE,yes", (1, false, true, true)),
        ("0.49,Continue,no,False", (0, true, false, false)),
    ] {
        let variant = read_cells(header, cells).product.unwrap().variants.remove(0);
        let found = (
            variant.grams,
            variant.continues_selling,
            variant.requires_shipping,
            variant.is_taxable,
        );
        assert_eq!(found, read, "{cells}");
    }
    assert!(problem("Variant Grams", "-1").contains("is not a weight in grams"));
    assert!(problem("Variant Grams", "1000000001").contains("is more than 1000000000 grams"));
    assert!(problem("Variant Inventory Policy", "maybe").contains("write deny to stop selling at zero"));
    assert!(problem("Variant Taxable", "WAHR").contains("write TRUE or FALSE"));
    assert!(problem("Published", "global").contains("write TRUE or FALSE"));
}

#[test]
fn texts_have_limits_and_no_control_characters() {
    let long = "x".repeat(256);
    assert!(problem("Vendor", &long).contains("has 256 characters; at most 255 are allowed"));
    assert!(problem("Vendor", "\"two\nlines\"").contains("contains a line break"));
    assert!(problem("Variant Barcode", &long).contains("at most 255"));
    let tags: Vec<String> = (0..251).map(|i| i.to_string()).collect();
    assert_eq!(
        problem("Tags", &format!("\"{}\"", tags.join(","))),
        "251 tags are too many; keep at most 250"
    );
    assert!(problem("Tags", &"x".repeat(65 * 1024)).contains("longer than 64 KiB"));
    assert!(problem("Body (HTML)", &"x".repeat(513 * 1024)).contains("longer than 512 KiB"));
    let body = read_cells("Body (HTML)", &"x".repeat(512 * 1024))
        .product
        .unwrap()
        .body_html;
    assert_eq!(body.len(), 512 * 1024);
    let parsed = read(format!("Handle,Title\n{long},Long\nlamp,{long}\n"));
    assert!(problems(&parsed[0])[0].starts_with("2 Handle: “xxx"));
    assert!(problems(&parsed[1])[0].starts_with("3 Title: “xxx"));
}

#[test]
fn a_barcode_that_a_spreadsheet_shortened_is_a_warning() {
    let parsed = read_cells("Variant Barcode", "8.85E+11");
    assert_eq!(parsed.product.as_ref().unwrap().variants[0].barcode, "8.85E+11");
    assert!(problems(&parsed)[0].starts_with("2 Variant Barcode: warning: “8.85E+11” looks like a number"));
}

#[test]
fn one_bad_row_keeps_the_whole_product_out_and_no_other() {
    let parsed = read_rows("a,A,Size,S,,,,1\na,,,M,,,,one\na,,,L,,,,1\nb,B,,,,,,2\n");
    assert_eq!(parsed[0].product, None);
    assert_eq!(
        problems(&parsed[0]),
        [
            "3 Variant Price: “one” is not an amount; write digits with an optional decimal point, as in 19.90",
            "2 row: nothing of this product was imported; fix the rows and import again",
        ]
    );
    assert!(parsed[1].product.is_some());
}

#[test]
fn every_problem_of_a_row_is_told_at_once() {
    let parsed = read_rows("a,A,Size,,Size,M,,one,many,pic\n");
    let columns: Vec<_> = parsed[0]
        .problems
        .iter()
        .map(|problem| problem.column.clone().unwrap())
        .collect();
    assert_eq!(
        columns,
        ["Option2 Name", "Variant Price", "Variant Inventory Qty", "Image Src"]
    );
}

#[test]
fn a_handle_that_comes_back_after_another_is_an_error_at_its_second_place() {
    let parsed = read_rows("a,A,Size,S\nb,B\na,,,M\na,,,L\nc,C\n");
    assert_eq!(
        parsed.iter().map(|parsed| parsed.product.is_some()).collect::<Vec<_>>(),
        [true, true, false, true]
    );
    assert_eq!(
        problems(&parsed[2]),
        ["4 Handle: the handle “a” of line 2 appears again at line 4; rows of one product must stand together"]
    );
}

#[test]
fn a_row_without_a_handle_spoils_the_product_it_may_belong_to_unless_it_has_a_title() {
    let parsed = read_rows("a,A,Size,S\n,,,M\nb,B\n,C\n,D\n");
    let usable: Vec<_> = parsed
        .iter()
        .map(|parsed| (parsed.first_line, parsed.product.is_some()))
        .collect();
    assert_eq!(usable, [(2, false), (4, true), (5, false), (6, false)]);
    assert_eq!(
        problems(&parsed[0])[0],
        "3 Handle: the handle is blank; write the handle of the product this row belongs to"
    );
    assert_eq!(
        problems(&parsed[2]),
        ["5 Handle: the handle is blank; give the product a handle, the same on each of its rows"]
    );
}

#[test]
fn options_must_be_named_filled_in_and_different() {
    let message = |rows: &str| problems(&read_rows(rows)[0])[0].clone();
    assert!(message("a,A,Size,S\na,,,S\n").starts_with("3 Option1 Value: the variant “S” is on line 2 already"));
    assert!(message("a,A,,,,,S-1\na,,,,,,S-2\n").contains("are both a variant without options"));
    assert!(message("a,A,,Small\n").contains("“Small” belongs to no option"));
    assert!(message("a,A,Size,S,Colour,\n").contains("no value for the option “Colour”"));
    assert!(message("a,A,,,Colour,Red\n").contains("fill the options from the left"));
    assert!(message("a,A,Size,S,size,M\n").contains("two options are named “size”"));
    assert!(message("a,A,Size,S\na,,Colour,Red\n").contains("says “Size” and not “Colour”"));
    assert!(message("a,A,Size,S\na,,,,,,,,5\n").contains("no value for the option “Size”"));
    assert!(message("a,,Size,S\n").contains("the first row of a product must have a title"));
}

#[test]
fn a_later_row_may_repeat_the_first_and_an_empty_one_is_passed_over() {
    let parsed = read_rows("a,A,Size,S\na,A,Size,M\na,Other,,L\na\n");
    assert_eq!(parsed[0].product.as_ref().unwrap().variants.len(), 3);
    assert_eq!(
        problems(&parsed[0]),
        [
            "4 Title: warning: the title “Other” is passed over; the product's first row says “A”",
            "5 row: warning: this row holds neither a variant nor a picture and is passed over",
        ]
    );
}

#[test]
fn a_product_may_have_2048_rows_and_no_more() {
    let rows = |count: usize| -> String { (0..count).map(|i| format!("a,A,Size,{i}\n")).collect() };
    assert_eq!(
        read_rows(&rows(2_048))[0].product.as_ref().unwrap().variants.len(),
        2_048
    );
    let parsed = read_rows(&format!("{}b,B\n", rows(2_050)));
    assert_eq!(
        parsed.iter().map(|parsed| parsed.product.is_some()).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(
        problems(&parsed[0]),
        ["2050 Handle: a product has at most 2048 rows; split it into several products"]
    );
}
