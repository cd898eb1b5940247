//! Posts: begun, edited, published, closed; and what their page shows.

mod edit;
mod view;

pub use edit::{close, create, edit, expire, publish};
pub(crate) use edit::{enqueue, save};
pub(crate) use view::published_by;
pub use view::{Mine, OwnPost, PostingForm, PostingLook, begun_form, form, look, new_form, own};
