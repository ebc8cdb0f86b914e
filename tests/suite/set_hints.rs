//! How tight the size hints of combined sets are: as tight as std's, which knows the result where
//! two sets touch at their ends only.

use leafwise::BPlusTreeSet;
use std::collections::BTreeSet;

fn hints(left: &[i32], right: &[i32]) -> [(usize, Option<usize>); 4] {
    let left = BPlusTreeSet::from_iter(left.iter().copied());
    let right = BPlusTreeSet::from_iter(right.iter().copied());
    [
        left.union(&right).size_hint(),
        left.intersection(&right).size_hint(),
        left.difference(&right).size_hint(),
        left.symmetric_difference(&right).size_hint(),
    ]
}

fn std_hints(left: &[i32], right: &[i32]) -> [(usize, Option<usize>); 4] {
    let left = BTreeSet::from_iter(left.iter().copied());
    let right = BTreeSet::from_iter(right.iter().copied());
    [
        left.union(&right).size_hint(),
        left.intersection(&right).size_hint(),
        left.difference(&right).size_hint(),
        left.symmetric_difference(&right).size_hint(),
    ]
}

#[test]
fn sets_that_touch_at_their_ends_know_their_result() {
    let [_, intersection, _, _] = hints(&[3, 4], &[1, 2, 3]);
    assert_eq!(intersection, (1, Some(1)));
    let [_, _, difference, _] = hints(&[2, 4, 6], &[0, 1, 2]);
    assert_eq!(difference, (2, Some(2)));
    let [_, intersection, difference, _] = hints(&[1, 2, 3], &[3, 4]);
    assert_eq!(intersection, (1, Some(1)));
    assert_eq!(difference, (2, Some(2)));
}

#[test]
fn hints_are_those_of_std() {
    let long: Vec<i32> = (0..200).collect();
    let all: [&[i32]; 9] = [
        &[],
        &[1],
        &[1, 2, 3],
        &[3, 4],
        &[2, 4, 6],
        &[7, 8],
        &[199],
        &[199, 200],
        &long,
    ];
    for left in all {
        for right in all {
            assert_eq!(
                hints(left, right),
                std_hints(left, right),
                "{left:?} {right:?}"
            );
        }
    }
}
