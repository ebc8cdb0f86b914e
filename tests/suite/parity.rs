//! Programs that are written once and compiled twice, with std's collections and with ours: they
//! must compile unchanged and print the same. They cover what types and traits offer besides the
//! results that the model suites compare: inference, borrowed queries, closures, debug output.

use std::fmt::Write;

/// The programs over the collections named `BTreeMap` and `BTreeSet` in the scope.
macro_rules! programs {
    ($module:ident: $map:path, $set:path, $($maps:ident)::+) => {
        mod $module {
            use $($maps)::+::Entry;
            use $map as BTreeMap;
            use $set as BTreeSet;
            use std::collections::HashMap;
            use std::fmt::Write;
            use std::ops::Bound::{Excluded, Included, Unbounded};

            /// Word counts: entries, borrowed queries, indexing.
            pub(super) fn words(out: &mut String) {
                let text = "the cat and the dog and the bird";
                let mut counts = BTreeMap::new();
                for word in text.split(' ') {
                    *counts.entry(word.to_string()).or_insert(0_usize) += 1;
                }
                writeln!(out, "{counts:?} {counts:#?}").unwrap();
                writeln!(
                    out,
                    "{} {:?} {:?}",
                    counts["the"], counts.get("cow"), counts.get("dog")
                )
                .unwrap();
                let from_c: Vec<_> = counts.range::<str, _>((Included("c"), Unbounded)).collect();
                writeln!(out, "{from_c:?}").unwrap();
                let within = counts.range::<str, _>((Excluded("and"), Included("dog")));
                writeln!(out, "{within:?}").unwrap();
                if let Some(count) = counts.get_mut("bird") {
                    *count *= 10;
                }
                writeln!(
                    out,
                    "{:?} {:?}",
                    counts.remove("bird"), counts.remove_entry("cat")
                )
                .unwrap();
                writeln!(
                    out,
                    "{:?} {}",
                    counts.get_key_value("and"), counts.contains_key("the")
                )
                .unwrap();
                let rest = counts.split_off("dog");
                writeln!(out, "{counts:?} {rest:?}").unwrap();
                for (word, count) in &mut counts {
                    *count += word.len();
                }
                for (word, count) in &counts {
                    write!(out, "{word}={count} ").unwrap();
                }
                for (word, count) in counts {
                    write!(out, "{word}:{count} ").unwrap();
                }
            }

            /// Conversions and bulk calls, with inferred types.
            pub(super) fn conversions(out: &mut String) {
                let mut map = BTreeMap::from([(3, "c"), (1, "a"), (2, "b"), (1, "z")]);
                map.extend([(4, "d")]);
                map.extend(&BTreeMap::from([(5, "e")]));
                map.extend(HashMap::from([(6, "f")]));
                let swapped: BTreeMap<&str, i32> = map.iter().map(|(&k, &v)| (v, k)).collect();
                let (small, large): (BTreeMap<i32, &str>, BTreeMap<i32, &str>) =
                    map.iter().map(|(&key, &name)| (key, name)).partition(|(key, _)| *key < 3);
                writeln!(out, "{swapped:?} {small:?} {large:?}").unwrap();
                let mut other = BTreeMap::from([(1, "one"), (10, "ten")]);
                map.append(&mut other);
                map.retain(|key, _| key % 2 == 1 || *key == 10);
                writeln!(out, "{map:?} {other:?} {:?}", map.clone() == map).unwrap();
                let set: BTreeSet<_> = map.into_keys().collect();
                let values: Vec<_> = swapped.into_values().collect();
                let words: BTreeSet<String> = ["x", "y"].map(String::from).into();
                writeln!(
                    out,
                    "{set:?} {values:?} {} {:?}",
                    words.contains("x"), words.get("z")
                )
                .unwrap();
                let nested: BTreeMap<u8, BTreeMap<u8, BTreeSet<u8>>> = Default::default();
                let keyed: HashMap<BTreeSet<u8>, u8> = HashMap::from([(BTreeSet::from([1]), 1)]);
                writeln!(out, "{nested:?} {keyed:?}").unwrap();
                let option: Option<BTreeMap<u8, u8>> =
                    vec![Some((1, 2)), None].into_iter().collect();
                let result: Result<BTreeSet<u8>, ()> = vec![Ok(2), Ok(1)].into_iter().collect();
                writeln!(out, "{option:?} {result:?}").unwrap();
            }

            /// What iterators and entries print, before and after some steps.
            pub(super) fn debug(out: &mut String) {
                let mut map: BTreeMap<i32, char> = (0..4).zip('a'..).collect();
                let mut iter = map.iter();
                iter.next_back();
                writeln!(out, "{iter:?} {:?}", iter.clone().rev().collect::<Vec<_>>()).unwrap();
                writeln!(out, "{:?} {:?} {:?}", map.keys(), map.values(), map.range(1..3)).unwrap();
                writeln!(out, "{:?}", map.iter_mut()).unwrap();
                writeln!(out, "{:?}", map.clone().into_iter()).unwrap();
                writeln!(out, "{:?}", map.range_mut(..2)).unwrap();
                writeln!(out, "{:?}", map.values_mut()).unwrap();
                writeln!(
                    out,
                    "{:?} {:?}",
                    map.clone().into_keys(), map.clone().into_values()
                )
                .unwrap();
                writeln!(out, "{:?}", map.entry(1)).unwrap();
                writeln!(out, "{:?}", map.entry(9)).unwrap();
                writeln!(out, "{:?}", map.first_entry()).unwrap();
                writeln!(out, "{:?}", map.last_entry()).unwrap();
                writeln!(out, "{:?}", map.extract_if(.., |_, _| true)).unwrap();
                match map.entry(2) {
                    Entry::Occupied(entry) => writeln!(out, "{entry:?}").unwrap(),
                    Entry::Vacant(entry) => writeln!(out, "{entry:?}").unwrap(),
                }
                let set: BTreeSet<i32> = (0..5).collect();
                let other = BTreeSet::from([1, 3, 7]);
                // The set's other iterators of std reveal how they are implemented.
                writeln!(out, "{set:?} {:?}", set.iter()).unwrap();
                let combined: Vec<BTreeSet<i32>> =
                    vec![&set | &other, &set & &other, &set ^ &other, &set - &other];
                writeln!(out, "{combined:?} {}", set.is_superset(&BTreeSet::from([4]))).unwrap();
            }

            /// Functions over any collection of that name: bounds, lifetimes, trait objects.
            pub(super) fn generic(out: &mut String) {
                fn longest<K: Ord, V>(map: &BTreeMap<K, Vec<V>>) -> Option<(&K, usize)> {
                    map.iter().map(|(key, values)| (key, values.len())).max_by_key(|pair| pair.1)
                }
                fn boxed(set: &BTreeSet<u8>) -> Box<dyn DoubleEndedIterator<Item = &u8> + '_> {
                    Box::new(set.iter().rev().chain(set.range(2..)))
                }
                fn names<'a>(map: &BTreeMap<&'a str, u8>) -> Vec<&'a str> {
                    map.keys().copied().collect()
                }
                let mut groups: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
                for word in ["one", "two", "three", "four", "five"] {
                    groups.entry(word.len() as u32).or_default().push(word);
                }
                writeln!(out, "{:?}", longest(&groups)).unwrap();
                writeln!(
                    out,
                    "{:?}",
                    boxed(&BTreeSet::from([1, 2, 3])).collect::<Vec<_>>()
                )
                .unwrap();
                writeln!(out, "{:?}", names(&BTreeMap::from([("b", 1), ("a", 2)]))).unwrap();
                let float_values = BTreeMap::from([(1, 0.5), (2, f64::NAN)]);
                writeln!(out, "{:?}", float_values.partial_cmp(&float_values)).unwrap();
                let mut floats: BTreeMap<u8, f64> = BTreeMap::default();
                floats.entry(1).and_modify(|value| *value += 1.0).or_insert_with(|| 2.5);
                *floats.entry(7).or_insert_with_key(|key| f64::from(*key)) += 0.25;
                writeln!(out, "{floats:?} {:?}", floats.first_key_value()).unwrap();
                let default_iterators: usize = [
                    $($maps)::+::Iter::<u8, u8>::default().len(),
                    $($maps)::+::IntoIter::<u8, u8>::default().len(),
                    $($maps)::+::Keys::<u8, u8>::default().len(),
                    $($maps)::+::Range::<u8, u8>::default().count(),
                ]
                .iter()
                .sum();
                writeln!(out, "{default_iterators}").unwrap();
                // Functions by path, as `map` and `fold` take them.
                let sizes = [BTreeSet::from([1]), BTreeSet::from([2, 3])];
                writeln!(out, "{:?}", sizes.iter().map(BTreeSet::len).collect::<Vec<_>>()).unwrap();
                let union = sizes.iter().fold(BTreeSet::new(), |all, one| &all | one);
                writeln!(out, "{union:?} {:?}", union.first().zip(union.last())).unwrap();
            }

            /// A scheduler: the ends of a map, ranges with borrowed bounds, extraction.
            pub(super) fn schedule(out: &mut String) {
                let mut tasks: BTreeMap<(u64, u32), String> = BTreeMap::new();
                for number in 0..20_u32 {
                    let at = u64::from(number * 7 % 10);
                    assert!(tasks.insert((at, number), format!("task {number}")).is_none());
                }
                let due: Vec<_> = tasks.extract_if(..(3, 0), |_, _| true).collect();
                writeln!(out, "{due:?}").unwrap();
                let odd = tasks.extract_if((5, 0)..=(8, u32::MAX), |key, _| key.1 % 2 == 1);
                writeln!(out, "{:?}", odd.map(|(_, name)| name).collect::<Vec<_>>()).unwrap();
                while let Some(entry) = tasks.first_entry() {
                    if entry.key().0 > 4 {
                        break;
                    }
                    writeln!(out, "{:?}", entry.remove_entry()).unwrap();
                }
                if let Some(mut entry) = tasks.last_entry() {
                    entry.insert("late".into());
                    entry.get_mut().push('!');
                }
                for (_, name) in tasks.range_mut((Excluded(&(7, 0)), Unbounded)) {
                    name.push('?');
                }
                let ends = (tasks.pop_first(), tasks.pop_last());
                writeln!(out, "{ends:?}").unwrap();
                let mut pending = BTreeSet::from([5, 1, 9]);
                writeln!(out, "{:?} {:?}", pending.replace(5), pending.take(&1)).unwrap();
                writeln!(out, "{:?} {:?}", pending.pop_first(), pending.pop_last()).unwrap();
                pending.extend(&[4, 4, 8]);
                let gone: Vec<_> = pending.extract_if(.., |number| *number > 4).collect();
                writeln!(
                    out,
                    "{gone:?} {pending:?} {}",
                    pending.is_disjoint(&BTreeSet::from(gone_set()))
                )
                .unwrap();
                tasks.clear();
                writeln!(out, "{} {tasks:?}", tasks.is_empty()).unwrap();
            }

            fn gone_set() -> [i32; 1] {
                [8]
            }

            /// Vacant and occupied entries with all their methods.
            pub(super) fn entries(out: &mut String) {
                let mut map: BTreeMap<String, i32> = BTreeMap::new();
                if let Entry::Vacant(entry) = map.entry("a".into()) {
                    let key = entry.key().len() as i32;
                    *entry.insert(key) += 1;
                }
                if let Entry::Vacant(entry) = map.entry("b".into()) {
                    let mut entry = entry.insert_entry(5);
                    let old = entry.insert(6);
                    writeln!(out, "{old} {} {}", entry.get(), entry.key()).unwrap();
                }
                if let Entry::Vacant(entry) = map.entry("never".into()) {
                    writeln!(out, "{}", entry.into_key()).unwrap();
                }
                if let Entry::Occupied(entry) = map.entry("a".into()) {
                    *entry.into_mut() *= 21;
                }
                writeln!(out, "{}", map.entry("c".into()).key()).unwrap();
                writeln!(out, "{}", map.entry("d".into()).insert_entry(1).remove()).unwrap();
                writeln!(out, "{}", map.entry("b".into()).or_default()).unwrap();
                writeln!(out, "{map:?} {}", map.len()).unwrap();
            }
        }
    };
}

programs!(
    with_std: std::collections::BTreeMap,
    std::collections::BTreeSet,
    std::collections::btree_map
);
programs!(with_ours: leafwise::BPlusTreeMap, leafwise::BPlusTreeSet, leafwise::map);
programs!(
    with_oblivious: leafwise::CacheObliviousMap,
    leafwise::BPlusTreeSet,
    leafwise::oblivious
);

/// Compares what two programs print, line by line.
fn assert_same(ours: fn(&mut String), theirs: fn(&mut String)) {
    let (mut our_output, mut their_output) = (String::new(), String::new());
    ours(&mut our_output);
    theirs(&mut their_output);
    for (our_line, their_line) in our_output.lines().zip(their_output.lines()) {
        assert_eq!(our_line, their_line);
    }
    assert_eq!(our_output.len(), their_output.len());
    assert!(writeln!(our_output).is_ok() && !their_output.is_empty());
}

macro_rules! same_output {
    ($($program:ident),+) => {$(
        #[test]
        fn $program() {
            assert_same(with_ours::$program, with_std::$program);
            assert_same(with_oblivious::$program, with_std::$program);
        }
    )+};
}

same_output!(words, conversions, debug, generic, schedule, entries);
