//! The demonstration: fictional organisations and people, made through the same operations as real ones.

mod apprentices;
mod mailbox;
mod names;
pub mod plan;
mod populate;
mod roles;

pub use apprentices::{Told, apprentices};
pub use mail::{KeptHead, KeptLetter};
pub use mailbox::{has_mailbox, letter, letters};
pub use populate::populate;
pub use roles::{Became, Landing, Part, Role, become_role, roles};
