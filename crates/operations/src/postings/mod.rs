//! Posts: begun, edited, published, closed; what suits them not; and what their page shows.

mod aside;
mod edit;
mod view;

pub use aside::{mute, set_aside, take_back};
pub use edit::{close, create, edit, expire, publish};
pub(crate) use edit::{enqueue, save};
pub(crate) use view::published_by;
pub use view::{Mine, OwnPost, PostingForm, PostingLook, begun_form, form, look, new_form, own};
