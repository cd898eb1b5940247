//! What the product says that it told, beside what left it.

use std::collections::{BTreeMap, HashMap};

use kernel::{LetterId, Timestamp};
use storage::{DigestItem, DigestOutcome, Page};

use crate::world::World;

/// A digest that became a letter.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) who: usize,
    pub(crate) cadence: String,
    pub(crate) at: Timestamp,
    pub(crate) items: Vec<DigestItem>,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) letters: HashMap<LetterId, Made>,
    outcomes: BTreeMap<&'static str, usize>,
}

impl Told {
    pub(crate) async fn read(world: &World) -> Self {
        let mut told = Self::default();
        let mut tx = world.app.db().read().await.unwrap();
        for (who, reader) in world.readers.iter().enumerate() {
            let all = tx
                .digests()
                .of_account(reader.account, Page::first(i64::MAX))
                .await
                .unwrap();
            for digest in all {
                *told.outcomes.entry(digest.outcome.code()).or_default() += 1;
                assert_eq!(digest.letter.is_some(), digest.outcome == DigestOutcome::Sent);
                if let Some(letter) = digest.letter {
                    let made = Made {
                        who,
                        cadence: digest.cadence,
                        at: digest.made_at,
                        items: tx.digests().items(digest.id).await.unwrap(),
                    };
                    told.letters.insert(letter, made);
                }
            }
        }
        told
    }

    pub(crate) fn figures(&self) -> String {
        let items = || self.letters.values().flat_map(|made| &made.items);
        let full = items().filter(|item| item.position.is_some()).count();
        let counted = items().count() - full;
        format!(
            "digests {:?} with {full} entries and {counted} more counted",
            self.outcomes
        )
    }
}
