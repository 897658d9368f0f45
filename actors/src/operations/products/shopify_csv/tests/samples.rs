//! Shopify's own sample files: whole where the data folder is beside the checkout, and as an excerpt everywhere.

use std::path::Path;

use super::*;

/// The header and the first two products of Shopify's apparel sample.
const EXCERPT: &str = r#"Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Google Shopping / Google Product Category,Google Shopping / Gender,Google Shopping / Age Group,Google Shopping / MPN,Google Shopping / AdWords Grouping,Google Shopping / AdWords Labels,Google Shopping / Condition,Google Shopping / Custom Product,Google Shopping / Custom Label 0,Google Shopping / Custom Label 1,Google Shopping / Custom Label 2,Google Shopping / Custom Label 3,Google Shopping / Custom Label 4,Variant Image,Variant Weight Unit,Variant Tax Code
ocean-blue-shirt,Ocean Blue Shirt,Ocean blue cotton shirt with a narrow collar and buttons down the front and long sleeves. Comfortable fit and tiled kalidoscope patterns. ,partners-demo,,men,true,Title,Default Title,,,,,,0,,1,deny,manual,50,,true,true,,https://burst.shopifycdn.com/photos/young-man-in-bright-fashion_925x.jpg,1,,false,,,,,,,,,,,,,,,,,kg,
classic-varsity-top,Classic Varsity Top,"Womens casual varsity top, This grey and black buttoned top is a sport-inspired piece complete with an embroidered letter. ",partners-demo,,women,true,Size,Small,,,,,,0,,1,deny,manual,60,,true,true,,https://burst.shopifycdn.com/photos/casual-fashion-woman_925x.jpg,1,,false,,,,,,,,,,,,,,,,,kg,
classic-varsity-top,,,,,,,,Medium,,,,,,0,,1,deny,manual,60,,true,true,,,,,,,,,,,,,,,,,,,,,,kg,
classic-varsity-top,,,,,,,,Large,,,,,,0,,1,deny,manual,60,,true,true,,,,,,,,,,,,,,,,,,,,,,kg,
"#;

/// Every product of a sample, which must be without any problem.
fn read_sample(text: &[u8]) -> Vec<Product> {
    let without_problems = |parsed: ParsedProduct| {
        assert_eq!(parsed.problems, [], "line {}", parsed.first_line);
        parsed.product.unwrap()
    };
    read(text).into_iter().map(without_problems).collect()
}

#[test]
fn the_excerpt_of_the_apparel_sample_is_read_without_a_problem() {
    let products = read_sample(EXCERPT.as_bytes());
    let [shirt, top] = products.as_slice() else {
        panic!("{products:?}")
    };
    assert_eq!(
        (shirt.handle.as_str(), shirt.option_names.len(), shirt.variants.len()),
        ("ocean-blue-shirt", 0, 1)
    );
    let variants: Vec<_> = top
        .variants
        .iter()
        .map(|variant| (variant.sku.as_str(), variant.price.unwrap().minor))
        .collect();
    let expected = [
        ("CLASSIC-VARSITY-TOP-SMALL", 6000),
        ("CLASSIC-VARSITY-TOP-MEDIUM", 6000),
        ("CLASSIC-VARSITY-TOP-LARGE", 6000),
    ];
    assert_eq!(variants, expected);
}

#[test]
fn the_sample_files_are_read_without_a_problem_where_they_are_present() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/shopify");
    for (name, products, variants) in [("apparel.csv", 20, 22), ("home-and-garden.csv", 20, 21)] {
        let Ok(text) = std::fs::read(folder.join(name)) else {
            continue;
        };
        let read = read_sample(&text);
        let variant_count: usize = read.iter().map(|product| product.variants.len()).sum();
        assert_eq!((read.len(), variant_count), (products, variants), "{name}");
    }
}

#[test]
fn the_catalogue_in_the_repository_is_read_without_an_error() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/samples/catalogue.csv");
    let Ok(text) = std::fs::read(path) else { return };
    for parsed in read(text) {
        assert!(parsed.product.is_some(), "{:?}", parsed.problems);
    }
}
