//! What stands around every request: headers, other sites, limits.

mod cors;
mod headers;
mod limits;
