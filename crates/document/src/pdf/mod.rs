//! PDFs as bytes: which byte belongs to what, the seal over all of them, and its check.

mod object;
mod parts;
mod seal;
mod verify;

pub use seal::{SealError, Sealing};
pub use verify::{Checked, is_pdf, verify};

pub(crate) use seal::{content_hash, seal};
pub(crate) use verify::ATTACHED;
