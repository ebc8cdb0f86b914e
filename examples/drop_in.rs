//! One program, compiled once over std's collections and once over ours: only the imports differ.
//!
//! `cargo run --example drop_in` prints what the program says, and checks that both say the same.

#![expect(
    clippy::duplicate_mod,
    reason = "the program is compiled twice on purpose"
)]

#[path = "drop_in"]
mod over_std {
    use std::collections::btree_map::Entry;
    use std::collections::{BTreeMap, BTreeSet};

    pub(crate) mod program;
}

#[path = "drop_in"]
mod over_leafwise {
    use leafwise::map::Entry;
    use leafwise::{BPlusTreeMap as BTreeMap, BPlusTreeSet as BTreeSet};

    pub(crate) mod program;
}

fn main() {
    let output = over_leafwise::program::run();
    println!("{output}");
    let expected = over_std::program::run();
    assert_eq!(output, expected, "std's collections say otherwise");
}
