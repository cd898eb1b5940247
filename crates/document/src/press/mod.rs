//! A small press: paragraphs as Chinese is set, tables, pages, and the PDF of them.
//!
//! Shaping is `rustybuzz`, places to break lines are `icu_segmenter`, the PDF is `krilla`; what stands between them is here.
//! The rules of Chinese typesetting are those of W3C's *Requirements for Chinese Text Layout* (clreq): no line begins with a
//! closing mark nor ends with an opening one, marks that meet share their room, Chinese and Latin letters keep a quarter em
//! apart, and lines are filled by the room between characters.

mod draw;
mod face;
mod lines;
mod pages;
mod stack;
#[cfg(test)]
mod tests;

pub(crate) use draw::{Attached, Frame, Sheet, print};
pub(crate) use face::{Weight, has_picture};
pub(crate) use lines::{Align, Colour, Paragraph, Run};
pub(crate) use pages::{Slab, paginate};
pub(crate) use stack::{Item, Kind, NodeId, Stack, Structure, Table, Width};

/// Points in a centimetre.
pub(crate) const CM: f32 = 72.0 / 2.54;
