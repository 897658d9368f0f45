//! Recovery codes: new ones in the place of the old.

mod renew;

pub use renew::renew;
