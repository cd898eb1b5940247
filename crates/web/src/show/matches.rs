//! Matches as cards with their reasons.

use std::{cmp::Reverse, collections::HashMap, hash::Hash};

use kernel::{Criterion, LineId, PostingKind};
use marketplace::{Line, Posting, register::Presence};
use matching::{Assessed, Verdict};
use operations::{
    matches::{Beside, Cohort, Found, Near, Obstacles, Other, Outcome, Partner},
    postings::PostingLook,
};
use words::Text;

use super::Names;
use crate::pages::{
    AsideForm, AsideView, BesideView, Chip, CohortNeed, CohortView, Counted, CountingForm, Link, MatchDraft, MatchMore,
    MatchView, NearView,
};

/// How many matches a page shows. All that are kept would weigh more than a page may.
pub(super) const SHOWN: usize = 6;

/// How many further ways in which two posts fit are told; the rest is counted.
const WAYS: usize = 3;

/// How many of the reader's own posts stand beside one.
pub(super) const BESIDE: usize = 3;

/// How many sentences say why there is no match.
const OBSTACLES: usize = 12;

impl Names {
    /// These matches as cards, as many as a page shows. `own` is the post they answer, `may_invite` whether the viewer
    /// may invite colleges that have not joined.
    pub(crate) fn match_views(&self, found: &[Vec<&Found>], own: Option<&Posting>, may_invite: bool) -> Vec<MatchView> {
        let shown = found.iter().take(SHOWN);
        shown
            .filter_map(|ways| self.match_view(ways, own, may_invite))
            .collect()
    }

    /// The ways in which two posts match as one card, the best way first.
    pub(crate) fn match_view(&self, ways: &[&Found], own: Option<&Posting>, may_invite: bool) -> Option<MatchView> {
        let (best, more) = ways.split_first()?;
        let shown = self.best_way(best, own, may_invite);
        let told = more.iter().take(WAYS).map(|found| {
            let other = match &found.other {
                Other::Posting { posting, line, .. } => line_of(posting, *line),
                Other::Register { .. } => None,
            };
            let trade = other.and_then(|line| self.trade_name(line));
            let level = other.and_then(|line| line.level).map(|level| self.level(level));
            let differs = |chip: &Chip| {
                !shown
                    .chips
                    .iter()
                    .any(|best| best.verdict == chip.verdict && best.label == chip.label)
            };
            MatchMore {
                facts: trade.into_iter().chain(level).collect(),
                line: self.own_line(found, own),
                score: found.score,
                chips: self.chips(&found.criteria).into_iter().filter(differs).collect(),
            }
        });
        Some(MatchView {
            more: told.collect(),
            rest: more.len().saturating_sub(WAYS),
            ..shown
        })
    }

    /// Needs that together fill lines of the own offer.
    pub(super) fn cohorts(&self, look: &PostingLook) -> Vec<CohortView> {
        let found = look.matches.as_deref().unwrap_or_default();
        let several = look.posting.content.lines.len() > 1;
        let need = |(at, seats): &(usize, i64)| match &found.get(*at)?.other {
            Other::Posting {
                posting, organisation, ..
            } => Some(CohortNeed {
                post: Link::new(format!("/posts/{}", posting.id), &posting.content.title),
                party: organisation.clone(),
                seats: *seats,
            }),
            Other::Register { .. } => None,
        };
        let view = |cohort: &Cohort| {
            let line = line_of(&look.posting, cohort.line).filter(|_| several);
            CohortView {
                line: line.and_then(|line| self.trade_name(line)),
                seats: cohort.seats,
                filled: cohort.filled,
                needs: cohort.needs.iter().filter_map(need).collect(),
            }
        };
        look.cohorts.iter().map(view).collect()
    }

    /// Somebody's post that one thing alone keeps from answering the own one.
    pub(super) fn near(&self, own: &Posting, near: &Near) -> Option<NearView> {
        let Other::Posting {
            posting,
            organisation,
            fictional,
            ..
        } = &near.other
        else {
            return None;
        };
        let line = line_of(own, near.line).filter(|_| own.content.lines.len() > 1);
        Some(NearView {
            post: Link::new(format!("/posts/{}", posting.id), &posting.content.title),
            party: Self::publisher(organisation, Some(posting.organisation), *fictional),
            line: line.and_then(|line| self.trade_name(line)),
            score: near.score,
            failure: words::failure(self.locale, &self.vocabulary, &near.failure),
        })
    }

    /// What was set aside for a post.
    pub(super) fn aside(own: &Posting, other: &Other) -> AsideView {
        let back = AsideForm {
            action: format!("/posts/{}/back", own.id),
            partner: words_of(other.partner()),
        };
        match other {
            Other::Posting {
                posting,
                organisation,
                fictional,
                ..
            } => AsideView {
                post: Link::new(format!("/posts/{}", posting.id), &posting.content.title),
                party: Self::publisher(organisation, Some(posting.organisation), *fictional),
                back,
            },
            Other::Register { row } => AsideView {
                post: Link::new(format!("/register/{}", row.id), &row.entry.major_name),
                party: Self::school(&row.entry.school_name, row.college),
                back,
            },
        }
    }

    /// The reader's own posts beside the one that they look at.
    pub(super) fn beside(&self, look: &PostingLook) -> Vec<BesideView> {
        let view = |beside: &Beside| {
            let own = Link::new(format!("/posts/{}", beside.own.id), &beside.own.content.title);
            match &beside.outcome {
                Outcome::Fits(found) => BesideView {
                    own,
                    line: self.own_line(found, Some(&beside.own)),
                    score: Some(found.score),
                    chips: self.chips(&found.criteria),
                    failures: Vec::new(),
                    draft: draft_of(&beside.own, found).filter(|_| look.may_draft),
                },
                Outcome::Apart(failures) => BesideView {
                    own,
                    line: None,
                    score: None,
                    chips: Vec::new(),
                    failures: failures
                        .iter()
                        .map(|failure| words::failure(self.locale, &self.vocabulary, failure))
                        .collect(),
                    draft: None,
                },
            }
        };
        look.beside.iter().take(BESIDE).map(view).collect()
    }

    /// The trade of the own line that is answered, when the own post has several.
    fn own_line(&self, found: &Found, own: Option<&Posting>) -> Option<String> {
        own.filter(|posting| posting.content.lines.len() > 1)
            .and_then(|posting| line_of(posting, found.line))
            .and_then(|line| self.trade_name(line))
    }

    fn best_way(&self, found: &Found, own: Option<&Posting>, may_invite: bool) -> MatchView {
        let line = self.own_line(found, own);
        let chips = self.chips(&found.criteria);
        match &found.other {
            Other::Posting {
                posting,
                line: other,
                organisation,
                fictional,
            } => {
                let content = &posting.content;
                let other = line_of(posting, *other);
                let place = content.district.as_deref().map(|code| self.district(code));
                let place = place.or_else(|| content.province.as_deref().map(|code| self.province(code)));
                let trade = other
                    .and_then(|line| self.trade_name(line))
                    .filter(|name| !content.title.contains(name.as_str()));
                let level = other.and_then(|line| line.level).map(|level| self.level(level));
                MatchView {
                    href: format!("/posts/{}", posting.id),
                    title: content.title.clone(),
                    kind: posting.kind,
                    party: Self::publisher(organisation, Some(posting.organisation), *fictional),
                    facts: [trade, place, level].into_iter().flatten().collect(),
                    seats: other.and_then(|line| line.seats),
                    starts_on: content.starts_on,
                    score: found.score,
                    chips,
                    invite: None,
                    first_seen: found.first_seen,
                    line,
                    more: Vec::new(),
                    rest: 0,
                    draft: None,
                    aside: None,
                }
            }
            Other::Register { row } => {
                let entry = &row.entry;
                MatchView {
                    href: format!("/register/{}", row.id),
                    title: entry.major_name.clone(),
                    kind: PostingKind::Programme,
                    party: Self::school(&entry.school_name, row.college),
                    facts: vec![
                        self.province(&entry.province),
                        Text::new("register.year")
                            .with("year", entry.year.to_string())
                            .render(self.locale),
                        Text::new("common.years")
                            .with("n", entry.duration_years)
                            .render(self.locale),
                    ],
                    seats: None,
                    starts_on: None,
                    score: found.score,
                    chips,
                    invite: (may_invite && row.college == Presence::Absent)
                        .then(|| format!("/register/{}/invite", row.id)),
                    first_seen: found.first_seen,
                    line,
                    more: Vec::new(),
                    rest: 0,
                    draft: None,
                    aside: None,
                }
            }
        }
    }

    /// Why nobody answers a need: a sentence for each hard criterion that offers fail, of each line.
    pub(super) fn why_none(&self, own: &Posting, obstacles: &[Obstacles]) -> Vec<Text> {
        let several = own.content.lines.len() > 1;
        let mut said = Vec::new();
        for obstacles in obstacles {
            let line = line_of(own, obstacles.line).filter(|_| several);
            let line = line.and_then(|line| self.trade_name(line));
            let none = (obstacles.offers == 0).then(|| Text::new("obstacle.none"));
            let failed = obstacles.failed.iter().map(|(criterion, count)| {
                let text = Text::of("obstacle", criterion.code());
                text.with("n", i64::try_from(*count).unwrap_or(i64::MAX))
            });
            for sentence in none.into_iter().chain(failed) {
                said.push(match &line {
                    Some(line) => Text::new("obstacle.of_line")
                        .with("line", line.as_str())
                        .with("what", sentence),
                    None => sentence,
                });
            }
        }
        said.truncate(OBSTACLES);
        said
    }

    /// The reasons, the most telling first: what fits, what fits in part, what does not, what nobody said. A criterion
    /// of which both sides are silent tells nothing and is left out.
    pub(crate) fn chips(&self, criteria: &[Assessed]) -> Vec<Chip> {
        let mut told: Vec<&Assessed> = criteria.iter().filter(|assessed| !is_silent(assessed)).collect();
        told.sort_by_key(|assessed| (assessed.verdict, Reverse(assessed.weight)));
        told.into_iter()
            .map(|assessed| Chip {
                verdict: assessed.verdict,
                label: words::reason_label(self.locale, &self.vocabulary, assessed),
                sentence: words::reason(self.locale, &self.vocabulary, assessed),
            })
            .collect()
    }

    /// The occupation of a line, else its major.
    pub(super) fn trade_name(&self, line: &Line) -> Option<String> {
        let occupation = line.occupation.as_deref().map(|code| self.occupation(code));
        occupation.or_else(|| line.major.as_deref().map(|code| self.major(code)))
    }
}

/// From which lines an agreement can be drafted: a need for apprentices, and an offer that trains them.
pub(super) fn draft_of(own: &Posting, found: &Found) -> Option<MatchDraft> {
    let Other::Posting { posting, line, .. } = &found.other else {
        return None;
    };
    let (mine, theirs) = ((own, found.line), (posting.as_ref(), *line));
    let (offer, need) = own.kind.side().offer_and_need(mine, theirs);
    let fits =
        need.0.kind == PostingKind::Apprentices && matches!(offer.0.kind, PostingKind::Programme | PostingKind::Course);
    fits.then(|| MatchDraft {
        need: need.0.id.to_string(),
        need_line: need.1.to_string(),
        offer: offer.0.id.to_string(),
        offer_line: offer.1.to_string(),
    })
}

/// What counts in the matches of a post, and how its owner changes that.
pub(super) fn counting(own: &Posting) -> CountingForm {
    let counted = |one: Criterion| Counted {
        code: one.code(),
        name: named(one),
        counts: !own.muted.contains(one),
    };
    CountingForm {
        action: format!("/posts/{}/counting", own.id),
        criteria: Criterion::mutable().map(counted).collect(),
    }
}

/// A criterion by its name.
pub(super) fn named(criterion: Criterion) -> Text {
    Text::of("counts", criterion.code())
}

/// A partner as forms name it.
pub(super) fn words_of(partner: Partner) -> String {
    match partner {
        Partner::Posting(posting) => format!("posting:{posting}"),
        Partner::Row(row) => format!("row:{row}"),
    }
}

/// The partner that a form names.
pub(crate) fn partner_of(words: &str) -> Option<Partner> {
    match words.split_once(':')? {
        ("posting", id) => id.parse().ok().map(Partner::Posting),
        ("row", id) => id.parse().ok().map(Partner::Row),
        _ => None,
    }
}

/// The same matches, those with the same partner together where the best of them stands: lines match lines, but people
/// look for partners.
pub(super) fn by_partner(found: &[Found]) -> Vec<Vec<&Found>> {
    together(found, |found| found.other.partner())
}

/// The same things in the same order, those of one key together where the first of them stands.
pub(super) fn together<T, K: Eq + Hash>(things: &[T], key: impl Fn(&T) -> K) -> Vec<Vec<&T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for thing in things {
        let place = *places.entry(key(thing)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(thing),
            None => groups.push(vec![thing]),
        }
    }
    groups
}

fn line_of(posting: &Posting, id: LineId) -> Option<&Line> {
    posting.content.lines.iter().find(|line| line.id == id)
}

fn is_silent(assessed: &Assessed) -> bool {
    let silent = matching::Reason::Unknown {
        offer_silent: true,
        need_silent: true,
    };
    assessed.verdict == Verdict::Unknown && assessed.reason == silent
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::Locale;
    use matching::{Criterion, Reason};
    use vocabulary::Vocabulary;

    use super::*;

    #[test]
    fn what_belongs_together_stands_where_its_first_stands() {
        let words = ["b1", "a1", "b2", "c1", "a2"];
        let groups = together(&words, |word| word[..1].to_owned());
        assert_eq!(groups, [vec![&"b1", &"b2"], vec![&"a1", &"a2"], vec![&"c1"]]);
    }

    #[test]
    fn every_hard_criterion_that_offers_fail_has_a_sentence_with_its_count() {
        use operations::matches::HardCriterion;
        let (at, chance) = (kernel::Timestamp::from_micros(1), kernel::SeededChance::new(1));
        let line = |occupation: &str| Line {
            id: LineId::new(at, &chance),
            major: None,
            occupation: Some(occupation.to_owned()),
            level: None,
            seats: None,
            hours: None,
            pay_min: None,
            pay_max: None,
            note: String::new(),
        };
        let mut need = Posting {
            id: kernel::PostingId::new(at, &chance),
            organisation: kernel::OrganisationId::new(at, &chance),
            kind: kernel::PostingKind::Apprentices,
            status: marketplace::Status::Draft,
            content: marketplace::Content {
                lines: vec![line("6-18-01-01")],
                ..marketplace::Content::default()
            },
            origin: marketplace::Origin::Typed,
            muted: kernel::Muted::NONE,
            created_at: at,
            updated_at: at,
        };
        let failed: Vec<_> = HardCriterion::ALL
            .into_iter()
            .filter(|criterion| *criterion != HardCriterion::Kind)
            .map(|criterion| (criterion, 12))
            .collect();
        let mut obstacles = vec![Obstacles {
            line: need.content.lines[0].id,
            offers: 30,
            failed,
        }];
        for locale in Locale::ALL {
            let names = Names::new(locale, Arc::new(Vocabulary::builtin()));
            let said = names.why_none(&need, &obstacles);
            assert_eq!(said.len(), HardCriterion::ALL.len() - 1);
            for text in said {
                assert!(words::has(text.key()), "{}", text.key());
                assert!(text.render(locale).contains("12"), "{}", text.key());
            }
        }
        need.content.lines.push(line("6-18-01-02"));
        obstacles[0].failed.clear();
        obstacles[0].offers = 0;
        let names = Names::new(Locale::Zh, Arc::new(Vocabulary::builtin()));
        let said = names.why_none(&need, &obstacles);
        assert_eq!(said.len(), 1);
        assert!(
            said[0].render(Locale::Zh).starts_with("车工："),
            "{}",
            said[0].render(Locale::Zh)
        );
    }

    #[test]
    fn reasons_come_in_the_order_of_what_they_tell() {
        let unknown = |offer_silent, need_silent| Reason::Unknown {
            offer_silent,
            need_silent,
        };
        let assessed = |criterion, verdict, weight, reason| Assessed {
            criterion,
            score: 500,
            weight,
            reason,
            verdict,
        };
        let capacity = Reason::Capacity {
            offered: 10,
            wanted: 24,
        };
        let criteria = [
            assessed(Criterion::Price, Verdict::Unknown, 300, unknown(true, true)),
            assessed(Criterion::Mode, Verdict::Unknown, 300, unknown(true, false)),
            assessed(Criterion::Capacity, Verdict::Unmet, 300, capacity.clone()),
            assessed(Criterion::Level, Verdict::Met, 100, capacity.clone()),
            assessed(Criterion::Trade, Verdict::Met, 200, capacity),
        ];
        let names = Names::new(Locale::Zh, Arc::new(Vocabulary::builtin()));
        let verdicts: Vec<Verdict> = names.chips(&criteria).iter().map(|chip| chip.verdict).collect();
        assert_eq!(verdicts, [Verdict::Met, Verdict::Met, Verdict::Unmet, Verdict::Unknown]);
        assert_eq!(names.chips(&criteria)[0].label.key(), "criterion.trade");
    }
}
