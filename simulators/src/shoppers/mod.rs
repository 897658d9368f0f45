//! Shoppers: HTTP/1.1 clients that buy, one at a time or by the thousand.
//!
//! [`Client`] sends one request and hands back an owned response (demo, tests). [`load`] drives many connections as fast
//! as they are answered (benchmarks, crash tests). Both stand on [`http`], which knows one connection and whether a
//! request that got no answer may have been executed. Nothing here retries a request that is in doubt: the caller decides.

mod answer;
mod client;
pub mod http;
pub mod load;
mod report;
mod request;
pub mod workloads;

pub use answer::Answer;
pub use client::{Client, Response};
pub use report::{Counts, Latency, Progress, Report};
pub use request::{Method, Request, RequestBuffer};
