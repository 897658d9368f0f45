//! The other side of the wire: what talks to Entrepot from outside.
//!
//! Called by the benchmarks, the demo and the crash tests. It must never use code of the crates it faces: two sides that
//! share a mistake agree with each other, and a test between them proves nothing.

pub mod screens;
pub mod shoppers;
