//! Instances that are counted one by one, and whose order, clone and drop can be made to panic or
//! lie.
//!
//! The state is thread-local, so tests that run in parallel do not interfere. A deliberate panic
//! goes through `resume_unwind`, which skips the panic hook, so thousands of panics print nothing.
//!
//! A fault (a second drop, a use of a dead instance) is recorded and reported by `settle`:
//! panicking on the spot could happen during another unwinding and abort.

use super::random::XorShift;
use std::borrow::Borrow;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The user's code that a collection calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Order,
    Clone,
    Drop,
    Closure,
}

pub(crate) const CALLS: [Call; 4] = [Call::Order, Call::Clone, Call::Drop, Call::Closure];

/// How the order of [`Tracked`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Honest,
    /// Each answer is random.
    Random,
    /// Rock, paper, scissors.
    Cyclic,
    /// Honest, then reversed, then shifted: the order changes every few hundred comparisons.
    Changing,
    Always(Ordering),
}

/// The manners that lie.
pub(crate) const LIES: [Manner; 6] = [
    Manner::Random,
    Manner::Cyclic,
    Manner::Changing,
    Manner::Always(Ordering::Less),
    Manner::Always(Ordering::Equal),
    Manner::Always(Ordering::Greater),
];

/// All numbers: the order of any two may lie.
pub(crate) const ALL: Range<u32> = 0..u32::MAX;

/// No call of a suite makes as many comparisons; reaching the limit means an endless loop.
const COMPARISONS_MAX: u64 = 2_000_000;

/// The payload of a deliberate panic.
struct OnPurpose;

struct Ledger {
    /// Whether the instance with each id is alive.
    alive: RefCell<Vec<bool>>,
    faults: RefCell<Vec<String>>,
    /// The kind of call that panics, and how many such calls precede it.
    fuse: Cell<Option<(Call, usize)>>,
    manner: Cell<Manner>,
    /// Start and end. Two numbers are compared honestly unless both are in this range.
    liars: Cell<(u32, u32)>,
    lots: RefCell<XorShift>,
    comparisons: Cell<u64>,
}

// Called for each comparison of the suites, without optimisation: hence plain cells and few calls.
impl Ledger {
    fn look(&self, instance: &Tracked, what: &str) {
        let Tracked { number, id, check } = *instance;
        let alive = self.alive.borrow();
        if check != !id || id as usize >= alive.len() || !alive[id as usize] {
            let alive = alive.get(id as usize);
            let fault = format!("{what}: {number} (id {id}), {alive:?}");
            self.faults.borrow_mut().push(fault);
        }
    }

    fn tick(&self, call: Call) {
        let Some((armed, left)) = self.fuse.get() else {
            return;
        };
        if armed != call {
            return;
        }
        if left == 0 && !std::thread::panicking() {
            self.fuse.set(None);
            resume_unwind(Box::new(OnPurpose));
        }
        self.fuse.set(Some((armed, left.saturating_sub(1))));
    }

    fn compare(&self, left: u32, right: u32) -> Ordering {
        let count = self.comparisons.get() + 1;
        self.comparisons.set(count);
        assert!(count < COMPARISONS_MAX, "does not end: {count} comparisons");
        let (start, end) = self.liars.get();
        let may_lie = start <= left && left < end && start <= right && right < end;
        if !may_lie {
            return left.cmp(&right);
        }
        match self.manner.get() {
            Manner::Honest => left.cmp(&right),
            Manner::Random => (self.lots.borrow_mut().below(3)).cmp(&1),
            Manner::Cyclic => match (3 + left % 3 - right % 3) % 3 {
                0 => Ordering::Equal,
                1 => Ordering::Greater,
                _ => Ordering::Less,
            },
            Manner::Changing => match count / 300 % 3 {
                0 => left.cmp(&right),
                1 => right.cmp(&left),
                _ => (left ^ 5).cmp(&(right ^ 5)),
            },
            Manner::Always(answer) => answer,
        }
    }
}

thread_local! {
    static LEDGER: Ledger = Ledger {
        alive: RefCell::new(Vec::new()),
        faults: RefCell::new(Vec::new()),
        fuse: const { Cell::new(None) },
        manner: const { Cell::new(Manner::Honest) },
        liars: const { Cell::new((ALL.start, ALL.end)) },
        lots: RefCell::new(XorShift::new(1)),
        comparisons: const { Cell::new(0) },
    };
}

/// Makes the `nth` call of this kind (from 0) panic, once.
pub(crate) fn arm(call: Call, nth: usize) {
    restart_comparisons();
    LEDGER.with(|ledger| ledger.fuse.set(Some((call, nth))));
}

/// Returns whether the armed panic has happened, and disarms it if not.
pub(crate) fn disarm() -> bool {
    LEDGER.with(|ledger| ledger.fuse.take().is_none())
}

/// Counts a call of the user's code, which panics if the fuse is due.
pub(crate) fn tick(call: Call) {
    LEDGER.with(|ledger| ledger.tick(call));
}

/// Sets how the order answers from now on; `seed` is for the random manner.
pub(crate) fn answer(manner: Manner, seed: u64) {
    answer_among(ALL, manner, seed);
}

/// Sets how the order of these numbers answers from now on; other numbers are compared honestly.
pub(crate) fn answer_among(liars: Range<u32>, manner: Manner, seed: u64) {
    LEDGER.with(|ledger| {
        ledger.manner.set(manner);
        ledger.liars.set((liars.start, liars.end));
        *ledger.lots.borrow_mut() = XorShift::new(seed);
    });
    restart_comparisons();
}

/// Restarts the count of comparisons.
pub(crate) fn restart_comparisons() {
    LEDGER.with(|ledger| ledger.comparisons.set(0));
}

/// Runs `body` and returns `Err` if it ended in the deliberate panic. Propagates other panics.
pub(crate) fn survive(body: impl FnOnce()) -> Result<(), ()> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => Ok(()),
        Err(payload) if payload.is::<OnPurpose>() => Err(()),
        Err(payload) => resume_unwind(payload),
    }
}

/// Runs `body` and accepts documented panics. Propagates other panics.
pub(crate) fn tolerate(body: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(body)) {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or(payload.downcast_ref::<&str>().copied())
            .unwrap_or_default();
        // The last one is std's, which sorts.
        let documented = [
            "range start",
            "no entry found for key",
            "user-provided comparison function",
        ];
        if !documented.iter().any(|start| text.starts_with(start)) {
            resume_unwind(payload);
        }
    }
}

/// Fails if an instance was dropped twice or used after its drop.
pub(crate) fn assert_no_faults() {
    let faults = LEDGER.with(|ledger| std::mem::take(&mut *ledger.faults.borrow_mut()));
    assert!(faults.is_empty(), "unsound: {faults:?}");
}

/// The number of live instances.
pub(crate) fn live() -> usize {
    LEDGER.with(|ledger| ledger.alive.borrow().iter().filter(|&&alive| alive).count())
}

/// Fails if there were faults, or if more than `leaks_max` instances are still alive.
pub(crate) fn settle(leaks_max: usize) {
    assert_no_faults();
    let live = live();
    LEDGER.with(|ledger| ledger.alive.borrow_mut().clear());
    assert!(
        live <= leaks_max,
        "{live} instances leaked, {leaks_max} may"
    );
}

/// Clears the ledger after a failure. Instances that still exist must not be used.
pub(crate) fn reset() {
    disarm();
    LEDGER.with(|ledger| {
        ledger.manner.set(Manner::Honest);
        ledger.alive.borrow_mut().clear();
        ledger.faults.borrow_mut().clear();
    });
}

/// A number whose every instance is in the ledger.
pub(crate) struct Tracked {
    number: u32,
    id: u32,
    /// The complement of `id`, by which garbage is distinguished from an instance.
    check: u32,
}

impl Tracked {
    pub(crate) fn new(number: u32) -> Self {
        let id = LEDGER.with(|ledger| {
            let mut alive = ledger.alive.borrow_mut();
            alive.push(true);
            alive.len() as u32 - 1
        });
        Self {
            number,
            id,
            check: !id,
        }
    }

    /// Returns the number. Records a fault if the instance is not alive.
    pub(crate) fn number(&self) -> u32 {
        self.look("used");
        self.number
    }

    /// Changes the number of a value. Keys must not be changed.
    pub(crate) fn set(&mut self, number: u32) {
        self.look("written");
        self.number = number;
    }

    fn look(&self, what: &str) {
        LEDGER.with(|ledger| ledger.look(self, what));
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.look("dropped");
        LEDGER.with(|ledger| {
            if let Some(alive) = ledger.alive.borrow_mut().get_mut(self.id as usize) {
                *alive = false;
            }
        });
        tick(Call::Drop);
    }
}

impl Clone for Tracked {
    fn clone(&self) -> Self {
        self.look("cloned");
        tick(Call::Clone);
        Self::new(self.number)
    }
}

impl Default for Tracked {
    fn default() -> Self {
        tick(Call::Closure);
        Self::new(0)
    }
}

impl std::fmt::Debug for Tracked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.number())
    }
}

impl std::hash::Hash for Tracked {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        tick(Call::Closure);
        self.number().hash(hasher);
    }
}

impl Ord for Tracked {
    fn cmp(&self, other: &Self) -> Ordering {
        LEDGER.with(|ledger| {
            ledger.look(self, "compared");
            ledger.look(other, "compared");
            ledger.tick(Call::Order);
            ledger.compare(self.number, other.number)
        })
    }
}

/// Compares two numbers in the manner of this thread.
pub(crate) fn compare(left: u32, right: u32) -> Ordering {
    LEDGER.with(|ledger| ledger.compare(left, right))
}

impl PartialOrd for Tracked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Tracked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Tracked {}

/// A view of an integer key with an order of its own. Trees that search integers by their bits must
/// not do so for a query of another type.
#[repr(transparent)]
pub(crate) struct Liar(pub(crate) u32);

impl Borrow<Liar> for u32 {
    fn borrow(&self) -> &Liar {
        // SAFETY: `Liar` is a transparent wrapper of `u32`, and the lifetime is the reference's
        // own.
        unsafe { &*std::ptr::from_ref(self).cast::<Liar>() }
    }
}

impl Ord for Liar {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.0, other.0)
    }
}

impl PartialOrd for Liar {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Liar {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Liar {}
