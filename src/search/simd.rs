//! Instruction sets chosen at run time, for work long enough to pay for the dispatch.
//!
//! A [`Task`] is written once, over any [`InstructionSet`]. [`SimdToken::run`] compiles it once for
//! each set and calls the copy for the set that the token proves available. A copy is a function
//! with the set's target features, into which the whole task is inlined.
//!
//! Memory safety: a value of a set's type proves that the processor has the set. It is made only
//! here, after the processor was asked.

use core::fmt;

/// An instruction set for searches in static collections.
///
/// They, and batches of look-ups in maps and sets, use the widest set that the processor has,
/// whatever the program was compiled for. A batch of a static collection can be told to use another
/// one, for measurements.
///
/// # Examples
///
/// ```
/// use leafwise::static_collections::Simd;
///
/// assert!(Simd::Scalar.is_available());
/// assert!(Simd::available().any(|simd| simd == Simd::detect()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Simd {
    /// No vector instructions: what the compiler makes of plain code.
    Scalar,
    /// Vectors of 16 bytes, which every x86-64 processor has.
    Sse2,
    /// Vectors of 32 bytes.
    Avx2,
    /// AVX-512 F and BW: vectors of 64 bytes, the size of a cache line.
    Avx512,
    /// Vectors of 16 bytes, which every 64-bit ARM processor has.
    Neon,
}

impl Simd {
    const ALL: [Simd; 5] = [
        Simd::Avx512,
        Simd::Avx2,
        Simd::Neon,
        Simd::Sse2,
        Simd::Scalar,
    ];

    /// The widest set that this processor has.
    #[inline]
    #[must_use]
    pub fn detect() -> Self {
        // `Scalar` is always available.
        Self::available().next().unwrap_or(Simd::Scalar)
    }

    /// All sets that this processor has, the widest first.
    #[inline]
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|simd| simd.is_available())
    }

    /// Returns whether this processor has the set.
    ///
    /// Without the feature `std` the processor cannot be asked: then the result is whether the
    /// program was compiled for the set.
    #[inline]
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Simd::Scalar => true,
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Simd::Sse2 => true,
            #[cfg(all(target_arch = "x86_64", not(miri), feature = "std"))]
            Simd::Avx2 => {
                std::is_x86_feature_detected!("avx2")
                    && std::is_x86_feature_detected!("bmi1")
                    && std::is_x86_feature_detected!("bmi2")
                    && std::is_x86_feature_detected!("popcnt")
            }
            #[cfg(all(target_arch = "x86_64", not(miri), feature = "std"))]
            Simd::Avx512 => {
                // The compiler assumes that AVX-512 comes with FMA and F16C.
                Simd::Avx2.is_available()
                    && std::is_x86_feature_detected!("avx512f")
                    && std::is_x86_feature_detected!("avx512bw")
                    && std::is_x86_feature_detected!("fma")
                    && std::is_x86_feature_detected!("f16c")
            }
            #[cfg(all(target_arch = "x86_64", not(miri), not(feature = "std")))]
            Simd::Avx2 => cfg!(all(
                target_feature = "avx2",
                target_feature = "bmi1",
                target_feature = "bmi2",
                target_feature = "popcnt"
            )),
            #[cfg(all(target_arch = "x86_64", not(miri), not(feature = "std")))]
            Simd::Avx512 => {
                Simd::Avx2.is_available()
                    && cfg!(all(target_feature = "avx512f", target_feature = "avx512bw"))
            }
            #[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
            Simd::Neon => true,
            _ => false,
        }
    }

    /// Returns the token of this set.
    ///
    /// # Panics
    ///
    /// Panics if the processor does not have it.
    pub(crate) fn checked(self) -> SimdToken {
        assert!(
            self.is_available(),
            "{self} is not available on this processor"
        );
        SimdToken(self)
    }
}

/// Proves that the processor has an instruction set: it was asked.
#[derive(Clone, Copy)]
pub struct SimdToken(Simd);

impl SimdToken {
    /// The token of the widest set that this processor has.
    pub(crate) fn detect() -> Self {
        SimdToken(Simd::detect())
    }

    /// Runs a task with this set.
    #[inline(always)]
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        match self.0 {
            // SAFETY: the token proves that the processor has the set.
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Simd::Avx512 => unsafe { with_avx512(task) },
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            // SAFETY: as above.
            Simd::Avx2 => unsafe { with_avx2(task) },
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Simd::Sse2 => task.run(Sse2(())),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
            Simd::Neon => task.run(Neon(())),
            _ => task.run(Scalar(())),
        }
    }
}

impl fmt::Display for Simd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Simd::Scalar => "scalar code",
            Simd::Sse2 => "SSE2",
            Simd::Avx2 => "AVX2",
            Simd::Avx512 => "AVX-512",
            Simd::Neon => "NEON",
        })
    }
}

/// # Safety
/// The processor has AVX2, BMI and POPCNT.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
unsafe fn with_avx2<T: Task>(task: T) -> T::Output {
    task.run(Avx2(()))
}

/// # Safety
/// The processor has AVX-512 F and BW, BMI and POPCNT.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,popcnt")]
unsafe fn with_avx512<T: Task>(task: T) -> T::Output {
    task.run(Avx512(()))
}

#[cfg(all(
    target_arch = "x86_64",
    target_feature = "avx2",
    not(all(target_feature = "avx512f", target_feature = "avx512bw")),
    not(miri)
))]
pub(crate) use Avx2 as Baseline;
/// The set that the program is compiled for.
#[cfg(all(
    target_arch = "x86_64",
    target_feature = "avx512f",
    target_feature = "avx512bw",
    not(miri)
))]
pub(crate) use Avx512 as Baseline;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
pub(crate) use Neon as Baseline;
#[cfg(any(
    miri,
    not(any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon")
    ))
))]
pub(crate) use Scalar as Baseline;
#[cfg(all(target_arch = "x86_64", not(target_feature = "avx2"), not(miri)))]
pub(crate) use Sse2 as Baseline;

/// The set that the program is compiled for, which the processor has.
pub(crate) const BASELINE: Baseline = Baseline(());

/// Work that is the same with every instruction set.
pub(crate) trait Task {
    type Output;

    /// Does the work. It must be `#[inline(always)]`, and so must everything that calls a `count`
    /// function: a function that is not inlined lacks the target features.
    fn run<S: InstructionSet>(self, set: S) -> Self::Output;
}

/// The number of keys of a block that are smaller than the query, for each width of keys.
///
/// A value proves that the processor has the set.
pub trait InstructionSet: Copy {
    /// The widest keys, in bytes, for which it pays to count smaller keys in a block.
    const WIDEST: usize;

    /// # Safety
    /// `block` points to a readable and initialised block.
    unsafe fn count8<const SIGNED: bool>(self, block: *const u8, query: u8) -> usize;
    /// # Safety
    /// `block` points to a readable and initialised block.
    unsafe fn count16<const SIGNED: bool>(self, block: *const u16, query: u16) -> usize;
    /// # Safety
    /// `block` points to a readable and initialised block.
    unsafe fn count32<const SIGNED: bool>(self, block: *const u32, query: u32) -> usize;
    /// # Safety
    /// `block` points to a readable and initialised block.
    unsafe fn count64<const SIGNED: bool>(self, block: *const u64, query: u64) -> usize;
}

macro_rules! instruction_set {
    ($(#[$attribute:meta])* $set:ident: $file:ident, $widest:literal) => {
        $(#[$attribute])*
        #[derive(Clone, Copy)]
        pub(crate) struct $set(());

        $(#[$attribute])*
        instruction_set!(
            @impl $set $file $widest count8 u8, count16 u16, count32 u32, count64 u64
        );
    };
    (@impl $set:ident $file:ident $widest:literal $($count:ident $bits:ty),*) => {
        impl InstructionSet for $set {
            const WIDEST: usize = $widest;
        $(
            #[inline(always)]
            unsafe fn $count<const SIGNED: bool>(self, block: *const $bits, query: $bits) -> usize {
                // SAFETY: the caller promises a readable block; `self` proves that the set is
                // available.
                unsafe { super::$file::$count::<SIGNED>(block, query) }
            }
        )*
        }
    };
}

instruction_set!(Scalar: scalar, 0);
// SSE2 has no 64-bit compare, and emulating one takes more instructions than stepping.
#[cfg(all(target_arch = "x86_64", not(miri)))]
instruction_set!(Sse2: sse2, 4);
#[cfg(all(target_arch = "x86_64", not(miri)))]
instruction_set!(Avx2: avx2, 8);
#[cfg(all(target_arch = "x86_64", not(miri)))]
instruction_set!(Avx512: avx512, 8);
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
instruction_set!(Neon: neon, 8);

#[cfg(test)]
mod tests {
    use super::*;

    struct Name;

    impl Task for Name {
        type Output = &'static str;

        #[inline(always)]
        fn run<S: InstructionSet>(self, _: S) -> &'static str {
            core::any::type_name::<S>()
        }
    }

    #[test]
    fn tasks_run_with_the_set_asked_for() {
        for simd in Simd::available() {
            let name = simd.checked().run(Name).rsplit("::").next();
            assert_eq!(name, Some(alloc::format!("{simd:?}").as_str()));
        }
        assert!(Simd::Scalar.is_available());
        assert!(Simd::detect().is_available());
    }

    #[test]
    #[should_panic(expected = "not available")]
    fn a_set_that_is_missing_is_refused() {
        let missing = Simd::ALL.into_iter().find(|simd| !simd.is_available());
        missing.expect("no processor has all").checked();
    }
}
