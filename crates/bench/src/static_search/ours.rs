//! leafwise's static collections as peers.

use super::columns::Column;
use super::peers::{Contenders, Wants};

pub(crate) const NAME: &str = "leafwise";
pub(crate) const SCALAR: &str = "scalar";
pub(crate) const SSE2: &str = "sse2";
pub(crate) const AVX2: &str = "avx2";
pub(crate) const AVX512: &str = "avx512";

pub(crate) fn u32_contenders(_: &Column<u32>, _: Wants<'_>, _: &mut Contenders<u32>) {}
pub(crate) fn u64_contenders(_: &Column<u64>, _: Wants<'_>, _: &mut Contenders<u64>) {}
pub(crate) fn string_contenders(_: &Column<String>, _: Wants<'_>, _: &mut Contenders<String>) {}
