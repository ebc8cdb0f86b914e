//! Strings and byte strings: those that their key heads decide, and those that they do not.

use leafwise::static_collections::{Arrangement, Packed};
use leafwise::{StaticIndex, StaticSet};

use crate::api::{Model, check_entries, check_queries, check_ranges};
use crate::batches::check_ranks;
use crate::common::Doing;
use crate::common::random::XorShift;
use crate::keys::{Shown, distinct, sorted};

/// Checks sets, maps and indexes of some of the strings, searched for all of them and for others.
fn check<K: Shown<A>, A: Arrangement<K>>(strings: &[K], others: &[K]) {
    let all = distinct(strings);
    let mut queries = all.clone();
    queries.extend_from_slice(others);
    let half: Vec<K> = all.iter().step_by(2).cloned().collect();
    let parts = [
        &all[..],
        &half,
        &all[all.len() / 3..],
        &all[..1],
        &all[all.len() - 1..],
        &[],
    ];
    for keys in parts {
        let _doing = Doing(format_args!("{} strings", keys.len()));
        let model = Model { keys };
        let set: StaticSet<K, A> = keys.iter().cloned().collect();
        check_queries(&set, &model, &queries);
        check_entries(&set, &model);
        check_ranks(&set, &queries, &[queries.len()]);
        let ends: Vec<&K> = queries.iter().step_by(queries.len() / 6 + 1).collect();
        check_ranges(&set, &model, &ends);
    }
    let mut many = all.clone();
    for (i, key) in all.iter().enumerate() {
        many.extend(std::iter::repeat_n(key.clone(), i * 7 % 20));
    }
    let many = sorted(&many);
    let index: StaticIndex<K, usize, A> = many.iter().cloned().zip(0..).collect();
    let model = Model { keys: &many };
    check_queries(&index, &model, &queries);
    check_entries(&index, &model);
    check_ranks(&index, &queries, &[queries.len()]);
}

fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(String::from).into()
}

#[test]
fn a_key_may_be_a_prefix_of_another() {
    let mut texts: Vec<String> = (0..40).map(|len| "x".repeat(len)).collect();
    texts.extend((0..40).map(|len| "x".repeat(len) + "\0"));
    texts.extend((0..40).map(|len| "x".repeat(7) + &"\0".repeat(len)));
    texts.extend((0..40).map(|len| "\0".repeat(len)));
    texts.extend((0..40).map(|len| "x".repeat(len) + "w"));
    check::<String, Packed>(&texts, &strings(["w", "y", "xy", "\0w", "\u{1}"]));
    check::<String, Packed<2>>(&texts, &strings(["w", "y", "xy", "\0w", "\u{1}"]));
    check::<String, Packed>(&texts.iter().rev().cloned().collect::<Vec<_>>(), &[]);
}

#[test]
fn trailing_zeros_are_significant() {
    let pair = StaticSet::<String>::from_iter(["a", "a\0"]);
    assert_eq!(pair.len(), 2);
    assert_eq!(
        (pair.rank("a"), pair.rank("a\0"), pair.rank("a\0\0")),
        (0, 1, 2)
    );
    assert_eq!(
        (pair.get("a\0"), pair.get("a\0\0"), pair.get("")),
        (Some("a\0"), None, None)
    );
    assert_eq!(pair.higher("a"), Some("a\0"));
    let lone = StaticSet::<String>::from_iter(["a"]);
    assert!(!lone.contains("a\0") && lone.rank("a\0") == 1 && lone.rank_upper("a\0") == 1);
    let lone = StaticSet::<String>::from_iter(["a\0"]);
    assert!(!lone.contains("a") && lone.rank("a") == 0 && lone.rank_upper("a") == 0);
}

#[test]
fn keys_with_a_shared_prefix() {
    let path = "a/long/path/that/all/of/them/share/";
    let texts: Vec<String> = (0..300)
        .map(|i| format!("{path}{}", i * 7919 % 1_000))
        .collect();
    let mut others = strings(["", "a", "a/long/path", "a/zoo", "b", "\0", "ü"]);
    others.extend(
        [
            &path[..path.len() - 1],
            path,
            "a/long/path/that/all/of/them/share0",
        ]
        .map(Into::into),
    );
    others.extend((0..1_000).step_by(13).map(|i| format!("{path}{i}x")));
    check::<String, Packed>(&texts, &others);
}

#[test]
fn equal_key_heads() {
    // With the first and the last, they share no prefix.
    let mut texts = strings(["", "zzz", "mmmmmmmm", "mmmmmmm", "mmmmmmmn"]);
    texts.extend((0..400).map(|i| format!("mmmmmmmm{:04}", i * 3)));
    let mut others: Vec<String> = (0..400)
        .map(|i| format!("mmmmmmmm{:04}", i * 3 + 1))
        .collect();
    others.extend(strings([
        "mmmmmmmm\0",
        "mmmmmmmm00",
        "mmmmmmmmz",
        "m",
        "mmmmmmm\u{7F}",
    ]));
    check::<String, Packed>(&texts, &others);
    check::<String, Packed<2>>(&texts, &others);
    // Groups of equal heads that start and end anywhere in a node.
    let mut groups = Vec::new();
    for group in 0..40_usize {
        for member in 0..group * 5 % 31 {
            groups.push(format!("{group:08}{member:02}"));
        }
    }
    let between: Vec<String> = (0..41).map(|group| format!("{group:08}15x")).collect();
    check::<String, Packed>(&groups, &between);
    check::<String, Packed<2>>(&groups, &between);
}

#[test]
fn characters_of_all_utf8_widths() {
    let letters = [
        "a",
        "z",
        "ä",
        "ß",
        "ÿ",
        "ł",
        "€",
        "語",
        "\u{FFFF}",
        "😀",
        "\u{10FFFF}",
        "\u{80}",
    ];
    let mut texts = strings(letters);
    for left in letters {
        for right in letters {
            texts.push(format!("{left}{right}"));
            texts.push(format!("grüße, {left} und {right}"));
        }
    }
    check::<String, Packed>(
        &texts,
        &strings(["grü", "gr", "語a", "\u{10FFFF}\u{10FFFF}z"]),
    );
}

#[test]
fn bytes_that_look_like_padding() {
    let ones = |len| vec![0xFF_u8; len];
    let mut bytes: Vec<Vec<u8>> = (0..120).map(ones).collect();
    bytes.extend((0..30).map(|len| [ones(len), vec![0]].concat()));
    bytes.extend((0..30).map(|len| [ones(len), vec![0xFE]].concat()));
    let others = [
        ones(300),
        vec![0],
        vec![0xFE],
        vec![0, 0xFF],
        [ones(8), vec![1]].concat(),
    ];
    check::<Vec<u8>, Packed>(&bytes, &others);
    check::<Vec<u8>, Packed<2>>(&bytes, &others);
    // These share no prefix with the others: heads of all ones are in separators.
    bytes.push(b"a".to_vec());
    bytes.extend((0..100).map(|i| vec![7, i]));
    check::<Vec<u8>, Packed>(&bytes, &others);
}

#[test]
fn random_strings_of_two_letters() {
    let mut random = XorShift::new(11);
    for round in 0..25_u64 {
        let mut text = |max: u64| -> String {
            let len = random.below(max);
            (0..len)
                .map(|_| if random.below(2) == 0 { '\0' } else { 'q' })
                .collect()
        };
        let texts: Vec<String> = (0..round * 8 + 1).map(|_| text(round + 2)).collect();
        let others: Vec<String> = (0..60).map(|_| text(round + 3)).collect();
        check::<String, Packed<2>>(&texts, &others);
    }
}

/// Ranges of strings are written like ranges of numbers.
#[test]
fn ranges_of_strings() {
    let words = ["", "a", "ab", "b", "ba", "c"];
    let set: StaticSet<String> = words.into_iter().collect();
    assert!(set.range("a".."b").eq(["a", "ab"]));
    assert!(set.range("a"..="b").eq(["a", "ab", "b"]));
    assert!(set.range(String::from("b")..).eq(["b", "ba", "c"]));
    assert!(set.range(.."aa").rev().eq(["a", ""]));
    assert!(set.range(..="ab").eq(["", "a", "ab"]));
    assert!(set.range(..).eq(words));
    assert!(set.range_checked("b".."a").is_err());
    let mut positions = [const { 0..0 }; 2];
    set.range_batch(&["a".."b", "b".."zz"], &mut positions);
    assert_eq!(positions, [1..3, 3..6]);

    let bytes: StaticSet<Vec<u8>> = words.iter().map(|word| word.as_bytes()).collect();
    assert_eq!(bytes.range(&b"a"[..]..).len(), 5);
    assert_eq!(bytes.range(vec![b'a']..=vec![b'b']).len(), 3);
    assert_eq!(set.partition_point(|word| !word.starts_with('b')), 3);
}
