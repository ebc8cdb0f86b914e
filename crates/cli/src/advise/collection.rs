//! The collections that can be recommended: which of them fit, and the Rust that makes them.

use super::mix::Mix;
use super::sketch::Sketch;

/// A sorted vector is not measured if an operation moves more than this many bytes on average.
const MOVED_MAX: f64 = 65536.0;

/// A collection of leafwise or of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collection {
    BPlusTreeMap,
    CacheObliviousMap,
    StaticMap,
    BTreeMap,
    SortedVec,
    BPlusIndex,
    StaticIndex,
    BTreeMapOfVec,
    BTreeSet,
}

impl Collection {
    pub(super) const ALL: [Collection; 9] = [
        Collection::BPlusTreeMap,
        Collection::CacheObliviousMap,
        Collection::StaticMap,
        Collection::BTreeMap,
        Collection::SortedVec,
        Collection::BPlusIndex,
        Collection::StaticIndex,
        Collection::BTreeMapOfVec,
        Collection::BTreeSet,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Collection::BPlusTreeMap => "BPlusTreeMap",
            Collection::CacheObliviousMap => "CacheObliviousMap",
            Collection::StaticMap => "StaticMap",
            Collection::BTreeMap => "BTreeMap",
            Collection::SortedVec => "sorted Vec",
            Collection::BPlusIndex => "BPlusIndex",
            Collection::StaticIndex => "StaticIndex",
            Collection::BTreeMapOfVec => "BTreeMap of Vec",
            Collection::BTreeSet => "BTreeSet of pairs",
        }
    }

    /// Whether it is of the standard library.
    pub(super) fn is_std(self) -> bool {
        use Collection::{BTreeMap, BTreeMapOfVec, BTreeSet, SortedVec};
        matches!(self, BTreeMap | SortedVec | BTreeMapOfVec | BTreeSet)
    }

    /// Whether its memory is estimated, since it does not report it.
    pub(super) fn is_estimated(self) -> bool {
        self.is_std() && self != Collection::SortedVec
    }

    /// Whether a key may have several values.
    fn is_index(self) -> bool {
        use Collection::{BPlusIndex, BTreeMapOfVec, BTreeSet, StaticIndex};
        matches!(self, BPlusIndex | StaticIndex | BTreeMapOfVec | BTreeSet)
    }

    fn is_static(self) -> bool {
        matches!(self, Collection::StaticMap | Collection::StaticIndex)
    }

    /// How it is made from `rows`, an iterator of keys and values.
    pub(super) fn code(self, key: &str) -> String {
        let collected = |place: &str, binding: &str, of: &str| {
            format!("use {place};\nlet {binding}: {of} = rows.collect();")
        };
        match self {
            Collection::BPlusTreeMap | Collection::CacheObliviousMap => {
                let name = self.name();
                let of = format!("{name}<{key}, u64>");
                collected(&format!("leafwise::{name}"), "mut map", &of)
            }
            Collection::StaticMap => collected(
                "leafwise::StaticMap",
                "map",
                &format!("StaticMap<{key}, u64>"),
            ),
            Collection::BPlusIndex => {
                let of = format!("BPlusIndex<{key}, u64>");
                collected("leafwise::BPlusIndex", "mut index", &of)
            }
            Collection::StaticIndex => {
                let of = format!("StaticIndex<{key}, u64>");
                collected("leafwise::StaticIndex", "index", &of)
            }
            Collection::BTreeMap => {
                let of = format!("BTreeMap<{key}, u64>");
                collected("std::collections::BTreeMap", "mut map", &of)
            }
            Collection::BTreeSet => {
                let of = format!("BTreeSet<({key}, u64)>");
                collected("std::collections::BTreeSet", "mut pairs", &of)
            }
            Collection::SortedVec => format!(
                "let mut sorted: Vec<({key}, u64)> = rows.collect();\nsorted.sort_unstable();"
            ),
            Collection::BTreeMapOfVec => format!(
                "use std::collections::BTreeMap;\n\
                 let mut map: BTreeMap<{key}, Vec<u64>> = BTreeMap::new();\n\
                 rows.for_each(|(key, row)| map.entry(key).or_default().push(row));"
            ),
        }
    }

    /// Why it does not fit; `None` if it does.
    fn misfit(self, sketch: &Sketch, mix: &Mix) -> Option<String> {
        if self.is_index() && !sketch.has_duplicates() {
            return Some("for keys with several rows, and none has".to_string());
        }
        if !self.is_index() && sketch.has_duplicates() {
            let most = sketch.rows_per_key_max;
            return Some(format!("one row for each key, and a key has {most}"));
        }
        let writes = mix.percent(mix.writes);
        if self.is_static() && mix.writes > 0 {
            return Some(format!("cannot be changed, and {writes:.0} % are writes"));
        }
        // Two of three writes move half of the entries.
        let entry = sketch.rust_type.entry_bytes() as f64;
        let moved = sketch.measured as f64 * entry / 3.0 * writes / 100.0;
        (self == Collection::SortedVec && moved > MOVED_MAX)
            .then(|| format!("writes would move {moved:.0} bytes for each operation on average"))
    }
}

/// Collections that do not fit, and why.
pub(super) struct Misfits {
    pub(super) collections: Vec<Collection>,
    pub(super) why: String,
}

impl Misfits {
    /// Their names, separated by commas.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.collections.iter().map(|it| it.name()).collect();
        names.join(", ")
    }
}

/// The collections that fit, and the others.
pub(super) fn choose(sketch: &Sketch, mix: &Mix) -> (Vec<Collection>, Vec<Misfits>) {
    let mut fitting = Vec::new();
    let mut others: Vec<Misfits> = Vec::new();
    for collection in Collection::ALL {
        let Some(why) = collection.misfit(sketch, mix) else {
            fitting.push(collection);
            continue;
        };
        match others.iter_mut().find(|misfits| misfits.why == why) {
            Some(misfits) => misfits.collections.push(collection),
            None => others.push(Misfits {
                collections: vec![collection],
                why,
            }),
        }
    }
    (fitting, others)
}
