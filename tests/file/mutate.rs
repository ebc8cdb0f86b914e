//! Changes files such that they differ from valid ones in few places, wherever it may hurt.

use crate::random::XorShift;
use crate::repair::{ENTRY, HEADER, PAGE, SECTIONS, TABLE, section, u64_at};

/// The numbers of the header: where they are, and how many bytes they have.
const NUMBERS: [(usize, usize); 16] = [
    (10, 2),
    (16, 8),
    (24, 8),
    (32, 8),
    (40, 8),
    (40, 8),
    (48, 8),
    (56, 4),
    (60, 1),
    (61, 1),
    (62, 1),
    (63, 1),
    (64, 4),
    (68, 4),
    (72, 4),
    (1000, 8),
];

/// The sections by their numbers.
const LEVELS: usize = 3;
const KEYS: usize = 4;
const TEXT: usize = 5;
const WRAPS: usize = 6;
const GROUPS: usize = 7;
const VALUES: usize = 8;

/// Changes a file in one to four ways. Checksums are as they were.
pub(crate) fn mutate(bytes: &mut Vec<u8>, random: &mut XorShift) {
    let is_shaped = random.below(3) == 0;
    if is_shaped {
        reshape(bytes, random);
    }
    for _ in 0..random.below(4) + u64::from(!is_shaped) {
        match random.below(10) {
            0 | 1 => {
                let (at, width) = NUMBERS[random.below(NUMBERS.len() as u64) as usize];
                change(&mut bytes[at..at + width], random);
            }
            2 => {
                let entry = TABLE + random.below(SECTIONS as u64) as usize * ENTRY;
                let (at, width) = [(0, 4), (4, 4), (8, 8), (16, 8)][random.below(4) as usize];
                change(&mut bytes[entry + at..][..width], random);
            }
            3 => {
                let at = 80 + random.below((TABLE - 80) as u64) as usize;
                change(&mut bytes[at..=at], random);
            }
            _ => change_content(bytes, random),
        }
    }
}

/// Replaces a little-endian number by another: one that is near, or extreme.
fn change(number: &mut [u8], random: &mut XorShift) {
    let mut wide = [0; 8];
    wide[..number.len()].copy_from_slice(number);
    let old = u64::from_le_bytes(wide);
    let new = match random.below(12) {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => old.wrapping_add(1),
        4 => old.wrapping_sub(1),
        5 => old.wrapping_mul(2),
        6 => u64::MAX,
        7 => u64::MAX >> random.below(64),
        8 => 1 << random.below(64),
        9 => old ^ (1 << random.below(64)),
        10 => random.below(256),
        _ => random.next(),
    };
    number.copy_from_slice(&new.to_le_bytes()[..number.len()]);
}

/// Changes what a section contains.
fn change_content(bytes: &mut [u8], random: &mut XorShift) {
    let (offset, length) = section(bytes, 1 + random.below(SECTIONS as u64 - 1) as usize);
    let Some(end) = offset
        .checked_add(length)
        .filter(|end| *end <= bytes.len() as u64)
    else {
        return;
    };
    let content = &mut bytes[offset as usize..end as usize];
    if content.is_empty() {
        return;
    }
    let mut at = match random.below(4) {
        0 => 0,
        1 => content.len() - 1,
        _ => random.below(content.len() as u64) as usize,
    };
    let width = [1, 1, 2, 4, 8, 16][random.below(6) as usize];
    if random.below(4) > 0 {
        at = at / width * width;
    }
    let width = width.min(content.len() - at);
    match random.below(3) {
        0 => {
            let from = random.below((content.len() - width + 1) as u64) as usize;
            content.copy_within(from..from + width, at);
        }
        _ => {
            let width = width.min(8);
            change(&mut content[at..at + width], random);
        }
    }
}

fn put(bytes: &mut [u8], at: usize, number: u64, width: usize) {
    bytes[at..at + width].copy_from_slice(&number.to_le_bytes()[..width]);
}

/// The numbers of nodes of the levels, root first.
fn levels(keys: u64, b: u64) -> Vec<u64> {
    let mut nodes = Vec::new();
    let mut below = keys.div_ceil(b);
    while below > 1 {
        below = below.div_ceil(b + 1);
        nodes.insert(0, below);
    }
    nodes
}

/// Gives a file another number of keys, and sections that are as long as these require, with the
/// bytes that they had and any others.
fn reshape(bytes: &mut Vec<u8>, random: &mut XorShift) {
    let b_old = u64::from(u32::from_le_bytes(bytes[56..60].try_into().unwrap()));
    let b = match random.below(6) {
        0 => 2 + random.below(9),
        1 => u64::from(u32::MAX) >> random.below(31),
        _ => b_old,
    }
    .max(2);
    let keys_old = u64_at(bytes, 40);
    let keys = other_count(keys_old, random);
    let (form, width) = (bytes[60], u64::from(bytes[61]));
    let text_width = u64::from(u32::from_le_bytes(bytes[64..68].try_into().unwrap()));
    let value_width = u64::from(u32::from_le_bytes(bytes[68..72].try_into().unwrap()));
    let is_varying = form == 3 && text_width == u64::from(u32::MAX);
    let mut lengths: [u64; SECTIONS] = std::array::from_fn(|at| section(bytes, at + 1).1);
    lengths[TEXT - 1] = match (form, is_varying) {
        (3, false) => keys * text_width,
        (3, true) if random.below(2) == 0 => random.below(600),
        _ => lengths[TEXT - 1],
    };
    lengths[KEYS - 1] = match (form, is_varying) {
        (3, false) => 0,
        (3, true) => keys * 4,
        _ => keys.next_multiple_of(b) * width,
    };
    // An index may have each key once.
    let group_width = match bytes[62] == 3 && random.below(3) == 0 {
        true => 4 + 4 * random.below(2),
        false => 0,
    };
    let values = match group_width {
        4 | 8 if keys > 0 => keys + random.below(9),
        _ => keys,
    };
    lengths[VALUES - 1] = values * value_width;
    lengths[GROUPS - 1] = keys * group_width;
    lengths[WRAPS - 1] = 0;
    if keys == 0 {
        lengths[1] = 0;
        // Mostly, nothing is shared without keys.
        bytes[72..76].fill(random.below(2) as u8 & random.below(2) as u8);
    }
    let mut columns = match (form, is_varying) {
        (3, true) => vec![8; 3],
        (3, false) => vec![8; 2],
        _ => vec![width],
    };
    columns.extend((group_width > 0).then_some(group_width));
    let nodes = levels(keys, b);
    let column = |nodes: u64, width: u64| (nodes * b * width).next_multiple_of(64);
    let all = nodes
        .iter()
        .flat_map(|nodes| columns.iter().map(|width| column(*nodes, *width)));
    lengths[LEVELS - 1] = all.sum();
    if lengths.iter().any(|length| *length > 100_000) {
        return;
    }
    let mut made = bytes[..HEADER].to_vec();
    put(&mut made, 40, keys, 8);
    put(&mut made, 48, values, 8);
    put(&mut made, 56, b, 4);
    put(&mut made, 1000, keys, 8);
    made[63] = group_width as u8;
    let is_random = random.below(4) == 0;
    for number in 1..SECTIONS {
        let entry = TABLE + (number - 1) * ENTRY;
        let length = lengths[number - 1];
        made[entry..entry + ENTRY].fill(0);
        if length == 0 {
            continue;
        }
        let (old, old_length) = section(bytes, number);
        let start = made.len().next_multiple_of(alignment(number, length));
        made.resize(start, 0);
        for at in 0..length {
            made.push(match old_length {
                0 => random.next() as u8,
                _ if is_random && number >= LEVELS => random.next() as u8,
                old_length => bytes[(old + at % old_length) as usize],
            });
        }
        for (at, number) in [number as u64, start as u64, length]
            .into_iter()
            .enumerate()
        {
            put(&mut made, entry + at * 8, number, 8);
        }
        if random.below(8) > 0 {
            let content = &mut made[start..];
            match number {
                LEVELS => pad_levels(content, keys, b, &nodes, &columns, form),
                KEYS if form < 3 => pad(content, (keys * width) as usize, width as usize, form),
                KEYS => make_ascend(content, 4, lengths[TEXT - 1], random),
                GROUPS => make_ascend(content, group_width as usize, values, random),
                _ => {}
            }
        }
    }
    end(&mut made);
    *bytes = made;
}

/// What a section of that length begins at a multiple of.
fn alignment(number: usize, length: u64) -> usize {
    match length < PAGE as u64 {
        _ if number < LEVELS => 8,
        true => 64,
        false => PAGE,
    }
}

/// Another number of keys, or the same.
fn other_count(keys_old: u64, random: &mut XorShift) -> u64 {
    match random.below(5) {
        0 => random.below(300),
        1 => keys_old + 1,
        2 => keys_old.saturating_sub(1),
        3 => random.below(4),
        _ => keys_old,
    }
}

/// Adds room for checksums and footer.
fn end(made: &mut Vec<u8>) {
    let start = made.len().next_multiple_of(PAGE);
    let length = start / PAGE * 4;
    made.resize((start + length).next_multiple_of(8) + HEADER, 0);
    let entry = TABLE + (SECTIONS - 1) * ENTRY;
    put(made, entry + 8, start as u64, 8);
    put(made, entry + 16, length as u64, 8);
    let length = made.len() as u64;
    put(made, 32, length, 8);
}

/// Fills slots from a position on with the greatest number.
fn pad(slots: &mut [u8], from: usize, width: usize, form: u8) {
    for slot in slots[from..].chunks_mut(width) {
        slot.fill(0xFF);
        if form == 2 {
            slot[slot.len() - 1] = 0x7F;
        }
    }
}

fn pad_levels(content: &mut [u8], keys: u64, b: u64, nodes: &[u64], columns: &[u64], form: u8) {
    let mut start = 0;
    for (level, count) in nodes.iter().enumerate() {
        let children = nodes.get(level + 1).copied().unwrap_or(keys.div_ceil(b));
        // The last child needs no separator, and neither does the last one of each other node.
        let separators = children - count;
        for width in columns {
            let (from, to) = ((separators * width) as usize, (count * b * width) as usize);
            pad(&mut content[start..start + to], from, *width as usize, form);
            start += to.next_multiple_of(64);
        }
    }
}

/// Makes numbers of that width ascend up to the last one.
fn make_ascend(content: &mut [u8], width: usize, last: u64, random: &mut XorShift) {
    let count = content.len() / width;
    let is_counted = random.below(2) == 0;
    let mut numbers: Vec<u64> = (1..=count as u64)
        .map(|number| match is_counted {
            true => number.min(last),
            false => random.below(last + 1),
        })
        .collect();
    numbers.sort_unstable();
    if let Some(number) = numbers.last_mut() {
        *number = last;
    }
    for (slot, number) in content.chunks_exact_mut(width).zip(numbers) {
        slot.copy_from_slice(&number.to_le_bytes()[..width]);
    }
}
