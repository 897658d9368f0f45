//! The HTTP API, asked over the wire: every endpoint, every refusal with its numbers, every kind of bad input. Folders and
//! files mirror the URLs.

#![cfg(test)]

mod audit_log;
mod audited;
mod bad_input;
mod checkouts;
mod console;
mod demo_mails;
mod edges;
mod factors;
mod openapi;
mod people;
mod permissions;
mod platform_settings;
mod sessions;
mod stock;
mod tokens;
