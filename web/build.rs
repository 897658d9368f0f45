//! Makes the folder that the console is embedded from, so that a build without Node works: it embeds nothing then, and
//! the hub serves a page that says how to build the console.

use std::io::Error;
use std::path::Path;

fn main() -> Result<(), Error> {
    let built = Path::new("console/dist");
    std::fs::create_dir_all(built)?;
    // Watches every file in it: a console that was built anew is embedded anew.
    println!("cargo::rerun-if-changed={}", built.display());
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
