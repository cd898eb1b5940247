//! What unit tests share.

use crate::{Audience, Document};

pub(crate) fn document(id: &str, title: &str) -> Document {
    Document {
        id: id.into(),
        kind: "programme".into(),
        title: title.into(),
        organisation: String::new(),
        body: String::new(),
        trades: Vec::new(),
        industries: Vec::new(),
        province: None,
        district: None,
        categories: Vec::new(),
        levels: Vec::new(),
        joined: true,
        seats: None,
        pay_max_fen: None,
        starts_on: None,
        published_at: 0,
        audience: Audience::Public,
    }
}
