//! What a product is made of.

use domain::ids::{ItemId, ProductId, VariantId};

use super::*;

const FULL: &str = "\u{feff}Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,\
Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,\
Variant Inventory Qty,\
Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,\
Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,Status\r\n\
pot,Clay Pot,\"<p>Two\r\nlines, \"\"quoted\"\"</p>\",Company 123,Outdoor,\"Pot, Plants, Pot,\",true,Size,Small,Colour,\
Red,,,'0012,1500.5,shopify,3.0,continue,manual,9.99,15,TRUE,false,'0123456789,https://x.test/1.jpg,1,A pot,false,active\r\n\
pot,,,,,,,,Large,,Red,,,,0,shopify,,deny,manual,,,true,true,,https://x.test/2.jpg,2,,,\r\n\
pot,,,,,,,,,,,,,,,,,,,,,,,,https://x.test/3.jpg,3,,,\r\n\
bag,Bag,,,,,false,Title,Default Title,,,,,,,,4,,,30,,,,,,,,,\r\n";

#[test]
fn rows_with_one_handle_are_one_product_with_its_variants_and_pictures() {
    let products = read(FULL);
    assert_eq!(
        products.iter().map(|product| product.first_line).collect::<Vec<_>>(),
        [2, 6]
    );
    let pot = products[0].product.clone().unwrap();
    assert_eq!(pot.id, ProductId::for_handle(options().org, "pot"));
    assert_eq!(
        (pot.title.as_str(), pot.vendor.as_str(), pot.product_type.as_str()),
        ("Clay Pot", "Company 123", "Outdoor")
    );
    assert_eq!(pot.body_html, "<p>Two\nlines, \"quoted\"</p>");
    assert_eq!(pot.tags, ["Pot", "Plants"]);
    assert!(pot.is_published);
    assert_eq!(pot.option_names, ["Size", "Colour"]);
    let images: Vec<_> = pot
        .images
        .iter()
        .map(|image| (image.url.as_str(), image.position))
        .collect();
    assert_eq!(
        images,
        [
            ("https://x.test/1.jpg", 1),
            ("https://x.test/2.jpg", 2),
            ("https://x.test/3.jpg", 3)
        ]
    );
    assert_eq!(pot.images[0].alt_text, "A pot");

    let [small, large] = pot.variants.as_slice() else {
        panic!("{:?}", pot.variants)
    };
    assert_eq!(small.id, VariantId::for_options(pot.id, &["Small", "Red"]));
    assert_eq!(small.item, ItemId::for_variant(small.id));
    assert_eq!((small.sku.as_str(), small.barcode.as_str()), ("0012", "0123456789"));
    assert_eq!(small.option_values, ["Small", "Red"]);
    assert_eq!(
        (small.price.unwrap().minor, small.compare_at.unwrap().minor),
        (999, 1500)
    );
    assert_eq!((small.grams, small.opening_quantity), (1501, Some(3)));
    assert_eq!(
        (small.requires_shipping, small.is_taxable, small.continues_selling),
        (true, false, true)
    );
    assert_eq!(
        (large.sku.as_str(), large.price, large.opening_quantity),
        ("POT-LARGE-RED", None, None)
    );
    assert!(!large.continues_selling);
}

#[test]
fn a_default_title_means_that_there_is_nothing_to_choose() {
    let bag = read(FULL).pop().unwrap().product.unwrap();
    assert!(!bag.is_published);
    assert!(bag.option_names.is_empty());
    let [only] = bag.variants.as_slice() else {
        panic!("{:?}", bag.variants)
    };
    assert!(only.option_values.is_empty());
    assert_eq!(only.id, VariantId::for_options(bag.id, &[]));
    assert_eq!(only.sku.as_str(), "BAG");
}

#[test]
fn two_variants_make_title_a_choice_after_all() {
    let product = read_one(format!("{HEADER}\ntea,Tea,Title,Default Title\ntea,,,Green\n"));
    assert_eq!(product.option_names, ["Title"]);
    assert_eq!(product.variants.len(), 2);
}

#[test]
fn a_handle_and_a_title_are_enough_and_short_rows_are_filled_with_blanks() {
    let product = read_one("Title,Handle\nLamp,lamp");
    assert_eq!(
        (product.handle.as_str(), product.title.as_str(), product.variants.len()),
        ("lamp", "Lamp", 1)
    );
    let lamp = &product.variants[0];
    assert_eq!((lamp.price, lamp.opening_quantity, lamp.grams), (None, None, 0));
    assert!(product.is_published && lamp.requires_shipping && lamp.is_taxable && !lamp.continues_selling);
}

#[test]
fn both_naming_styles_and_any_order_of_columns_read_the_same() {
    let classic = "Handle,Title,Body (HTML),Published,Variant SKU,Variant Barcode,Variant Price,\
Variant Compare At Price,Variant Taxable,Variant Inventory Qty,Variant Inventory Policy,Variant Grams,\
Variant Requires Shipping,\
Image Src,Image Position,Image Alt Text,Option1 Name,Option1 Value,Cost per item\n\
lamp,Lamp,<p>x</p>,TRUE,L-1,4006381333931,19.90,25,FALSE,7,CONTINUE,250,FALSE,https://x.test/l.jpg,1,Lit,Size,Big,3\n";
    let renamed = "Title,URL handle,Description,Published on online store,SKU,Barcode,Price,Price / International,\
Compare-at price,Charge tax,Inventory quantity,Continue selling when out of stock,Weight value (grams),\
Requires shipping,Product image URL,Image position,Image alt text,Option1 name,Option1 value,Option1 Linked To,\
Google Shopping / Gender\n\
Lamp,lamp,<p>x</p>,TRUE,L-1,4006381333931,19.90,30,25,FALSE,7,CONTINUE,250,FALSE,https://x.test/l.jpg,1,Lit,Size,\
Big,,Unisex\n";
    assert_eq!(read_one(classic), read_one(renamed));
}

#[test]
fn a_draft_is_not_published_and_neither_is_a_status_nobody_knows() {
    for (cells, is_published) in [
        ("true,active", true),
        ("true,Draft", false),
        ("false,active", false),
        ("true,", true),
    ] {
        let parsed = read_cells("Published,Status", cells);
        assert_eq!(
            (parsed.product.as_ref().unwrap().is_published, problems(&parsed).len()),
            (is_published, 0),
            "{cells}"
        );
    }
    let parsed = read_cells("Published,Status", "true,sleeping");
    assert!(!parsed.product.as_ref().unwrap().is_published);
    assert_eq!(
        problems(&parsed),
        [
            "2 Status: warning: “sleeping” is not a status (active, draft, archived, unlisted); imported as not \
             published"
        ]
    );
}

#[test]
fn pictures_are_kept_once_each_in_the_order_of_their_positions() {
    let text = "Handle,Title,Image Src,Image Position,Image Alt Text\n\
lamp,Lamp,https://x.test/b.jpg,2,B\nlamp,,https://x.test/a.jpg,1,A\nlamp,,https://x.test/b.jpg,3,again\n\
lamp,,HTTP://x.test/c.jpg,,C\n";
    let images = read_one(text).images;
    let images: Vec<_> = images
        .iter()
        .map(|image| (image.alt_text.as_str(), image.position))
        .collect();
    assert_eq!(images, [("A", 1), ("B", 2), ("C", 3)]);
}

#[test]
fn a_picture_that_cannot_be_used_is_passed_over_with_a_warning() {
    let rows = "lamp,Lamp,x.jpg,\nlamp,,ftp://x.test/a,\nlamp,,https://,\n\
lamp,,https://x.test/a b,\nlamp,,https://x.test/a,first\n";
    let parsed = read(format!("Handle,Title,Image Src,Image Position\n{rows}"))
        .pop()
        .unwrap();
    let images = parsed.product.as_ref().unwrap().images.clone();
    assert_eq!(
        images
            .iter()
            .map(|image| (image.url.as_str(), image.position))
            .collect::<Vec<_>>(),
        [("https://x.test/a", 1)]
    );
    assert_eq!(
        problems(&parsed),
        [
            "2 Image Src: warning: “x.jpg” is not an address that starts with https://; the picture is passed over",
            "3 Image Src: warning: “ftp://x.test/a” is not an address that starts with https://; the picture is passed \
             over",
            "4 Image Src: warning: “https://” is not an address that starts with https://; the picture is passed over",
            "5 Image Src: warning: “https://x.test/a b” contains blanks, which no address does; the picture is passed \
             over",
            "6 Image Position: warning: “first” is not a place (1, 2, 3…); the picture goes to the end",
        ]
    );
}

#[test]
fn ids_depend_on_the_organization_and_on_nothing_else() {
    let mut other = options();
    other.org = OrgId::new(uuid::Uuid::from_u128(2));
    let theirs = ShopifyCsv::new(FULL.as_bytes(), other)
        .unwrap()
        .next_product()
        .unwrap()
        .unwrap()
        .product
        .unwrap();
    assert_ne!(theirs.id, read(FULL)[0].product.as_ref().unwrap().id);
    assert_eq!(read(FULL), read(FULL));
}
