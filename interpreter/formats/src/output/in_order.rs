//! Work on all cores whose results are wanted in order.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Results that a worker may be ahead of the one that is wanted next: memory is bounded so.
const AHEAD: usize = 4;

/// Has `threads` workers do `work` on every one of `shares`, each with a state of its own from
/// `state`, and gives the results to `take` in the order of the shares, on the calling thread.
///
/// # Errors
/// The first error in the order of the shares, from `work` or from `take`.
pub(crate) fn in_order<S, W, R, E>(
    shares: &[S],
    threads: usize,
    state: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &S) -> Result<R, E> + Sync,
    mut take: impl FnMut(&S, R) -> Result<(), E>,
) -> Result<(), E>
where
    S: Sync,
    R: Send,
    E: Send,
{
    let threads = threads.clamp(1, shares.len().max(1));
    let queue = Queue::new(shares.len(), threads * AHEAD);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let _stop = StopOnPanic(&queue);
                let mut state = state();
                while let Some(number) = queue.next_share() {
                    queue.put(number, work(&mut state, &shares[number]));
                }
            });
        }
        let _stop = Stop(&queue);
        for (number, share) in shares.iter().enumerate() {
            // Without a result a worker panicked, which the scope passes on.
            let Some(result) = queue.wait_for(number) else { return Ok(()) };
            take(share, result?)?;
        }
        Ok(())
    })
}

/// What calling thread and workers have in common.
struct Queue<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
    ahead: usize,
}

struct State<R> {
    shares: usize,
    /// The share that no worker has begun.
    unbegun: usize,
    /// The share whose result is wanted next.
    wanted: usize,
    done: BTreeMap<usize, R>,
    /// Nobody is to wait any longer: the work is done, or has failed.
    stopped: bool,
}

impl<R> Queue<R> {
    fn new(shares: usize, ahead: usize) -> Queue<R> {
        let done = BTreeMap::new();
        let state = State { shares, unbegun: 0, wanted: 0, done, stopped: false };
        Queue { state: Mutex::new(state), changed: Condvar::new(), ahead }
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, guard: MutexGuard<'a, State<R>>) -> MutexGuard<'a, State<R>> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a share to work on, once that is not too far ahead; `None` at the end.
    fn next_share(&self) -> Option<usize> {
        let mut state = self.lock();
        while !state.stopped && state.unbegun >= state.wanted + self.ahead {
            state = self.wait(state);
        }
        if state.stopped || state.unbegun >= state.shares {
            return None;
        }
        state.unbegun += 1;
        Some(state.unbegun - 1)
    }

    fn put(&self, number: usize, result: R) {
        self.lock().done.insert(number, result);
        self.changed.notify_all();
    }

    /// The result of share `number`; `None` if there will be none.
    fn wait_for(&self, number: usize) -> Option<R> {
        let mut state = self.lock();
        state.wanted = number;
        self.changed.notify_all();
        loop {
            if let Some(result) = state.done.remove(&number) {
                return Some(result);
            }
            if state.stopped {
                return None;
            }
            state = self.wait(state);
        }
    }
}

impl<R> Queue<R> {
    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }
}

/// Ends all waiting when the calling thread leaves, however it does.
struct Stop<'a, R>(&'a Queue<R>);

impl<R> Drop for Stop<'_, R> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Ends all waiting when a worker panics.
struct StopOnPanic<'a, R>(&'a Queue<R>);

impl<R> Drop for StopOnPanic<'_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let shares: Vec<u64> = (0..500).collect();
        for threads in [1, 2, 7, 600] {
            let mut taken = Vec::new();
            let done: Result<(), ()> = in_order(
                &shares,
                threads,
                || (),
                |(), share| {
                    // Later shares are done earlier.
                    std::thread::sleep(std::time::Duration::from_micros(share % 7 * 50));
                    Ok(share * share)
                },
                |share, result| {
                    assert_eq!(share * share, result);
                    taken.push(result);
                    Ok(())
                },
            );
            assert!(done.is_ok());
            assert_eq!(taken.len(), shares.len());
            assert!(taken.is_sorted());
        }
    }

    #[test]
    fn the_first_error_in_order_is_told() {
        let shares: Vec<u32> = (0..100).collect();
        let work = |(): &mut (), share: &u32| if *share % 30 == 29 { Err(*share) } else { Ok(()) };
        assert_eq!(in_order(&shares, 4, || (), work, |_, ()| Ok(())), Err(29));
        let refused = |share: &u32, ()| if *share == 10 { Err(10) } else { Ok(()) };
        assert_eq!(in_order(&shares, 4, || (), work, refused), Err(10));
    }

    #[test]
    fn a_panic_of_a_worker_is_passed_on() {
        let work = |(): &mut (), share: &u32| -> Result<(), ()> {
            assert_ne!(*share, 17, "a fault of ours");
            Ok(())
        };
        let done = std::panic::catch_unwind(|| {
            in_order(&(0..50).collect::<Vec<u32>>(), 3, || (), work, |_, ()| Ok(()))
        });
        assert!(done.is_err());
    }
}
