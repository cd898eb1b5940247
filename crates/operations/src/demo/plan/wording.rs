//! Titles and texts: a handwritten core, a sentence on how the days are divided, a last remark.

use std::collections::BTreeSet;

use kernel::{Date, Locale, PostingKind};
use vocabulary::SkillLevel;

use super::{
    calendar::season,
    dealer::Dealer,
    tables::{Industry, Phrase, Schedule, Tables, Trade},
};

/// The figures that a text may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub(super) seats: i64,
    pub(super) months: i64,
    pub(super) hours: i64,
    pub(super) level: SkillLevel,
    pub(super) starts: Date,
}

impl Figures {
    /// Puts the figures where the braces are.
    pub(super) fn fill(&self, words: &str) -> String {
        words
            .replace("{n}", &self.seats.to_string())
            .replace("{months}", &self.months.to_string())
            .replace("{hours}", &self.hours.to_string())
            .replace("{level}", self.level.name(Locale::Zh))
            .replace("{season}", &season(self.starts))
    }
}

/// A text with the training modes it describes.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) words: String,
    pub(super) modes: Vec<String>,
}

/// Writes titles and texts, none twice.
#[derive(Debug)]
pub(super) struct Writer<'t> {
    tables: &'t Tables,
    written: BTreeSet<String>,
}

/// A phrase for the title of such a post, drawn before the figures are known.
pub(super) fn title<'t>(dealer: &mut Dealer<'_>, trade: &'t Trade, kind: PostingKind) -> Phrase<'t> {
    let titles = &trade.script(kind).titles;
    let title: &String = dealer.pick(&format!("{}/{kind}/titles", trade.key), titles);
    Phrase::read(title)
}

impl<'t> Writer<'t> {
    /// A writer who has written nothing yet.
    pub(super) const fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            written: BTreeSet::new(),
        }
    }

    /// The title itself; where the same one has been written, this is the next round of it.
    pub(super) fn title_text(&mut self, title: Phrase<'_>, figures: &Figures) -> String {
        let first = figures.fill(title.words);
        let mut words = first.clone();
        for round in ["第二期", "第三期", "第四期", "第五期"] {
            if self.written.insert(words.clone()) {
                break;
            }
            words = format!("{first}（{round}）");
        }
        words
    }

    /// A text to go with the title.
    pub(super) fn text(
        &mut self,
        dealer: &mut Dealer<'_>,
        (industry, trade): (&Industry, &Trade),
        kind: PostingKind,
        title: &Phrase<'_>,
        figures: &Figures,
    ) -> Text {
        let fitting: Vec<Phrase<'_>> = trade
            .script(kind)
            .texts
            .iter()
            .map(|raw| Phrase::read(raw))
            .filter(|text| text.goes_with(title))
            .collect();
        let core = *dealer.pick(&format!("{}/{kind}/texts/{}", trade.key, title.topic), &fitting);
        let mut text = self.compose(dealer, (industry, trade), kind, core, figures);
        // Other sentences around the same core, until nobody has read this before.
        for _ in 0..50 {
            if self.written.insert(text.words.clone()) {
                break;
            }
            text = self.compose(dealer, (industry, trade), kind, core, figures);
        }
        text
    }

    fn compose(
        &self,
        dealer: &mut Dealer<'_>,
        (industry, trade): (&Industry, &Trade),
        kind: PostingKind,
        core: Phrase<'_>,
        figures: &Figures,
    ) -> Text {
        let sentences = self.tables.phrases.of(kind);
        let mut words = figures.fill(core.words);
        let mut modes = own_modes(kind);
        if !core.own_days {
            let Schedule { modes: described, text } = dealer.pick(&format!("{kind}/schedules"), &sentences.schedules);
            words.push_str(&figures.fill(text));
            modes.clone_from(described);
        }
        let conditions: Vec<&String> = industry.conditions.iter().chain(&trade.conditions).collect();
        let tells_conditions = kind == PostingKind::Apprentices && dealer.happens(55);
        let tail = if tells_conditions {
            dealer.pick(&format!("{}/conditions", trade.key), &conditions)
        } else {
            dealer.pick(&format!("{kind}/tails"), &sentences.tails)
        };
        words.push_str(&figures.fill(tail));
        Text { words, modes }
    }
}

/// The modes of a text that divides the days itself.
fn own_modes(kind: PostingKind) -> Vec<String> {
    let codes: &[&str] = match kind {
        PostingKind::Programme | PostingKind::Apprentices => &["M03", "M02"],
        PostingKind::Course | PostingKind::StaffTraining => &["M20"],
        PostingKind::Base | PostingKind::BaseTime => &["M08"],
    };
    codes.iter().map(|&code| code.to_owned()).collect()
}
