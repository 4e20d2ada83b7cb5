//! Ctrl-C: stops what is going on, in order; pressed again, at once.

use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;
use tintype_dsl::{Interrupt, Session};

/// The status of a program that Ctrl-C has stopped.
pub const STATUS: u8 = 130;

/// What is to be stopped.
enum Activity {
    /// Nothing: the program itself.
    None,
    /// An interpreter.
    Evaluation(Interrupt),
    /// The making of an image, at the next piece that is written.
    Building,
}

static ACTIVITY: Mutex<Activity> = Mutex::new(Activity::None);

/// Ctrl-C was pressed during the activity.
static PRESSED: AtomicBool = AtomicBool::new(false);

/// The panic that leads out of the making of an image.
struct Stopped;

fn activity() -> MutexGuard<'static, Activity> {
    ACTIVITY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does `work` with a session so that Ctrl-C stops it.
pub fn attended<T>(session: &mut Session, work: impl FnOnce(&mut Session) -> T) -> T {
    let interrupt = session.interrupt();
    interrupt.clear();
    begin(Activity::Evaluation(interrupt.clone()));
    let result = work(session);
    end();
    interrupt.clear();
    result
}

/// Makes an image so that Ctrl-C stops it, if `work` calls what it is given often; none if it was
/// stopped. What `work` has begun to write is dropped and with it gone.
pub fn building<T>(work: impl FnOnce(&dyn Fn()) -> T) -> Option<T> {
    begin(Activity::Building);
    let look = || {
        if PRESSED.load(Ordering::SeqCst) {
            resume_unwind(Box::new(Stopped));
        }
    };
    let result = catch_unwind(AssertUnwindSafe(|| work(&look)));
    end();
    match result {
        Ok(result) => Some(result),
        Err(panic) if panic.is::<Stopped>() => None,
        Err(panic) => resume_unwind(panic),
    }
}

fn begin(what: Activity) {
    listen();
    PRESSED.store(false, Ordering::SeqCst);
    *activity() = what;
}

fn end() {
    *activity() = Activity::None;
    PRESSED.store(false, Ordering::SeqCst);
}

/// Starts to listen for Ctrl-C. Where that is not possible, Ctrl-C ends the program as ever.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let Ok(mut signals) = Signals::new([SIGINT]) else { return };
        let listener = std::thread::Builder::new().name("signals".into());
        // Without a thread the signal would be lost: then nothing can be stopped but by force.
        let _ = listener.spawn(move || signals.forever().for_each(|_| pressed()));
    });
}

fn pressed() {
    if PRESSED.swap(true, Ordering::SeqCst) {
        std::process::exit(STATUS.into());
    }
    match &*activity() {
        Activity::None => std::process::exit(STATUS.into()),
        Activity::Evaluation(interrupt) => {
            interrupt.raise();
            let interrupt = interrupt.clone();
            std::thread::spawn(move || {
                while interrupt.is_raised() {
                    std::thread::sleep(Duration::from_millis(20));
                    interrupt.insist();
                }
            });
        }
        Activity::Building => {}
    }
}
