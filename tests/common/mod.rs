//! What the test suites share: key and value types, the trees that every suite runs over, a ledger
//! of live instances, and the table of calls that the hostile suites walk through.
//!
//! Randomness is seeded with constants, so that a failure comes back; only proptest draws its own.
#![allow(
    dead_code,
    reason = "each suite is a crate of its own and uses its own part of this"
)]

pub(crate) mod acts;
pub(crate) mod index_acts;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod maps;
pub(crate) mod operations;
pub(crate) mod random;
pub(crate) mod set_acts;

/// Makes a module of tests named as the function `$name`, one test for each of the given trees.
#[allow(unused_macros, reason = "not every suite runs generic functions")]
macro_rules! on_trees {
    ($name:ident: $($tree:ident: $store:ty, $layout:ty;)+) => {
        mod $name {
            use leafwise::{Heap, Pairs, Slab, Split};

            $(
                #[test]
                fn $tree() { super::$name::<$store, $layout>(); }
            )+
        }
    };
}

/// [`on_trees`] for each store, layout and capacity: the smallest legal one, an odd one, and the
/// one that the types choose.
#[allow(unused_macros, reason = "not every suite runs generic functions")]
macro_rules! on_every_tree {
    ($($name:ident),+ $(,)?) => {$(
        on_trees! {
            $name:
            slab_split_smallest: Slab, Split<2, 4>;
            slab_split_odd: Slab, Split<3, 5>;
            slab_split_default: Slab, Split;
            slab_pairs_smallest: Slab, Pairs<2, 4>;
            slab_pairs_odd: Slab, Pairs<3, 5>;
            slab_pairs_default: Slab, Pairs;
            heap_split_smallest: Heap, Split<2, 4>;
            heap_split_odd: Heap, Split<3, 5>;
            heap_split_default: Heap, Split;
            heap_pairs_smallest: Heap, Pairs<2, 4>;
            heap_pairs_odd: Heap, Pairs<3, 5>;
            heap_pairs_default: Heap, Pairs;
        }
    )+};
}

/// [`on_trees`] for four that have each store, layout and capacity among them: for collections that
/// stand on a tree whose combinations others go through.
#[allow(unused_macros, reason = "not every suite runs generic functions")]
macro_rules! on_some_trees {
    ($($name:ident),+ $(,)?) => {$(
        on_trees! {
            $name:
            slab_split_smallest: Slab, Split<2, 4>;
            slab_pairs_default: Slab, Pairs;
            heap_split_odd: Heap, Split<3, 5>;
            heap_pairs_smallest: Heap, Pairs<2, 4>;
        }
    )+};
}

/// Says what was being done when a test fails: printed only while a panic unwinds through it.
pub(crate) struct Doing<'a>(pub(crate) std::fmt::Arguments<'a>);

impl Drop for Doing<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("  while: {}", self.0);
        }
    }
}

/// Runs `body` on a thread of its own and fails when it has not ended after `seconds`.
pub(crate) fn ends_within(seconds: u64, body: fn()) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        body();
        // The receiver is gone only when the limit has passed, and then nobody asks any more.
        let _ = sender.send(());
    });
    match receiver.recv_timeout(std::time::Duration::from_secs(seconds)) {
        Ok(()) => thread.join().expect("the body has ended"),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
            let payload = thread
                .join()
                .expect_err("a body that sends nothing has panicked");
            std::panic::resume_unwind(payload);
        }
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
            panic!("has not ended after {seconds} seconds");
        }
    }
}
