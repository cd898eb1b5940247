//! A market of posts that nobody wrote: what is searched when there is no register, and more than any register holds.

use kernel::{Chance as _, OrganisationId, PostingKind, SeededChance, Timestamp};
use search::{Audience, Document, Voice};
use vocabulary::{SkillLevel, Vocabulary};

const SHANGHAI: &str = "310000";
const COLLEGES: u64 = 1_500;
const ENTERPRISES: u64 = 20_000;
/// 2026-01-01 in days since 1970, and in microseconds.
const DAY: i64 = 20_454;
const YEAR_BEGINS: i64 = DAY * 86_400_000_000;
/// How many of a hundred posts are of each kind.
const KINDS: [(PostingKind, u64); 6] = [
    (PostingKind::Apprentices, 35),
    (PostingKind::Programme, 30),
    (PostingKind::Course, 15),
    (PostingKind::StaffTraining, 10),
    (PostingKind::Base, 5),
    (PostingKind::BaseTime, 5),
];

/// The characters of invented names.
const FIRST: [char; 12] = ['云', '江', '华', '东', '新', '海', '南', '天', '嘉', '瑞', '启', '明'];
const SECOND: [char; 12] = ['帆', '城', '辰', '岭', '港', '川', '岚', '泽', '恒', '渡', '桥', '野'];

/// Invents posts; the same seed invents the same.
pub(super) struct Inventor<'a> {
    vocabulary: &'a Vocabulary,
    chance: SeededChance,
}

impl<'a> Inventor<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, seed: u64) -> Self {
        let chance = SeededChance::new(seed);
        Self { vocabulary, chance }
    }

    fn below(&self, many: u64) -> usize {
        usize::try_from(self.chance.below(many.max(1))).unwrap_or(0)
    }

    fn some(&self, from: i64, many: u64) -> i64 {
        from + i64::try_from(self.chance.below(many)).unwrap_or(0)
    }

    fn one<'b, T>(&self, of: &'b [T]) -> &'b T {
        &of[self.below(of.len() as u64)]
    }

    /// Twice drawn: the place of what comes early is drawn far more often, as some trades are posted far more often than others.
    fn skewed<'b, T>(&self, of: &'b [T]) -> &'b T {
        // Neighbours in a catalogue are alike; what is common has to lie apart.
        let place = self.below(self.below(of.len() as u64) as u64 + 1);
        &of[place * 7_919 % of.len()]
    }

    /// A trade's name and an organisation's, as one of the market's posts has them.
    pub(super) fn names(&self) -> (String, String) {
        let post = self.post(0);
        let trade = post.trades.into_iter().next().unwrap_or_default();
        (trade, post.organisation)
    }

    /// A post; three in ten are in Shanghai, one in fifty is seen by its own organisation alone.
    pub(super) fn post(&self, at: usize) -> Document {
        let vocabulary = self.vocabulary;
        let mut drawn = self.below(100) as u64;
        let (kind, _) = *KINDS
            .iter()
            .find(|(_, share)| drawn.checked_sub(*share).map(|rest| drawn = rest).is_none())
            .unwrap_or(&KINDS[0]);
        let major = self.skewed(vocabulary.majors());
        let occupation = self.skewed(vocabulary.occupations());
        let province = match self.below(10) {
            0..3 => vocabulary.province(SHANGHAI),
            _ => Some(self.one(vocabulary.provinces())),
        };
        let place = province.map_or("", |province| province.short_name.as_str());
        let district = province.filter(|province| province.code == SHANGHAI);
        let district = district.map(|_| self.one(vocabulary.districts()));
        let industry = self.one(vocabulary.industries());
        let level = self.one(&SkillLevel::ALL);
        let (title, trade, organisation) = match kind {
            PostingKind::Programme => (major.name.clone(), &major.name, true),
            PostingKind::Course => (format!("{}技能提升班", occupation.name), &occupation.name, true),
            PostingKind::Base => (format!("{}实训基地", major.name), &major.name, true),
            PostingKind::Apprentices => (format!("招收{}学徒", occupation.name), &occupation.name, false),
            PostingKind::StaffTraining => (format!("{}岗位培训", occupation.name), &occupation.name, false),
            PostingKind::BaseTime => (format!("{}实训工位", major.name), &major.name, false),
        };
        let name = format!("{}{}", self.one(&FIRST), self.one(&SECOND));
        let organisation = if organisation {
            format!("{place}{name}{}职业技术学院", self.chance.below(COLLEGES))
        } else {
            format!("{place}{name}{}科技有限公司", self.chance.below(ENTERPRISES))
        };
        let body = format!(
            "{}方向，{}，要求认真负责，包吃住，五险一金。{}",
            occupation.name,
            industry.name,
            district.map_or("", |district| district.name.as_str()),
        );
        let hidden = self.below(50) == 0;
        Document {
            id: format!("posting:{at:08}"),
            kind: kind.code().to_owned(),
            title,
            organisation,
            body,
            trades: vec![trade.clone()],
            industries: vec![industry.code.clone()],
            province: province.map(|province| province.code.clone()),
            district: district.map(|district| district.code.clone()),
            categories: vec![major.category.code()],
            levels: vec![level.code().to_owned()],
            voice: Voice::Own,
            years: None,
            seats: Some(self.some(1, 60)),
            pay_max_fen: Some(self.some(300_000, 900_000)),
            starts_on: Some(self.some(DAY, 365)),
            published_at: self.some(YEAR_BEGINS, 300 * 86_400_000_000),
            audience: if hidden {
                Audience::Organisation(OrganisationId::new(Timestamp::from_micros(YEAR_BEGINS), &self.chance))
            } else {
                Audience::Public
            },
        }
    }
}
