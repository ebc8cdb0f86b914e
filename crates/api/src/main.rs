//! Prints the public API of a library, one item a line, from the JSON that rustdoc writes of it.
//!
//! `.ci/api.sh` makes that JSON and compares what is printed with `docs/public-api.txt`. Blanket
//! and automatic implementations are left out: they say nothing that the items do not say already.

#![deny(unsafe_code)]

use std::error::Error;
use std::{env, io, io::Write};

use public_api::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    let json = env::args_os()
        .nth(1)
        .ok_or("name a file of rustdoc's JSON")?;
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()?;
    write!(io::stdout().lock(), "{api}")?;
    Ok(())
}
