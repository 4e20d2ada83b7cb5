//! Stopping a program that runs, from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Thread;

use steel::steel_vm::ThreadStateController;

/// Stops what an interpreter does: expansion and running code look at it all the time, and give up
/// with [`crate::Kind::Interrupted`].
#[derive(Clone)]
pub struct Interrupt(Arc<Inner>);

struct Inner {
    raised: AtomicBool,
    /// The engine is not to be told now.
    put_off: AtomicBool,
    engine: Mutex<ThreadStateController>,
    runner: Thread,
}

impl Interrupt {
    /// The interrupt of an engine that runs on this thread.
    pub(super) fn new(engine: ThreadStateController) -> Interrupt {
        Interrupt(Arc::new(Inner {
            raised: AtomicBool::new(false),
            put_off: AtomicBool::new(false),
            engine: Mutex::new(engine),
            runner: std::thread::current(),
        }))
    }

    /// Asks to stop, until [`Interrupt::clear`].
    pub fn raise(&self) {
        self.0.raised.store(true, Ordering::SeqCst);
        self.insist();
    }

    /// Asks once more, if it was raised and not cleared: the engine forgets while it collects
    /// garbage.
    pub fn insist(&self) {
        let engine = self.0.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_raised() && !self.0.put_off.load(Ordering::SeqCst) {
            engine.interrupt();
            // The engine parks itself if it looks between the two halves of the request.
            self.0.runner.unpark();
        }
    }

    /// Does what must not be stopped on the way, and does not take long.
    pub(super) fn put_off<T>(&self, work: impl FnOnce() -> T) -> T {
        let put_off = |is_so| {
            let engine = self.0.engine.lock().unwrap_or_else(PoisonError::into_inner);
            self.0.put_off.store(is_so, Ordering::SeqCst);
            engine.resume();
        };
        put_off(true);
        let result = work();
        put_off(false);
        self.insist();
        result
    }

    /// Takes the request back.
    pub fn clear(&self) {
        let engine = self.0.engine.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.raised.store(false, Ordering::SeqCst);
        engine.resume();
    }

    /// Somebody asked to stop.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::SeqCst)
    }
}
