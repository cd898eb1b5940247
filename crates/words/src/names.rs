//! Words for codes and for what is wrong with a field.

use kernel::{Locale, PostingKind, Side};
use marketplace::ProblemCode;

use crate::Text;

impl From<PostingKind> for Text {
    fn from(kind: PostingKind) -> Self {
        Self::of("kind", kind.code())
    }
}

impl From<Side> for Text {
    fn from(side: Side) -> Self {
        Self::of("side", side.code())
    }
}

/// The name of a kind of post.
pub fn kind(locale: Locale, kind: PostingKind) -> String {
    Text::from(kind).render(locale)
}

/// The sentence for something wrong with a field, in words that mend it.
pub fn problem(code: &ProblemCode) -> Text {
    code.facts()
        .into_iter()
        .fold(Text::of("problem", code.key()), |text, (name, fact)| {
            text.with(name, fact)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::has;

    #[test]
    fn every_problem_has_a_sentence_that_uses_its_facts() {
        for code in ProblemCode::samples() {
            let text = problem(&code);
            assert!(has(text.key()), "{}", text.key());
            for locale in Locale::ALL {
                assert!(!text.render(locale).contains('{'), "{}", text.render(locale));
            }
        }
    }

    #[test]
    fn every_kind_and_side_has_a_name() {
        for kind in PostingKind::ALL {
            assert!(has(Text::from(kind).key()));
        }
        for side in Side::ALL {
            assert!(has(Text::from(side).key()));
        }
    }
}
