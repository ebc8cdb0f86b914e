//! Long random sequences against std's map. They are longer, and over more keys, than those of the
//! suite for all maps, which compares everything after each step.

use crate::common::operations::config;
use leafwise::CacheObliviousMap;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a step does to the keys from a first one on.
#[derive(Clone, Copy, Debug)]
enum Step {
    Insert,
    InsertRun(u8),
    Remove,
    RemoveRun(u8),
    RemoveRange(u64),
    Pop(bool),
    Get,
    Append(u8),
    SplitOff,
    Retain(u64),
    Shrink,
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    prop_oneof![
        20 => Just(Insert),
        20 => any::<u8>().prop_map(InsertRun),
        10 => Just(Remove),
        10 => any::<u8>().prop_map(RemoveRun),
        2 => any::<u64>().prop_map(RemoveRange),
        4 => any::<bool>().prop_map(Pop),
        10 => Just(Get),
        3 => any::<u8>().prop_map(Append),
        1 => Just(SplitOff),
        1 => (1_u64..9).prop_map(Retain),
        1 => Just(Shrink),
    ]
}

/// `keys` is the number of keys, `stride` the distance between those of a run.
fn run(keys: u64, stride: u64, steps: &[(Step, u64)]) {
    let mut map = CacheObliviousMap::<u64, u64>::new();
    let mut model = BTreeMap::new();
    for (index, &(step, draw)) in steps.iter().enumerate() {
        let first = draw % keys;
        let run = |count: u8| {
            (0..u64::from(count)).map(move |at| first.wrapping_add(at.wrapping_mul(stride)) % keys)
        };
        match step {
            Step::Insert => assert_eq!(map.insert(first, draw), model.insert(first, draw)),
            Step::InsertRun(count) => {
                for key in run(count) {
                    assert_eq!(map.insert(key, draw), model.insert(key, draw));
                }
            }
            Step::Remove => assert_eq!(map.remove(&first), model.remove(&first)),
            Step::RemoveRun(count) => {
                for key in run(count) {
                    assert_eq!(map.remove(&key), model.remove(&key));
                }
            }
            Step::RemoveRange(other) => {
                let span = first.min(other % keys)..first.max(other % keys);
                let before = model.len();
                model.retain(|key, _| !span.contains(key));
                assert_eq!(map.remove_range(span), before - model.len());
            }
            Step::Pop(true) => assert_eq!(map.pop_first(), model.pop_first()),
            Step::Pop(false) => assert_eq!(map.pop_last(), model.pop_last()),
            Step::Get => {
                assert_eq!(map.get(&first), model.get(&first));
                assert_eq!(map.ceiling(&first), model.range(first..).next());
                assert_eq!(map.lower(&first), model.range(..first).next_back());
                let ours = map.range(first..).take(20);
                assert!(ours.eq(model.range(first..).take(20)));
            }
            Step::Append(count) => {
                let entries = || run(count).map(|key| (key, !draw));
                map.append(&mut entries().collect());
                model.append(&mut entries().collect());
            }
            Step::SplitOff => {
                let (ours, theirs) = (map.split_off(&first), model.split_off(&first));
                ours.check_invariants();
                assert!(ours.iter().eq(&theirs));
                if theirs.len() > model.len() {
                    (map, model) = (ours, theirs);
                }
            }
            Step::Retain(modulus) => {
                map.retain(|key, _| key % modulus > 0);
                model.retain(|key, _| key % modulus > 0);
            }
            Step::Shrink => map.shrink_to_fit(),
        }
        assert_eq!(map.len(), model.len());
        if index % 16 == 0 {
            map.check_invariants();
            assert!(map.iter().eq(&model));
        }
    }
    map.check_invariants();
    assert!(map.iter().eq(&model));
    assert!(map.iter().rev().eq(model.iter().rev()));
    assert!(model.keys().all(|key| map.get(key) == model.get(key)));
}

fn steps() -> impl Strategy<Value = Vec<(Step, u64)>> {
    prop::collection::vec((step(), any::<u64>()), 100..400)
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn few_keys(steps in steps()) {
        run(70, 3, &steps);
    }

    #[test]
    fn thousands_of_keys(steps in steps()) {
        run(8_000, 1, &steps);
    }

    #[test]
    fn any_keys(steps in steps()) {
        run(u64::MAX, 1 << 40, &steps);
    }

    #[test]
    fn any_keys_downwards(steps in steps()) {
        run(u64::MAX, u64::MAX - 1, &steps);
    }
}
