//! SKUs: the seller's, and those derived for variants without one.

use super::*;

fn skus(parsed: &[ParsedProduct]) -> Vec<&str> {
    let products = parsed.iter().filter_map(|parsed| parsed.product.as_ref());
    products
        .flat_map(|product| product.variants.iter().map(|variant| variant.sku.as_str()))
        .collect()
}

#[test]
fn a_blank_sku_is_derived_from_handle_and_options_without_a_problem() {
    let parsed = read_rows("top,Top,Size,Small\ntop,,,Large\n");
    assert_eq!(skus(&parsed), ["TOP-SMALL", "TOP-LARGE"]);
    assert!(parsed[0].problems.is_empty());
}

#[test]
fn derived_skus_that_collide_are_numbered_the_same_way_every_time() {
    let rows = "top,Top,Size,A/B\ntop,,,A B\ntop,,,A-B\n";
    assert_eq!(skus(&read_rows(rows)), ["TOP-A-B", "TOP-A-B-2", "TOP-A-B-3"]);
    assert_eq!(read_rows(rows), read_rows(rows));
}

#[test]
fn a_derived_sku_makes_room_for_one_that_the_product_names_itself() {
    let parsed = read_rows("top,Top,Size,A,,,\ntop,,,B,,,TOP-A\n");
    assert_eq!(skus(&parsed), ["TOP-A-2", "TOP-A"]);
}

#[test]
fn derived_skus_of_two_products_do_not_collide() {
    let parsed = read_rows("a-b,One,Size,c\na,Two,Size,b-c\n");
    assert_eq!(skus(&parsed), ["A-B-C", "A-B-C-2"]);
}

#[test]
fn a_number_on_a_derived_sku_keeps_it_within_the_limit() {
    let (one, two) = ("x".repeat(100), format!("{}!", "x".repeat(100)));
    let parsed = read_rows(&format!("{one},One\n{two},Two\n"));
    assert_eq!(skus(&parsed), ["X".repeat(100), format!("{}-2", "X".repeat(98))]);
}

#[test]
fn thousands_of_products_whose_derived_skus_are_equal_are_read_in_one_pass() {
    let rows: String = (1..=3_000)
        .map(|i| format!("{}a{},Many\n", "-".repeat(i % 100), "-".repeat(i / 100)))
        .collect();
    let parsed = read_rows(&rows);
    assert_eq!(skus(&parsed).last(), Some(&"A-3000"));
}

#[test]
fn a_sku_may_stand_once_in_the_file() {
    let parsed = read_rows("a,A,,,,,S-1\nb,B,Size,S,,,S-2\nb,,,L,,,S-1\nc,C,,,,,s-1\n");
    assert_eq!(skus(&parsed), ["S-1", "s-1"]);
    assert_eq!(
        problems(&parsed[1]),
        [
            "4 Variant SKU: the SKU “S-1” is on line 2 already; give this variant its own",
            "3 row: nothing of this product was imported; fix the rows and import again",
        ]
    );
}

#[test]
fn an_apostrophe_that_keeps_zeros_in_a_spreadsheet_is_not_part_of_the_sku() {
    let parsed = read_rows("a,A,,,,,'0123\nb,B,,,,,0123\n");
    assert_eq!(skus(&parsed), ["0123"]);
    assert_eq!(
        problems(&parsed[1]),
        ["3 Variant SKU: the SKU “0123” is on line 2 already; give this variant its own"]
    );
}

#[test]
fn a_sku_no_marketplace_takes_is_an_error() {
    let parsed = read_rows(&format!("a,A,,,,,{}\n", "S".repeat(101)));
    assert_eq!(
        problems(&parsed[0]),
        [format!(
            "2 Variant SKU: “{}…” cannot be a SKU: a SKU has at most 100 characters",
            "S".repeat(60)
        )]
    );
}
