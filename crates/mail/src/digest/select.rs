//! What goes into a digest, out of all that is new.

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasher,
};

use kernel::{OrganisationId, PostingId, Timestamp};
use words::Text;

kernel::codes! {
    /// How something new came to somebody. The order is that of the letter, and that in which its room is given away.
    ItemKind {
        /// A fact that concerns the reader.
        Notice = "notice",
        /// A new match of a post of the reader's organisation.
        Match = "match",
        /// A new result of a saved search.
        Search = "search",
        /// A new post of an organisation that the reader follows.
        Follow = "follow",
    }

    /// Why something new is not told in full.
    LeftOut {
        /// An earlier letter told it.
        ShownBefore = "shown_before",
        /// The same letter tells it already.
        Double = "double",
        /// The letter names enough of this organisation: it is counted.
        OrganisationFull = "organisation_full",
        /// The letter names enough: it is counted.
        LetterFull = "letter_full",
    }
}

/// Something new that could be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// How it came.
    pub kind: ItemKind,
    /// What it is, among those of its kind: the pair of a match, the post of a search or of a followed organisation, the
    /// notice. The same reference is told once.
    pub reference: String,
    /// The post that it leads to, where it does. A post that a match tells of is not told again as a result of a search.
    pub posting: Option<PostingId>,
    /// Whose post it is, where it is one.
    pub organisation: Option<OrganisationId>,
    /// How well it matches, 0 to 1000; 0 where nothing is matched.
    pub score: u16,
    /// Since when it is new.
    pub at: Timestamp,
    /// Under what it is told: the reader's own post, the saved search, the followed organisation.
    pub source: String,
}

/// How much a letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries told in full.
    pub entries: usize,
    /// Of these, posts of one organisation.
    pub per_organisation: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 20,
            per_organisation: 3,
        }
    }
}

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// What the letter tells in full, in its order.
    pub entries: Vec<Candidate>,
    /// Everything else, each with the reason.
    pub left_out: Vec<(Candidate, LeftOut)>,
    /// The saved searches of which more is new than the candidates say: whoever found them knows.
    pub beyond: Vec<String>,
}

impl ItemKind {
    /// What it is called.
    pub fn name(self) -> Text {
        Text::of("digest_item", self.code())
    }
}

impl LeftOut {
    /// The reason in words, for the operator.
    pub fn name(self) -> Text {
        Text::of("digest_left_out", self.code())
    }

    /// Whether the letter counts it: it is new, and there was no room.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::OrganisationFull | Self::LetterFull)
    }
}

impl Selection {
    /// What the letter tells as a number only.
    pub fn counted(&self) -> impl Iterator<Item = &Candidate> {
        self.left_out
            .iter()
            .filter(|(_, why)| why.is_counted())
            .map(|(candidate, _)| candidate)
    }

    /// Whether there is nothing to tell: then no letter is written.
    pub const fn is_empty(&self) -> bool {
        // Nothing is counted while there is room.
        self.entries.is_empty()
    }
}

/// Chooses from `candidates`, in whatever order they come: first what concerns the reader, then matches from the best on, then
/// the newest results of searches and posts of followed organisations. Nothing that is in `shown` is chosen.
pub fn select<S: BuildHasher>(
    mut candidates: Vec<Candidate>,
    shown: &HashSet<(ItemKind, String), S>,
    limits: &Limits,
) -> Selection {
    candidates.sort_by(|a, b| {
        let order = |candidate: &Candidate| (candidate.kind, std::cmp::Reverse((candidate.score, candidate.at)));
        order(a)
            .cmp(&order(b))
            .then_with(|| a.reference.cmp(&b.reference))
            .then_with(|| (&a.source, a.posting, a.organisation).cmp(&(&b.source, b.posting, b.organisation)))
    });
    let mut selection = Selection::default();
    let mut seen: HashSet<(ItemKind, String)> = HashSet::new();
    let mut posts: HashSet<PostingId> = HashSet::new();
    let mut named: HashMap<OrganisationId, usize> = HashMap::new();
    for candidate in candidates {
        let why = if was_shown(&candidate, shown) {
            Some(LeftOut::ShownBefore)
        } else if seen.contains(&thing(&candidate)) || is_told_of(&candidate, &posts) {
            Some(LeftOut::Double)
        } else if candidate
            .organisation
            .is_some_and(|organisation| named.get(&organisation).copied().unwrap_or(0) >= limits.per_organisation)
        {
            Some(LeftOut::OrganisationFull)
        } else if selection.entries.len() >= limits.entries {
            Some(LeftOut::LetterFull)
        } else {
            None
        };
        if why.is_none_or(LeftOut::is_counted) {
            seen.insert(thing(&candidate));
            posts.extend(candidate.posting);
        }
        if let Some(why) = why {
            selection.left_out.push((candidate, why));
        } else {
            if let Some(organisation) = candidate.organisation {
                *named.entry(organisation).or_default() += 1;
            }
            selection.entries.push(candidate);
        }
    }
    selection
}

/// What a candidate is about: as a result of a search and for following, the same reference is the same post.
fn thing(candidate: &Candidate) -> (ItemKind, String) {
    let kind = match candidate.kind {
        ItemKind::Follow => ItemKind::Search,
        kind => kind,
    };
    (kind, candidate.reference.clone())
}

fn was_shown<S: BuildHasher>(candidate: &Candidate, shown: &HashSet<(ItemKind, String), S>) -> bool {
    let as_kind = |kind| shown.contains(&(kind, candidate.reference.clone()));
    match candidate.kind {
        ItemKind::Search | ItemKind::Follow => as_kind(ItemKind::Search) || as_kind(ItemKind::Follow),
        kind => as_kind(kind),
    }
}

/// Whether the letter tells of the post already. A match of another of the reader's posts has reasons of its own and is told.
fn is_told_of(candidate: &Candidate, posts: &HashSet<PostingId>) -> bool {
    matches!(candidate.kind, ItemKind::Search | ItemKind::Follow)
        && candidate.posting.is_some_and(|posting| posts.contains(&posting))
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;
    use proptest::prelude::*;

    use super::*;

    fn posting(number: u64) -> PostingId {
        PostingId::new(Timestamp::from_micros(0), &SeededChance::new(number))
    }

    fn organisation(number: u64) -> OrganisationId {
        OrganisationId::new(Timestamp::from_micros(0), &SeededChance::new(number))
    }

    fn candidate(kind: ItemKind, reference: &str, of: u64, score: u16) -> Candidate {
        Candidate {
            kind,
            reference: reference.to_owned(),
            posting: None,
            organisation: (of > 0).then(|| organisation(of)),
            score,
            at: Timestamp::from_micros(0),
            source: "mine".to_owned(),
        }
    }

    fn references(selection: &Selection) -> Vec<&str> {
        selection.entries.iter().map(|entry| entry.reference.as_str()).collect()
    }

    #[test]
    fn what_concerns_the_reader_comes_first_then_the_best_matches() {
        let candidates = vec![
            candidate(ItemKind::Follow, "follow", 1, 0),
            candidate(ItemKind::Match, "good", 2, 700),
            candidate(ItemKind::Match, "best", 3, 900),
            candidate(ItemKind::Notice, "notice", 0, 0),
        ];
        let selection = select(candidates, &HashSet::new(), &Limits::default());
        assert_eq!(references(&selection), ["notice", "best", "good", "follow"]);
    }

    #[test]
    fn one_organisation_does_not_fill_the_letter() {
        let candidates = (0..9u16).map(|n| candidate(ItemKind::Match, &n.to_string(), 1, 900 - n));
        let other = candidate(ItemKind::Match, "other", 2, 100);
        let selection = select(candidates.chain([other]).collect(), &HashSet::new(), &Limits::default());
        assert_eq!(references(&selection), ["0", "1", "2", "other"]);
        assert_eq!(selection.counted().count(), 6, "the rest is counted");
    }

    #[test]
    fn a_post_that_matches_is_not_told_again_as_a_result_of_a_search() {
        let with_post = |kind, reference: &str| Candidate {
            posting: Some(posting(7)),
            ..candidate(kind, reference, 1, 0)
        };
        let candidates = vec![
            with_post(ItemKind::Search, "post"),
            with_post(ItemKind::Follow, "post"),
            with_post(ItemKind::Match, "mine-1:post"),
            with_post(ItemKind::Match, "mine-2:post"),
        ];
        let selection = select(candidates, &HashSet::new(), &Limits::default());
        assert_eq!(
            references(&selection),
            ["mine-1:post", "mine-2:post"],
            "each match has its own reasons"
        );
        assert!(selection.left_out.iter().all(|(_, why)| *why == LeftOut::Double));
    }

    #[test]
    fn what_a_saved_search_showed_is_not_shown_again_for_following() {
        let shown = HashSet::from([(ItemKind::Search, "post".to_owned())]);
        let candidates = vec![
            candidate(ItemKind::Follow, "post", 1, 0),
            candidate(ItemKind::Match, "post", 1, 500),
        ];
        let selection = select(candidates, &shown, &Limits::default());
        assert_eq!(references(&selection), ["post"]);
        assert_eq!(
            selection.entries[0].kind,
            ItemKind::Match,
            "a match is another thing than the post"
        );
    }

    #[test]
    fn every_reason_and_every_kind_has_words() {
        let kinds = ItemKind::ALL.iter().map(|kind| kind.name());
        for text in kinds.chain(LeftOut::ALL.iter().map(|why| why.name())) {
            assert!(words::has(text.key()), "{}", text.key());
        }
    }

    fn any_candidate() -> impl Strategy<Value = Candidate> {
        (0usize..4, 0u8..40, 0u64..8, 0u16..=1000, 0i64..5, 0u64..12, 0u8..3).prop_map(
            |(kind, reference, of, score, at, post, source)| Candidate {
                at: Timestamp::from_micros(at),
                posting: (post > 3).then(|| posting(post)),
                source: source.to_string(),
                ..candidate(ItemKind::ALL[kind], &reference.to_string(), of, score)
            },
        )
    }

    fn any_shown() -> impl Strategy<Value = HashSet<(ItemKind, String)>> {
        prop::collection::hash_set((0usize..4, 0u8..40), 0..20).prop_map(|set| {
            set.into_iter()
                .map(|(kind, n)| (ItemKind::ALL[kind], n.to_string()))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn a_letter_keeps_its_limits_and_tells_nothing_twice(
            candidates in prop::collection::vec(any_candidate(), 0..120), shown in any_shown(),
            entries in 0usize..25, per_organisation in 0usize..5,
        ) {
            let limits = Limits { entries, per_organisation };
            let selection = select(candidates.clone(), &shown, &limits);
            prop_assert!(selection.entries.len() <= entries);
            let mut told = HashSet::new();
            let mut of: HashMap<OrganisationId, usize> = HashMap::new();
            for entry in &selection.entries {
                prop_assert!(!was_shown(entry, &shown));
                prop_assert!(told.insert(thing(entry)), "twice");
                if let Some(organisation) = entry.organisation {
                    *of.entry(organisation).or_default() += 1;
                }
            }
            prop_assert!(of.values().all(|count| *count <= per_organisation));
            // A letter that has room leaves nothing out whose organisation has room too.
            for (left, why) in &selection.left_out {
                let full = left.organisation.is_some_and(|o| of.get(&o).copied().unwrap_or(0) >= per_organisation);
                match why {
                    LeftOut::OrganisationFull => prop_assert!(full),
                    LeftOut::LetterFull => prop_assert_eq!(selection.entries.len(), entries),
                    LeftOut::ShownBefore | LeftOut::Double => {}
                }
            }
            // Nobody misses anything: all that is new is told, counted, or was told.
            let mut counted = told;
            counted.extend(selection.counted().map(thing));
            let posts: HashSet<PostingId> =
                selection.entries.iter().chain(selection.counted()).filter_map(|c| c.posting).collect();
            for candidate in &candidates {
                let is_told = counted.contains(&thing(candidate)) || is_told_of(candidate, &posts);
                prop_assert!(is_told || was_shown(candidate, &shown));
            }
            prop_assert_eq!(selection.entries.len() + selection.left_out.len(), candidates.len());
        }

        #[test]
        fn the_order_in_which_things_were_found_does_not_matter(
            candidates in prop::collection::vec(any_candidate(), 0..60), shown in any_shown(), turn in 0usize..60,
        ) {
            let told = |candidates: Vec<Candidate>| -> Vec<(ItemKind, String, String)> {
                let selection = select(candidates, &shown, &Limits::default());
                selection.entries.into_iter().map(|e| (e.kind, e.reference, e.source)).collect()
            };
            let mut turned = candidates.clone();
            turned.reverse();
            let middle = turn.min(turned.len());
            turned.rotate_left(middle);
            prop_assert_eq!(told(candidates), told(turned));
        }
    }
}
