//! Room for recursion.

/// Reserved, not used: pages of a stack are only taken when they are touched.
const STACK_BYTES: usize = 512 << 20;

/// Runs `work` on a thread with a big stack: the expander and the engine recurse as deep as
/// programs nest. A panic of `work` goes on in the caller.
pub fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("scheme".into())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("no memory for a stack: {error}"),
        }
    })
}
