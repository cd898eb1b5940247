//! Saved searches and followed organisations.

use operations::{
    search::Asked,
    searches::{Cadence, Watched},
};
use words::Text;

use super::{Names, SearchLinks as _};
use crate::pages::{Choice, FollowedRow, Hidden, SaveSearch, SavedSearchRow, SearchesPage};

/// How often somebody is told, the likeliest first.
const CADENCES: [Cadence; 4] = [Cadence::Daily, Cadence::Weekly, Cadence::AtOnce, Cadence::Never];

/// The page of everything that somebody keeps an eye on.
pub(crate) fn searches_page(watched: &Watched, names: &Names) -> SearchesPage {
    let searches = watched.searches.iter().map(|(saved, asked)| SavedSearchRow {
        path: format!("/searches/{}", saved.id),
        href: asked.href(),
        name: saved.name.clone(),
        words: names.search_in_words(asked),
        at: saved.created_at,
    });
    let followed = watched.followed.iter().map(|followed| FollowedRow {
        href: format!("/organisations/{}", followed.organisation),
        name: followed.name.clone(),
        since: followed.since,
    });
    SearchesPage {
        searches: searches.collect(),
        followed: followed.collect(),
        searches_told: Text::of("cadence", watched.searches_told.code()),
        followed_told: Text::of("cadence", watched.followed_told.code()),
        confirmed: watched.confirmed,
    }
}

impl Names {
    fn search_in_words(&self, asked: &Asked) -> String {
        asked.in_words(&self.vocabulary, self.locale)
    }

    /// The form that saves a search.
    pub(crate) fn save_search(&self, asked: &Asked, told: Cadence) -> SaveSearch {
        let bare = asked.with(|asked| asked.facets = false);
        let text = (!bare.text.is_empty()).then_some(("q", bare.text.as_str()));
        let hidden = text.into_iter().chain(bare.pairs()).map(|(name, value)| Hidden {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        let cadence =
            |cadence: Cadence| Choice::new(cadence.code(), Text::of("cadence", cadence.code()).render(self.locale));
        SaveSearch {
            hidden: hidden.collect(),
            name: self.search_in_words(asked),
            cadences: CADENCES.map(cadence).to_vec(),
            cadence: told.code(),
        }
    }
}
