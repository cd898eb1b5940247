#![doc = include_str!("../README.md")]

mod fonts;
mod form;
mod paper;
mod pdf;
mod press;
mod signatures;

pub use fonts::{Unprintable, unprintable, unprintable_fields};
pub use paper::{BodyError, Lookup, Paper, Pdf, RenderError, body_of, render};
pub use pdf::{Checked, SealError, Sealing, is_pdf, verify};
