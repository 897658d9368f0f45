//! Screens: thousands of browsers' live sockets on one thread, which read as fast as they are told and write down how late.
//!
//! A [`Crowd`] opens them as a browser does — a ticket by HTTP, then the socket — answers pings, checks that no number of a
//! topic is left out, and can stall some, drop all at once, and come back with the jitter that the hub asks for.

mod crowd;
mod frames;
mod screen;
mod viewer;

pub use crowd::{Crowd, CrowdError, CrowdPlan, Heard, Storm};
