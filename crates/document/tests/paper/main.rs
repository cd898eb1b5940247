//! Papers as whole files: what can be read from them, and what becomes of a changed byte.

mod reading;
mod sealing;
mod story;
