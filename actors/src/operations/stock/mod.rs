//! Operations on stock: commands on one item, new items, new locations.

mod create_item;
mod create_location;
mod execute;

pub use create_item::{NewStockItem, create_item};
pub use create_location::create_location;
pub use execute::{CommandDone, execute};
