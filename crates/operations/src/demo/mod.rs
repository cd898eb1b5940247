//! The demonstration: fictional organisations and people, made through the same operations as real ones.

mod names;
pub mod plan;
mod populate;
mod roles;

pub use populate::populate;
pub use roles::{Role, become_role, roles};
