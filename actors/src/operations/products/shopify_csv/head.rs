//! The part of a product that stands on its first row only: texts, tags and the names of its options.

use super::cells::Cells;
use super::columns::Column;
use super::problems::shorten;
use super::values;

/// Everything but variants and pictures.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) body_html: String,
    pub(super) vendor: String,
    pub(super) product_type: String,
    pub(super) tags: Vec<String>,
    pub(super) is_published: bool,
    pub(super) option_names: Vec<String>,
}

impl Head {
    /// Reads the first row; `None` after an error.
    pub(super) fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let title = title(cells);
        let vendor = cells.line_text(Column::Vendor);
        let product_type = cells.line_text(Column::ProductType);
        let tags = cells.read(Column::Tags, values::tags);
        let is_published = cells.read(Column::Published, values::flag);
        let is_active = is_active(cells);
        let option_names = option_names(cells);
        Some(Self {
            title: title?,
            body_html: cells.get(Column::Body).replace("\r\n", "\n"),
            vendor: vendor?,
            product_type: product_type?,
            tags: tags?,
            is_published: is_published? && is_active,
            option_names: option_names?,
        })
    }

    /// Checks a later row against the first: it may repeat what stands there, or leave it blank.
    pub(super) fn check_later_row(&self, cells: &mut Cells<'_>) {
        let title = cells.get(Column::Title);
        if !title.is_empty() && title != self.title {
            let (found, kept) = (shorten(title), shorten(&self.title));
            cells.warn(
                Column::Title,
                format!("the title “{found}” is passed over; the product's first row says “{kept}”"),
            );
        }
        for (index, (column, _)) in Column::OPTIONS.into_iter().enumerate() {
            let (name, first) = (
                cells.get(column),
                self.option_names.get(index).map_or("", String::as_str),
            );
            if !name.is_empty() && name != first {
                let (name, first) = (shorten(name), shorten(first));
                cells.error(
                    column,
                    format!(
                        "options are named on the product's first row, which says “{first}” and not “{name}”; clear it"
                    ),
                );
            }
        }
    }
}

fn title(cells: &mut Cells<'_>) -> Option<String> {
    if cells.is_blank(Column::Title) {
        let message = "the first row of a product must have a title; fill it in, or move this row to its product";
        cells.error(Column::Title, message.to_owned());
        return None;
    }
    cells.line_text(Column::Title)
}

/// Whether the product is meant to be seen. A status we do not know hides it: showing a draft cannot be taken back.
fn is_active(cells: &mut Cells<'_>) -> bool {
    let status = cells.get(Column::Status);
    let is_any = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(status));
    let is_active = status.is_empty() || is_any(&["active"]);
    if !is_active && !is_any(&["draft", "archived", "unlisted"]) {
        let status = shorten(status);
        cells.warn(
            Column::Status,
            format!("“{status}” is not a status (active, draft, archived, unlisted); imported as not published"),
        );
    }
    is_active
}

/// The names of the options: from the left, without gaps, each once.
fn option_names(cells: &mut Cells<'_>) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut is_sound = true;
    let mut gap = None;
    for (column, _) in Column::OPTIONS {
        let Some(name) = cells.line_text(column) else {
            is_sound = false;
            continue;
        };
        if name.is_empty() {
            gap = gap.or(Some(column));
        } else if gap.is_some() {
            is_sound = false;
            cells.error(
                column,
                "the option before this one has no name; fill the options from the left".to_owned(),
            );
        } else if names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            is_sound = false;
            let name = shorten(&name);
            cells.error(
                column,
                format!("two options are named “{name}”; give each its own name"),
            );
        } else {
            names.push(name);
        }
    }
    is_sound.then_some(names)
}
