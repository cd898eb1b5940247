//! Whole stories through the front door: a site in memory, and visitors who see and press what people see and press.
#![expect(
    clippy::missing_panics_doc,
    reason = "whatever does not go as told panics: that is how a story fails"
)]

mod agreements;
mod engine;
mod records;
mod site;
mod visitor;

pub use agreements::{APPRENTICE, GUARDIAN};
pub use records::{assign_by_letter, fill_in_start};
pub use site::{College, Enterprise, PASSWORD, Site, chosen, credit_code, field};
pub use visitor::{Answer, Visitor, encode};

/// Tells each story on `SQLite` and, where there is one, on `PostgreSQL`.
#[macro_export]
macro_rules! stories {
    ($($(#[$doc:meta])* async fn $name:ident($site:ident: Site) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn tell($site: Site) $body

            #[tokio::test]
            async fn sqlite() {
                let site = $crate::Site::on_sqlite().await;
                tell(site.clone()).await;
                site.leave_nothing_undone().await;
            }

            #[tokio::test]
            async fn postgres() {
                let Some(site) = $crate::Site::on_postgres().await else { return };
                tell(site.clone()).await;
                site.leave_nothing_undone().await;
            }
        }
    )*};
}
