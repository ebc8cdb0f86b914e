//! What the suites share: the trees they run over, key and value types, a ledger of live instances,
//! and the tables of calls of the hostile suites.
//!
//! Randomness is seeded with constants, so that failures are reproducible; only proptest draws its
//! own.
#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each suite is a crate of its own and uses its own part of this"
)]

#[macro_use]
mod trees;

pub(crate) mod acts;
pub(crate) mod index_acts;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod maps;
pub(crate) mod operations;
pub(crate) mod random;
pub(crate) mod set_acts;

/// Prints what a failing test was doing, while a panic unwinds through it.
pub(crate) struct Doing<'a>(pub(crate) std::fmt::Arguments<'a>);

impl Drop for Doing<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("  while: {}", self.0);
        }
    }
}

/// Runs `body` on its own thread and fails if it has not finished after `seconds`.
pub(crate) fn ends_within(seconds: u64, body: fn()) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        body();
        // The receiver is gone only after the limit, when nobody needs the message.
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
