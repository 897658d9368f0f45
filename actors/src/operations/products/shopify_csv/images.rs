//! The pictures of one product, from whichever rows carry them.

use std::collections::HashSet;

use domain::catalog::ProductImage;

use super::cells::Cells;
use super::columns::Column;
use super::problems::shorten;
use super::values;

/// Most pictures of one product; Shopify's limit.
const MAX_IMAGES: usize = 250;
/// Longest address in bytes; what browsers and indexes take.
const MAX_URL_BYTES: usize = 2_048;
/// Longest alternative text in characters; Shopify's limit.
const MAX_ALT_CHARS: usize = 512;

/// Pictures so far. A picture that cannot be used is a warning: the goods can be sold without it.
#[derive(Debug, Default)]
pub(super) struct Images {
    list: Vec<ProductImage>,
    urls: HashSet<String>,
    last_position: i32,
}

impl Images {
    /// Takes the row's picture, if it has one.
    pub(super) fn read(&mut self, cells: &mut Cells<'_>) {
        let url = cells.get(Column::ImageSrc);
        if url.is_empty() || self.urls.contains(url) {
            return;
        }
        if let Err(message) = check_url(url) {
            cells.warn(Column::ImageSrc, message);
            return;
        }
        if self.list.len() == MAX_IMAGES {
            let message = format!("a product has at most {MAX_IMAGES} pictures; this one is passed over");
            cells.warn(Column::ImageSrc, message);
            return;
        }
        let position = self.position(cells);
        self.last_position = self.last_position.max(position);
        self.urls.insert(url.to_owned());
        self.list.push(ProductImage {
            url: url.to_owned(),
            alt_text: alt_text(cells),
            position,
        });
    }

    /// In the seller's order, numbered from 1.
    pub(super) fn into_list(mut self) -> Vec<ProductImage> {
        self.list.sort_by_key(|image| image.position);
        for (place, image) in (1..).zip(&mut self.list) {
            image.position = place;
        }
        self.list
    }

    fn position(&self, cells: &mut Cells<'_>) -> i32 {
        let next = self.last_position.saturating_add(1);
        let text = cells.get(Column::ImagePosition);
        if text.is_empty() {
            return next;
        }
        values::position(text).unwrap_or_else(|| {
            let text = shorten(text);
            cells.warn(
                Column::ImagePosition,
                format!("“{text}” is not a place (1, 2, 3…); the picture goes to the end"),
            );
            next
        })
    }
}

fn check_url(url: &str) -> Result<(), String> {
    let shown = shorten(url);
    let has_scheme = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme) && url != start)
    };
    if !has_scheme("https://") && !has_scheme("http://") {
        return Err(format!(
            "“{shown}” is not an address that starts with https://; the picture is passed over"
        ));
    }
    if url.len() > MAX_URL_BYTES {
        let length = url.len();
        return Err(format!(
            "“{shown}” has {length} characters and at most {MAX_URL_BYTES} are allowed; the picture is passed over"
        ));
    }
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!(
            "“{shown}” contains blanks, which no address does; the picture is passed over"
        ));
    }
    Ok(())
}

fn alt_text(cells: &mut Cells<'_>) -> String {
    let text = cells.get(Column::ImageAlt);
    if text.chars().count() > MAX_ALT_CHARS {
        let message = format!("the picture's text has more than {MAX_ALT_CHARS} characters; the rest is cut off");
        cells.warn(Column::ImageAlt, message);
    }
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_ALT_CHARS)
        .collect()
}
