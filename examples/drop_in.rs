//! One program, compiled once over std's collections and once over ours: only the imports differ.
//!
//! `cargo run --example drop_in` prints what the program says, and checks that both say the same.

mod over_std {
    use std::collections::btree_map::Entry;
    use std::collections::{BTreeMap, BTreeSet};

    include!("drop_in/program.rs");
}

mod over_leafwise {
    use leafwise::map::Entry;
    use leafwise::{BPlusTreeMap as BTreeMap, BPlusTreeSet as BTreeSet};

    include!("drop_in/program.rs");
}

fn main() {
    let output = over_leafwise::run();
    println!("{output}");
    assert_eq!(output, over_std::run(), "std's collections say otherwise");
}
