//! Small B+ trees in safe Rust that differ in how their nodes are allocated and linked, and in how
//! these are arranged. They have what the lab measures, and nothing else.

mod boxed;
mod node;
mod rc_refcell;
mod vec_option;

pub(crate) use boxed::Boxed;
pub(crate) use node::{Apart, Interleaved, Mixed};
pub(crate) use rc_refcell::RcRefCell;
pub(crate) use vec_option::VecOption;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lab::peer::Peer;
    use crate::random::Random;

    type Entry = (u32, u64);

    fn assert_equal<P: Peer<u32, u64>>(tree: &P, std: &BTreeMap<u32, u64>, random: &mut Random) {
        let entry = |key: &u32, value: &u64| (*key, *value);
        assert_eq!(tree.len(), std.len());
        assert!(
            tree.items(entry)
                .eq(std.iter().map(|(key, value)| (*key, *value)))
        );
        assert!(tree.keys(|key| *key).eq(std.keys().copied()));
        for _ in 0..20 {
            let from = random.below(1100) as u32;
            let to = from + random.below(100) as u32;
            let found: Vec<Entry> = tree.range(&from, &to, entry).collect();
            let expected = std.range(from..to).map(|(key, value)| (*key, *value));
            assert!(found.into_iter().eq(expected), "{from}..{to}");
        }
    }

    /// Fills and empties a tree several times, in random and in ascending order. `bias` is how
    /// many of ten steps insert.
    fn agrees_with_std<P: Peer<u32, u64>>() {
        let mut random = Random::new(1);
        let (mut tree, mut std) = (P::default(), BTreeMap::new());
        for bias in [8, 5, 2, 9, 0, 7, 1, 0] {
            for step in 0..3000_u64 {
                let key = random.below(1000) as u32;
                if random.below(10) < bias {
                    assert_eq!(tree.insert(key, step), std.insert(key, step));
                } else {
                    assert_eq!(tree.remove(&key), std.remove(&key));
                }
                let key = random.below(1000) as u32;
                assert_eq!(tree.get(&key, |value| *value), std.get(&key).copied());
                if step % 500 == 0 {
                    assert_equal(&tree, &std, &mut random);
                }
            }
            assert_equal(&tree, &std, &mut random);
        }
        for backwards in [false, true] {
            for key in 0..1000 {
                assert_eq!(tree.insert(key, 1), std.insert(key, 1));
            }
            assert_equal(&tree, &std, &mut random);
            for key in 0..1000 {
                let key = if backwards { 999 - key } else { key };
                assert_eq!(tree.remove(&key), std.remove(&key));
                if key % 100 == 0 {
                    assert_equal(&tree, &std, &mut random);
                }
            }
            assert_eq!(tree.len(), 0);
            assert_equal(&tree, &std, &mut random);
        }
    }

    #[test]
    fn trees_of_reference_counts_agree_with_std() {
        agrees_with_std::<RcRefCell<u32, u64, Apart<2, 4>>>();
        agrees_with_std::<RcRefCell<u32, u64, Apart<5, 7>>>();
        agrees_with_std::<RcRefCell<u32, u64, Apart>>();
    }

    #[test]
    fn arenas_agree_with_std() {
        agrees_with_std::<VecOption<u32, u64, Apart<2, 4>>>();
        agrees_with_std::<VecOption<u32, u64, Apart<5, 7>>>();
        agrees_with_std::<VecOption<u32, u64, Apart>>();
    }

    #[test]
    fn boxes_agree_with_std() {
        agrees_with_std::<Boxed<u32, u64, Apart<2, 4>>>();
        agrees_with_std::<Boxed<u32, u64, Interleaved<2, 4>>>();
        agrees_with_std::<Boxed<u32, u64, Mixed<2, 4>>>();
        agrees_with_std::<Boxed<u32, u64, Apart<5, 7>>>();
        agrees_with_std::<Boxed<u32, u64, Interleaved<5, 7>>>();
        agrees_with_std::<Boxed<u32, u64, Mixed<5, 7>>>();
        agrees_with_std::<Boxed<u32, u64, Apart>>();
    }
}
