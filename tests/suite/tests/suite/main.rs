//! The suites: what a user would see, judged by programs that are not ours. One file a subject.

mod comparison;
