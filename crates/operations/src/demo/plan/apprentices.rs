//! Sixty people who learn a trade, where they learn it, and how far each of them has come.

use std::collections::BTreeMap;

use agreement::lifecycle::Party;
use kernel::{Date, ResidentId};
use serde::Deserialize;

use super::{
    PlannedPerson,
    calendar::{last_day, monday_of, plus_days},
    dealer::Dealer,
    tables::Tables,
};
use crate::demo::names::Names;

/// Where somebody learns, and from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPlace {
    /// Among the enterprises.
    pub enterprise: usize,
    /// Among the colleges; none where the enterprise trains alone.
    pub college: Option<usize>,
    /// The enterprise's district.
    pub district: String,
    /// The enterprise's address.
    pub address: String,
    /// What is learnt.
    pub trade: PlannedTrade,
    /// Mentors of the enterprise; the first leads.
    pub mentors: Vec<PlannedPerson>,
    /// The college's tutor.
    pub tutor: Option<PlannedPerson>,
}

/// A trade in the words of those who learn it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedTrade {
    /// Its key in the tables.
    pub key: String,
    /// Its code.
    pub occupation: String,
    /// The post.
    pub post: String,
    /// The level before and the level after.
    pub levels: (String, String),
    /// Wages that are paid, in yuan a month.
    pub wages: Vec<i64>,
    /// What the apprentice is to be able to do.
    pub objectives: String,
    /// What counts as good enough.
    pub quality_standard: String,
    /// Protective equipment.
    pub protection: String,
    /// What the tutor teaches.
    pub subject: String,
    /// Three courses: for everybody, for the trade, at work.
    pub courses: (String, String, String),
    /// What apprentices write about a week.
    pub weeks: Vec<WeekWords>,
}

/// What somebody writes about a week.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekWords {
    /// What it was like.
    pub text: String,
    /// What was taught.
    pub class: String,
    /// What was done at work, on two days.
    pub work: (String, String),
}

/// Somebody who learns a trade, and the agreement about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedApprentice {
    /// Who.
    pub person: PlannedPerson,
    /// A number that holds and that nobody has: of the city itself, where no household is registered.
    pub id_number: String,
    /// As the number has it.
    pub birth: Date,
    /// As the number has it.
    pub female: bool,
    /// Who signs beside somebody under age.
    pub guardian: Option<PlannedGuardian>,
    /// Where, among the places.
    pub place: usize,
    /// Which of the place's mentors.
    pub mentor: usize,
    /// In yuan a month.
    pub wage: i64,
    /// Whether a service period is agreed.
    pub service: bool,
    /// Whether nothing was learnt in the trade before: the training goes up by two levels.
    pub beginner: bool,
    /// How many days ago the agreement was begun.
    pub drafted_days_ago: i64,
    /// The first day of training, a Monday.
    pub starts: Date,
    /// The last day of training.
    pub ends: Date,
    /// What has become of it.
    pub fate: Fate,
}

/// The legal representative of somebody under age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedGuardian {
    /// Who.
    pub person: PlannedPerson,
    /// A number that holds and that nobody has.
    pub id_number: String,
    /// Whether it is the mother; otherwise the father.
    pub mother: bool,
}

/// How far an agreement, and who learns under it, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Half written, by one party.
    Draft(Party),
    /// Between the parties.
    Negotiating(Talk),
    /// Approved by all, not sent yet.
    Ready,
    /// With those who sign.
    Signing(Round),
    /// Given up.
    Voided(End),
    /// Signed by all.
    Signed(Course),
}

/// Where a negotiation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Talk {
    /// The college has the ball.
    WithCollege,
    /// It came back to the enterprise.
    WithEnterprise,
    /// The college approved; the enterprise did not yet.
    OneApproved,
    /// The apprentice declined to sign and wishes something changed.
    Declined,
}

/// Where a round of signing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Round {
    /// The apprentice was asked, and has time.
    Asked,
    /// The apprentice signed; the guardian is asked.
    Guardian,
    /// All signed but the enterprise.
    Enterprise,
    /// The apprentice let the deadline pass.
    Expired,
    /// The apprentice's address was mended.
    Replaced,
    /// The apprentice has no address and was handed a code.
    InPerson,
    /// The deadline passed once, and there is more time.
    Extended,
    /// The apprentice signed, and the enterprise asks to take it back.
    Recalled,
}

/// How it came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Its owner gave it up.
    Withdrawn,
    /// The apprentice refused.
    Refused,
    /// Deadlines passed, again and again.
    Lapsed,
}

/// What followed the signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Course {
    /// The first day is yet to come.
    NotYet,
    /// The first day has come, and something is missing.
    Registered,
    /// In training, with the last week like this.
    Training(Book),
    /// On a break.
    OnBreak,
    /// The agreement itself is suspended.
    Suspended,
    /// Put up for assessment.
    Assessment,
    /// Passed.
    Completed,
    /// Not passed.
    Failed,
    /// The agreement was ended before its time.
    Terminated,
    /// The apprentice left.
    Withdrawn,
}

/// How a logbook stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    /// The first week has just begun.
    Fresh,
    /// The last week is written and not handed in.
    Written,
    /// The last week is with the mentor, this one is to be written.
    Submitted,
    /// The last week is with the tutor.
    FirstApproved,
    /// The mentor gave the last week back.
    ReturnedByMentor,
    /// The tutor gave the last week back.
    ReturnedByTutor,
    /// A week was not handed in in time and is locked.
    Late,
    /// The operator opened such a week again.
    Unlocked,
    /// All is approved.
    Approved,
    /// The apprentice finds something in the record not right.
    Queried,
}

impl Fate {
    /// Whether it needs a college.
    const fn needs_a_college(self) -> bool {
        matches!(
            self,
            Self::Draft(Party::College)
                | Self::Negotiating(_)
                | Self::Signed(
                    Course::Training(Book::FirstApproved | Book::ReturnedByTutor | Book::Queried)
                        | Course::Suspended
                        | Course::Assessment
                        | Course::Completed
                        | Course::Failed
                        | Course::Terminated
                )
        )
    }

    /// Whether it is that of somebody under age.
    const fn is_of_a_minor(self, nth: usize) -> bool {
        match self {
            Self::Signing(Round::Guardian) => true,
            Self::Signed(Course::Training(Book::Submitted)) => nth == 1,
            _ => false,
        }
    }
}

impl Fate {
    /// Whether it waits for the mentor or the tutor whom a visitor becomes in one press.
    const fn is_prominent(self, nth: usize) -> bool {
        match self {
            Self::Signed(Course::Training(Book::Submitted)) => nth.is_multiple_of(2),
            Self::Signed(Course::Training(Book::FirstApproved)) => nth < 2,
            _ => false,
        }
    }
}

/// How often, and how many days ago the training began (fewer than none: lies ahead) or, before it is agreed, how many
/// days ago the agreement was begun.
struct Row(usize, Fate, (i64, i64));

const fn training(count: usize, book: Book, days: (i64, i64)) -> Row {
    Row(count, Fate::Signed(Course::Training(book)), days)
}

/// Everybody, those first whom a visitor can become in one press.
const ROWS: [Row; 36] = [
    training(5, Book::Submitted, (36, 110)),
    Row(1, Fate::Signing(Round::Guardian), (9, 9)),
    training(3, Book::FirstApproved, (30, 90)),
    training(2, Book::Written, (16, 40)),
    training(2, Book::Fresh, (1, 5)),
    training(2, Book::ReturnedByMentor, (24, 60)),
    training(1, Book::ReturnedByTutor, (30, 50)),
    training(2, Book::Late, (46, 60)),
    training(1, Book::Unlocked, (50, 60)),
    training(2, Book::Approved, (30, 60)),
    training(1, Book::Queried, (22, 30)),
    Row(1, Fate::Draft(Party::Enterprise), (1, 1)),
    Row(1, Fate::Draft(Party::College), (3, 3)),
    Row(2, Fate::Negotiating(Talk::WithCollege), (3, 5)),
    Row(2, Fate::Negotiating(Talk::WithEnterprise), (5, 7)),
    Row(1, Fate::Negotiating(Talk::OneApproved), (7, 7)),
    Row(1, Fate::Negotiating(Talk::Declined), (14, 14)),
    Row(2, Fate::Ready, (7, 9)),
    Row(2, Fate::Signing(Round::Asked), (6, 7)),
    Row(2, Fate::Signing(Round::Enterprise), (9, 11)),
    Row(1, Fate::Signing(Round::Expired), (18, 18)),
    Row(1, Fate::Signing(Round::Replaced), (10, 10)),
    Row(1, Fate::Signing(Round::InPerson), (8, 8)),
    Row(1, Fate::Signing(Round::Extended), (21, 21)),
    Row(1, Fate::Signing(Round::Recalled), (11, 11)),
    Row(1, Fate::Voided(End::Withdrawn), (44, 44)),
    Row(1, Fate::Voided(End::Refused), (58, 58)),
    Row(1, Fate::Voided(End::Lapsed), (70, 70)),
    Row(4, Fate::Signed(Course::NotYet), (-33, -12)),
    Row(3, Fate::Signed(Course::Registered), (2, 12)),
    Row(1, Fate::Signed(Course::OnBreak), (80, 90)),
    Row(2, Fate::Signed(Course::Suspended), (60, 100)),
    Row(1, Fate::Signed(Course::Assessment), (383, 383)),
    Row(2, Fate::Signed(Course::Completed), (400, 420)),
    Row(1, Fate::Signed(Course::Failed), (410, 410)),
    Row(2, Fate::Signed(Course::Terminated), (90, 120)),
];

/// Organisations with apprentices signed up so much earlier than the others: agreements are older than posts.
pub(super) const EARLIER_DAYS: i64 = 440;

/// How long before the first day an agreement is begun.
const LEAD_DAYS: i64 = 24;
/// So long it takes until all have signed, and a little more.
const LEAST_LEAD_DAYS: i64 = 9;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApprenticeTables {
    pub(super) trades: Vec<PlannedTrade>,
    pub(super) places: Vec<Place>,
    pub(super) reasons: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    enterprise: String,
    college: String,
    trade: String,
    district: String,
    address: String,
    mentors: usize,
}

/// The places of the tables, with people.
pub(super) fn places(tables: &Tables, names: &mut Names<'_>, dealer: &mut Dealer<'_>) -> Vec<PlannedPlace> {
    let rosters = &tables.organisations;
    let position = |list: &[super::tables::Roster], slug: &str| list.iter().position(|roster| roster.slug == slug);
    let mut places = Vec::new();
    for place in &tables.apprentices.places {
        let trade = tables.apprentices.trades.iter().find(|trade| trade.key == place.trade);
        let (Some(enterprise), Some(trade)) = (position(&rosters.enterprises, &place.enterprise), trade) else {
            continue;
        };
        let college = position(&rosters.colleges, &place.college);
        places.push(PlannedPlace {
            enterprise,
            college,
            district: place.district.clone(),
            address: place.address.clone(),
            trade: trade.clone(),
            mentors: (0..place.mentors)
                .map(|_| names.person(dealer, &place.enterprise, false))
                .collect(),
            tutor: college.map(|_| names.person(dealer, &place.college, false)),
        });
    }
    places
}

/// Sixty apprentices, in the order in which their agreements are told.
pub(super) fn apprentices(
    places: &[PlannedPlace],
    names: &mut Names<'_>,
    dealer: &mut Dealer<'_>,
    today: Date,
) -> Vec<PlannedApprentice> {
    let mut all = Vec::new();
    for Row(count, fate, days) in &ROWS {
        for nth in 0..*count {
            let whom = (&mut *names, &mut *dealer);
            all.push(apprentice(all.len(), (*fate, nth), *days, places, whom, today));
        }
    }
    all
}

fn apprentice(
    number: usize,
    (fate, nth): (Fate, usize),
    (least, most): (i64, i64),
    places: &[PlannedPlace],
    (names, dealer): (&mut Names<'_>, &mut Dealer<'_>),
    today: Date,
) -> PlannedApprentice {
    let fate = match (fate, nth) {
        (Fate::Signed(Course::Terminated), 1) => Fate::Signed(Course::Withdrawn),
        other => other.0,
    };
    let days = dealer.between(least, most);
    let (drafted_days_ago, starts) = match fate {
        Fate::Signed(_) => ((days + LEAD_DAYS).max(LEAST_LEAD_DAYS), plus_days(today, -days)),
        _ => (days, plus_days(today, 30 - days)),
    };
    let starts = match fate {
        // This week, or the last one: the logbook is still empty.
        Fate::Signed(Course::Training(Book::Fresh)) => monday_of(plus_days(today, -1)),
        _ => monday_of(starts),
    };
    let drawn = *dealer.pick("apprentices/places", &[0, 0, 0, 1, 1, 2, 2, 3]);
    // Whom a visitor becomes first is with those whom a visitor becomes.
    let prominent = fate.is_prominent(nth);
    let alone = places.get(drawn).is_none_or(|place| place.college.is_none());
    let place = if prominent || (fate.needs_a_college() && alone) {
        0
    } else if fate.is_of_a_minor(nth) {
        nth.min(1)
    } else {
        drawn
    };
    let minor = fate.is_of_a_minor(nth);
    let age_days = if minor {
        17 * 365 + dealer.between(40, 200)
    } else {
        19 * 365 + dealer.between(0, 14 * 365)
    };
    let birth = plus_days(starts, -age_days);
    let female = dealer.happens(35);
    let guardian = minor.then(|| {
        let mother = dealer.happens(50);
        let born = plus_days(birth, -dealer.between(24 * 365, 34 * 365));
        PlannedGuardian {
            person: names.person(dealer, "home", false),
            id_number: id_number(born, 300 + number, mother),
            mother,
        }
    });
    let trade = places.get(place).map(|place| &place.trade);
    let mentor = match places.get(place) {
        // Where no tutor has the last word, the lead has: never the one who looks first.
        Some(place) if place.college.is_none() => 1,
        Some(place) if !prominent => dealer.below(place.mentors.len()),
        _ => 0,
    };
    PlannedApprentice {
        person: names.person(dealer, "home", false),
        id_number: id_number(birth, 100 + number, female),
        birth,
        female,
        guardian,
        place,
        mentor,
        wage: trade.map_or(5_000, |trade| {
            *dealer.pick(&format!("{}/wages", trade.key), &trade.wages)
        }),
        service: !minor && dealer.happens(40),
        beginner: minor || dealer.happens(25),
        drafted_days_ago,
        starts,
        ends: last_day(starts, 12),
        fate,
    }
}

/// A number with the right check character, of a region in which nobody's household is registered.
fn id_number(birth: Date, serial: usize, female: bool) -> String {
    let (year, month, day) = (birth.year(), u8::from(birth.month()), birth.day());
    // The last digit of the serial number says the sex: odd ones are men's.
    let serial = serial % 500 * 2 + usize::from(!female);
    let stem = format!("310000{year:04}{month:02}{day:02}{serial:03}");
    ResidentId::invent(&stem).map_or(stem, |id| id.expose().to_owned())
}
