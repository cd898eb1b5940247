//! Every repository on both databases.

mod schema;
mod support;
