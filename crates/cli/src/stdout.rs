//! Whether there is a standard output.

use crate::error::Error;

/// Returns an error if standard output was closed when the program was started (`>&-`). Without
/// this, rows would vanish without an error: before `main`, the standard library opens `/dev/null`
/// instead of a closed standard output.
pub(crate) fn check() -> Result<(), Error> {
    #[cfg(unix)]
    if at_start::WAS_CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Error::ClosedOutput);
    }
    Ok(())
}

#[cfg(unix)]
mod at_start {
    use std::sync::atomic::{AtomicBool, Ordering};

    pub(super) static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

    ctor::declarative::ctor! {
        /// Runs before the standard library has looked at the standard streams.
        // SAFETY: what runs before `main` must not use what the standard library sets up there.
        // This makes one system call and stores a flag.
        #[ctor(unsafe)]
        #[allow(unsafe_code, reason = "the macro makes a section that runs before `main`")]
        fn look() {
            let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
            WAS_CLOSED.store(is_closed, Ordering::Relaxed);
        }
    }
}
