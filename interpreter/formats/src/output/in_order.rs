//! Work on all cores whose results are wanted in order.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Shares for each thread that are begun and not yet taken. This is what bounds memory, however many
/// shares there are.
const IN_FLIGHT: usize = 3;

/// Has `threads` workers do `work` on every one of `shares`, each with a state of its own from
/// `state`, and gives the results to `take` in the order of the shares, on the calling thread.
///
/// # Errors
/// The first error in the order of the shares, from `work` or from `take`.
pub(crate) fn in_order<S, W, R, E>(
    shares: impl IntoIterator<Item = S, IntoIter: Send>,
    threads: usize,
    state: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &S) -> Result<R, E> + Sync,
    mut take: impl FnMut(S, R) -> Result<(), E>,
) -> Result<(), E>
where
    S: Send,
    R: Send,
    E: Send,
{
    let shares = shares.into_iter();
    let at_most = shares.size_hint().1.unwrap_or(usize::MAX);
    let threads = threads.clamp(1, at_most.max(1));
    let queue = Queue::new(shares, threads * IN_FLIGHT);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let _stop = StopOnPanic(&queue);
                let mut state = state();
                while let Some((number, share)) = queue.next_share() {
                    let result = work(&mut state, &share);
                    queue.put(number, (share, result));
                }
            });
        }
        let _stop = Stop(&queue);
        // There is no result after the last one, or where a worker panicked, which the scope passes on.
        for number in 0.. {
            let Some((share, result)) = queue.wait_for(number) else { break };
            take(share, result?)?;
        }
        Ok(())
    })
}

/// What calling thread and workers have in common.
struct Queue<I, R> {
    state: Mutex<State<I, R>>,
    changed: Condvar,
    in_flight: usize,
}

struct State<I, R> {
    /// Those that no worker has begun.
    shares: I,
    begun: usize,
    /// The share whose result is wanted next.
    wanted: usize,
    done: BTreeMap<usize, R>,
    /// No share is to be begun any more: there is none, or the work has failed.
    ended: bool,
    /// Nobody is to wait any longer.
    stopped: bool,
}

impl<I: Iterator, R> Queue<I, R> {
    fn new(shares: I, in_flight: usize) -> Queue<I, R> {
        let done = BTreeMap::new();
        let state = State { shares, begun: 0, wanted: 0, done, ended: false, stopped: false };
        Queue { state: Mutex::new(state), changed: Condvar::new(), in_flight }
    }

    /// A share to work on, and its number, once that is not too far ahead; `None` at the end.
    fn next_share(&self) -> Option<(usize, I::Item)> {
        let mut state = self.lock();
        while !state.stopped && state.begun >= state.wanted + self.in_flight {
            state = self.wait(state);
        }
        let share = if state.stopped || state.ended { None } else { state.shares.next() };
        let Some(share) = share else {
            state.ended = true;
            self.changed.notify_all();
            return None;
        };
        state.begun += 1;
        Some((state.begun - 1, share))
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
            if state.stopped || (state.ended && number >= state.begun) {
                return None;
            }
            state = self.wait(state);
        }
    }
}

impl<I, R> Queue<I, R> {
    fn lock(&self) -> MutexGuard<'_, State<I, R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, guard: MutexGuard<'a, State<I, R>>) -> MutexGuard<'a, State<I, R>> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }
}

/// Ends all waiting when the calling thread leaves, however it does.
struct Stop<'a, I, R>(&'a Queue<I, R>);

impl<I, R> Drop for Stop<'_, I, R> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Ends all waiting when a worker panics.
struct StopOnPanic<'a, I, R>(&'a Queue<I, R>);

impl<I, R> Drop for StopOnPanic<'_, I, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IN_FLIGHT, in_order};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for threads in [1, 2, 7, 600] {
            let mut taken = Vec::new();
            let done: Result<(), ()> = in_order(
                0..500_u64,
                threads,
                || (),
                |(), share| {
                    // Later shares are done earlier.
                    std::thread::sleep(std::time::Duration::from_micros(share % 7 * 50));
                    Ok(share * share)
                },
                |share, result| {
                    assert_eq!(share * share, result);
                    taken.push(share);
                    Ok(())
                },
            );
            assert!(done.is_ok());
            assert!(taken.iter().copied().eq(0..500));
        }
    }

    #[test]
    fn no_more_shares_are_in_memory_than_the_threads_may_have() {
        let (begun, threads) = (AtomicUsize::new(0), 2);
        let work = |(): &mut (), _: &usize| -> Result<(), ()> {
            begun.fetch_add(1, SeqCst);
            Ok(())
        };
        let mut most = 0;
        let done = in_order(
            0..200,
            threads,
            || (),
            work,
            |share, ()| {
                std::thread::sleep(std::time::Duration::from_micros(300));
                most = most.max(begun.load(SeqCst) - share);
                Ok(())
            },
        );
        assert!(done.is_ok());
        assert!((2..=threads * IN_FLIGHT).contains(&most), "{most}");
    }

    #[test]
    fn the_first_error_in_order_is_told() {
        let work = |(): &mut (), share: &u32| if *share % 30 == 29 { Err(*share) } else { Ok(()) };
        assert_eq!(in_order(0..100, 4, || (), work, |_, ()| Ok(())), Err(29));
        let refused = |share: u32, ()| if share == 10 { Err(10) } else { Ok(()) };
        assert_eq!(in_order(0..100, 4, || (), work, refused), Err(10));
    }

    #[test]
    fn a_panic_of_a_worker_is_passed_on() {
        let work = |(): &mut (), share: &u32| -> Result<(), ()> {
            assert_ne!(*share, 17, "a fault of ours");
            Ok(())
        };
        let done = std::panic::catch_unwind(|| in_order(0..50, 3, || (), work, |_, ()| Ok(())));
        assert!(done.is_err());
    }
}
