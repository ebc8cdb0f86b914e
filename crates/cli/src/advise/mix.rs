//! The operations of a measurement: drawn at random from the rows, the same for all collections.
//!
//! A key is looked up as often as it has rows, so that keys are as skewed as those of the table.

use std::collections::VecDeque;

use fastrand::Rng;

use super::key::Key;
use crate::args::Advise;

/// As many entries are absent while others are removed and inserted: or a tenth, if that is less.
const ABSENT_MAX: usize = 1024;

/// Reaches within which a key is looked for that is not there, from near to far.
const REACHES: std::ops::RangeInclusive<u32> = 1..=31;

/// The shares of reads, writes and scans if none is given.
const READS_AND_WRITES: [u32; 3] = [90, 10, 0];

/// What a user wants to measure.
#[derive(Clone, Debug)]
pub(super) struct Mix {
    /// Shares of the operations, of which the sum need not be a hundred.
    pub(super) reads: u32,
    pub(super) writes: u32,
    pub(super) scans: u32,
    pub(super) scan_length: usize,
    pub(super) batch: usize,
    /// The percentage of reads that find nothing.
    pub(super) misses: u32,
    pub(super) seed: u64,
}

impl Mix {
    pub(super) fn of(arguments: &Advise) -> Mix {
        let asked = [arguments.reads, arguments.writes, arguments.scans];
        let [reads, writes, scans] = match asked {
            [None, None, None] => READS_AND_WRITES,
            asked => asked.map(Option::unwrap_or_default),
        };
        Mix {
            reads,
            writes,
            scans,
            scan_length: arguments.scan_length as usize,
            batch: arguments.batch as usize,
            misses: arguments.misses,
            seed: arguments.seed,
        }
    }

    /// Whether there are no operations at all.
    pub(super) fn is_empty(&self) -> bool {
        self.sum() == 0
    }

    fn sum(&self) -> u64 {
        u64::from(self.reads) + u64::from(self.writes) + u64::from(self.scans)
    }

    /// A share as a percentage of all operations.
    pub(super) fn percent(&self, share: u32) -> f64 {
        f64::from(share) * 100.0 / self.sum().max(1) as f64
    }

    /// The mix in words.
    pub(super) fn text(&self) -> String {
        let mut parts = Vec::new();
        if self.reads > 0 {
            let mut part = format!("{:.0} % look-ups", self.percent(self.reads));
            if self.batch > 1 {
                part += &format!(" in batches of {}", self.batch);
            }
            if self.misses > 0 {
                part += &format!(" ({} % of keys that are not there)", self.misses);
            }
            parts.push(part);
        }
        if self.writes > 0 {
            parts.push(format!("{:.0} % writes", self.percent(self.writes)));
        }
        if self.scans > 0 {
            let scans = self.percent(self.scans);
            parts.push(format!(
                "{scans:.0} % scans of {} entries",
                self.scan_length
            ));
        }
        parts.join(", ")
    }
}

/// The rows of a column: the different keys in order, and which of them each row has.
pub(super) struct Rows<K> {
    pub(super) keys: Vec<K>,
    pub(super) key_of_row: Vec<u32>,
    /// Whether keys have several rows.
    pub(super) has_duplicates: bool,
}

impl<K: Key> Rows<K> {
    pub(super) fn len(&self) -> usize {
        self.key_of_row.len()
    }

    fn key(&self, row: usize) -> &K {
        &self.keys[self.key_of_row[row] as usize]
    }

    /// Keys and numbers of rows, in the order of the table.
    pub(super) fn entries(&self) -> Vec<(K, u64)> {
        let rows = (0..self.len()).map(|row| (self.key(row).clone(), row as u64));
        rows.collect()
    }
}

/// One operation.
#[derive(Debug)]
pub(super) enum Operation<K> {
    Read(K),
    ReadBatch(Vec<K>),
    Scan(K),
    /// Adds an entry, or gives a key of a map another value.
    Insert(K, u64),
    Remove(K, u64),
}

impl<K> Operation<K> {
    /// As how many operations it counts.
    pub(super) fn count(&self) -> u64 {
        match self {
            Operation::ReadBatch(keys) => keys.len() as u64,
            _ => 1,
        }
    }
}

/// Draws operations.
pub(super) struct Script<'r, K> {
    rows: &'r Rows<K>,
    mix: &'r Mix,
    random: Rng,
    /// Rows that were removed, the first of which is inserted next.
    absent: VecDeque<usize>,
    is_absent: Vec<bool>,
    writes: u64,
}

impl<'r, K: Key> Script<'r, K> {
    pub(super) fn new(rows: &'r Rows<K>, mix: &'r Mix, round: u64) -> Script<'r, K> {
        Script {
            rows,
            mix,
            random: Rng::with_seed(mix.seed ^ (round << 32)),
            absent: VecDeque::new(),
            is_absent: vec![false; rows.len()],
            writes: 0,
        }
    }

    /// Removals before the measurement, so that what is inserted is not what was removed just now.
    pub(super) fn removals(&mut self) -> Vec<Operation<K>> {
        let count = match self.mix.writes {
            0 => 0,
            _ => (self.rows.len() / 10).min(ABSENT_MAX),
        };
        (0..count).map(|_| self.remove()).collect()
    }

    /// The next operation.
    pub(super) fn next(&mut self) -> Operation<K> {
        // A batch counts as all of its look-ups, so it is drawn less often.
        let batch = self.mix.batch as u64;
        let writes = u64::from(self.mix.writes) * batch;
        let scans = u64::from(self.mix.scans) * batch;
        let all = u64::from(self.mix.reads) + writes + scans;
        let drawn = self.random.u64(0..all);
        if drawn < writes {
            self.write()
        } else if drawn < writes + scans {
            let row = self.any_row();
            Operation::Scan(self.rows.key(row).clone())
        } else if batch == 1 {
            Operation::Read(self.asked())
        } else {
            Operation::ReadBatch((0..batch).map(|_| self.asked()).collect())
        }
    }

    fn any_row(&mut self) -> usize {
        self.random.usize(0..self.rows.len())
    }

    fn present_row(&mut self) -> usize {
        loop {
            let row = self.any_row();
            if !self.is_absent[row] {
                return row;
            }
        }
    }

    /// A key that is looked up. Where all keys around one are there, none can be missed.
    fn asked(&mut self) -> K {
        let row = self.any_row();
        let key = self.rows.key(row);
        if self.random.u32(0..100) < self.mix.misses {
            for reach in REACHES {
                let other = key.beside(&mut self.random, reach);
                if self.rows.keys.binary_search(&other).is_err() {
                    return other;
                }
            }
        }
        key.clone()
    }

    fn remove(&mut self) -> Operation<K> {
        let row = self.present_row();
        self.is_absent[row] = true;
        self.absent.push_back(row);
        Operation::Remove(self.rows.key(row).clone(), row as u64)
    }

    /// Removes, overwrites and inserts in turns. An index has no values to overwrite: it inserts
    /// an entry that it has.
    fn write(&mut self) -> Operation<K> {
        self.writes += 1;
        let turn = self.writes % 3;
        if turn == 1 {
            return self.remove();
        }
        if turn == 0
            && let Some(row) = self.absent.pop_front()
        {
            self.is_absent[row] = false;
            return Operation::Insert(self.rows.key(row).clone(), row as u64);
        }
        self.overwrite()
    }

    fn overwrite(&mut self) -> Operation<K> {
        let row = self.present_row();
        let value = match self.rows.has_duplicates {
            true => row as u64,
            false => self.writes << 40,
        };
        Operation::Insert(self.rows.key(row).clone(), value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn rows() -> Rows<u32> {
        Rows {
            keys: (0..500).map(|key| key * 3).collect(),
            key_of_row: (0..500).rev().collect(),
            has_duplicates: false,
        }
    }

    fn mix() -> Mix {
        Mix {
            reads: 70,
            writes: 20,
            scans: 10,
            scan_length: 5,
            batch: 1,
            misses: 0,
            seed: 1,
        }
    }

    #[test]
    fn shares_are_those_asked_for_and_writes_keep_the_number_of_entries() {
        let (rows, mix) = (rows(), Mix { batch: 8, ..mix() });
        let mut script = Script::new(&rows, &mix, 0);
        let mut present: BTreeSet<u32> = rows.keys.iter().copied().collect();
        for removal in script.removals() {
            let Operation::Remove(key, _) = removal else {
                panic!("{removal:?}")
            };
            assert!(present.remove(&key));
        }
        assert_eq!(present.len(), 450);
        let (mut reads, mut writes, mut scans) = (0, 0, 0);
        for _ in 0..100_000 {
            let operation = script.next();
            let count = operation.count();
            match operation {
                Operation::Read(_) => panic!("not in a batch"),
                Operation::ReadBatch(_) => reads += count,
                Operation::Scan(_) => scans += count,
                Operation::Insert(key, _) => {
                    present.insert(key);
                    writes += count;
                }
                Operation::Remove(key, _) => {
                    assert!(present.remove(&key));
                    writes += count;
                }
            }
            assert!((440..=460).contains(&present.len()), "{}", present.len());
        }
        let all = (reads + writes + scans) as f64;
        for (share, count) in [(0.7, reads), (0.2, writes), (0.1, scans)] {
            assert!(
                (count as f64 / all - share).abs() < 0.01,
                "{share}: {count} of {all}"
            );
        }
    }

    #[test]
    fn as_many_look_ups_miss_as_asked_for() {
        let (rows, mix) = (
            rows(),
            Mix {
                misses: 40,
                writes: 0,
                scans: 0,
                ..mix()
            },
        );
        let mut script = Script::new(&rows, &mix, 0);
        assert!(script.removals().is_empty());
        let missed = (0..10_000).filter(|_| {
            let Operation::Read(key) = script.next() else {
                panic!("no look-up")
            };
            key % 3 != 0 || key >= 1500
        });
        let missed = missed.count();
        assert!((3800..=4200).contains(&missed), "{missed}");
    }

    #[test]
    fn rounds_differ_and_can_be_repeated() {
        let (rows, mix) = (rows(), mix());
        let drawn = |round| {
            let mut script = Script::new(&rows, &mix, round);
            let operations = (0..20).map(|_| format!("{:?}", script.next()));
            operations.collect::<Vec<_>>()
        };
        assert_eq!(drawn(0), drawn(0));
        assert_ne!(drawn(0), drawn(1));
    }
}
