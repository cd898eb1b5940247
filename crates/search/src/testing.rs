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
        voice: crate::Voice::Own,
        years: None,
        seats: None,
        pay_max_fen: None,
        starts_on: None,
        published_at: 0,
        audience: Audience::Public,
    }
}

/// The vocabulary's dictionary takes a moment to load; the tests of a process share it.
pub(crate) fn analyzer() -> crate::Analyzer {
    static ANALYZER: std::sync::LazyLock<crate::Analyzer> = std::sync::LazyLock::new(|| {
        let synonyms = vocabulary::text::Synonyms::parse(SYNONYMS).unwrap();
        let segmenter = vocabulary::text::Segmenter::new(&vocabulary::Vocabulary::builtin(), &synonyms.words());
        crate::Analyzer::new(segmenter, &synonyms)
    });
    ANALYZER.clone()
}

const SYNONYMS: &str = r#"
[[group]]
words = ["数控", "CNC", "computer numerical control"]
[[short]]
word = "汽修"
means = ["汽车维修", "汽车检测与维修"]
"#;
