//! The front page.

use serde::Serialize;

use super::{ResultRow, fixtures};
use crate::view::Page;

/// `GET /` for a stranger; people who signed in are led to their workspace.
#[derive(Debug, Clone, Serialize)]
pub struct HomePage {
    /// What stands on the platform at this moment.
    pub figures: Figures,
    /// The latest offers, a handful.
    pub offers: Vec<ResultRow>,
    /// The latest needs, a handful.
    pub needs: Vec<ResultRow>,
}

/// Counts, each with its definition on the page.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Figures {
    /// Verified colleges and training bodies.
    pub colleges: i64,
    /// Verified enterprises.
    pub enterprises: i64,
    /// Published posts.
    pub posts: i64,
    /// Pairs that match, as last computed.
    pub matches: i64,
    /// Rows of the national programme register.
    pub register_rows: i64,
    /// The latest year of the register.
    pub register_year: Option<i64>,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "home.html";

    fn samples() -> Vec<Self> {
        let full = Figures {
            colleges: 12,
            enterprises: 40,
            posts: 300,
            matches: 1_846,
            register_rows: 68_236,
            register_year: Some(2025),
        };
        let rows = fixtures::results();
        vec![
            Self {
                figures: full,
                offers: rows[..3].to_vec(),
                needs: rows[3..6].to_vec(),
            },
            Self {
                figures: Figures::default(),
                offers: Vec::new(),
                needs: Vec::new(),
            },
        ]
    }
}
