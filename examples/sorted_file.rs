//! Builds an index file of any number of entries, which come in any order, in little memory.
//!
//! ```sh
//! cargo run --features builder --example sorted_file -- numbers.lwx 1000000 16777216
//! ```

use std::env;
use std::error::Error;

use leafwise::StaticIndex;
use leafwise::file::{Collection, FileType, SortingBuilder};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, entries, memory] = &arguments[..] else {
        return Err("name a file, a number of entries, and a number of bytes of memory".into());
    };
    let file_type = FileType::of::<u64, u64>(Collection::Index);
    let mut builder = SortingBuilder::new(file_type, memory.parse()?);
    let mut key = 1_u64;
    for number in 0..entries.parse::<u64>()? {
        builder.push(key, &[number])?;
        // Numbers without a pattern (Marsaglia's xorshift).
        key ^= key << 13;
        key ^= key >> 7;
        key ^= key << 17;
    }
    builder
        .save(path)
        .map_err(|error| format!("cannot write {path}: {error}"))?;
    let index = StaticIndex::<u64, u64>::open(path)?;
    println!(
        "{path}: {} entries; the first: {:?}",
        index.len(),
        index.first()
    );
    Ok(())
}
