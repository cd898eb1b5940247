//! The figures of a post: lines, dates, money.

use kernel::{Date, PostingKind, format_date};
use marketplace::posting::{ContentInput, LineInput};
use vocabulary::SkillLevel;

use super::{
    calendar::{last_day, next_terms, plus_days},
    dealer::Dealer,
    tables::{Roster, Trade},
    wording::Figures,
};

/// Everything of a post but its words.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) figures: Figures,
    pub(super) ends: Date,
    pub(super) closing: Option<Date>,
    /// Yuan per person.
    pub(super) price: i64,
    pub(super) lines: Vec<LineInput>,
}

impl Shape {
    /// Figures for a post of `kind` in `trade`; `first` is the place of the occupation or major its title speaks of.
    pub(super) fn draw(
        dealer: &mut Dealer<'_>,
        today: Date,
        roster: &Roster,
        trade: &Trade,
        kind: PostingKind,
        first: usize,
    ) -> Self {
        match kind {
            PostingKind::Programme => programme(dealer, today, trade, first),
            PostingKind::Course => course(dealer, today, trade, first),
            PostingKind::Base => base(dealer, today, trade, first),
            PostingKind::Apprentices => apprentices(dealer, today, roster, trade, first),
            PostingKind::StaffTraining => staff_training(dealer, today, trade, first),
            PostingKind::BaseTime => base_time(dealer, today, trade, first),
        }
    }

    /// Writes the figures into `input`.
    pub(super) fn write(&self, kind: PostingKind, input: &mut ContentInput) {
        input.starts_on = format_date(self.figures.starts);
        input.ends_on = format_date(self.ends);
        input.closing_on = self.closing.map(format_date).unwrap_or_default();
        input.price = self.price.to_string();
        input.lines.clone_from(&self.lines);
        // Time at a base is asked by the day: hours would say nothing.
        if matches!(kind, PostingKind::Base | PostingKind::BaseTime) {
            input.lines.iter_mut().for_each(|line| line.hours.clear());
        }
    }
}

/// `number` rounded down to a multiple of `step`.
const fn round(number: i64, step: i64) -> i64 {
    number / step * step
}

fn line(occupation: &str, seats: i64) -> LineInput {
    LineInput {
        occupation: occupation.to_owned(),
        seats: seats.to_string(),
        ..LineInput::default()
    }
}

/// The occupations at `first` and, `percent` times in a hundred, the one after it.
fn occupations<'t>(dealer: &Dealer<'_>, trade: &'t Trade, first: usize, percent: u64) -> Vec<&'t str> {
    let count = if trade.occupations.len() > 1 && dealer.happens(percent) {
        2
    } else {
        1
    };
    trade
        .occupations
        .iter()
        .cycle()
        .skip(first)
        .take(count)
        .map(String::as_str)
        .collect()
}

/// 中级工 or 高级工; now and then a programme leads to 技师.
fn level(dealer: &mut Dealer<'_>, kind: PostingKind) -> SkillLevel {
    use SkillLevel::{L3, L4, L5};
    let pack: &[SkillLevel] = match kind {
        PostingKind::Programme => &[L3, L3, L3, L3, L4, L4, L4, L4, L4, L5],
        PostingKind::Course => &[L3, L4],
        _ => &[L3, L3, L3, L4, L4],
    };
    *dealer.pick(&format!("{kind}/levels"), pack)
}

/// A last day for answers, some weeks before the start but not before the day after tomorrow week.
fn closing(dealer: &Dealer<'_>, today: Date, starts: Date, percent: u64) -> Option<Date> {
    let usual = plus_days(starts, -dealer.between(14, 40));
    let soonest = plus_days(today, dealer.between(9, 20));
    let latest = plus_days(starts, -3);
    dealer.happens(percent).then(|| usual.max(soonest).min(latest))
}

fn programme(dealer: &mut Dealer<'_>, today: Date, trade: &Trade, first: usize) -> Shape {
    let kind = PostingKind::Programme;
    let starts = *dealer.pick("programme/terms", &next_terms(today));
    let months = *dealer.pick("programme/months", &[12, 12, 18, 24]);
    let hours = round(dealer.between(14, 26) * months * 2, 20);
    let count = *dealer.pick("programme/lines", &[1, 1, 2, 2, 3, 4]);
    let main = level(dealer, kind);
    let mut lines = Vec::new();
    let mut seats = 0;
    for at in 0..count {
        let place = (first + at) % trade.majors.len();
        // Once around, the same majors come back at the level above.
        let raised = if main == SkillLevel::L3 {
            SkillLevel::L4
        } else {
            SkillLevel::L5
        };
        let level = if at >= trade.majors.len() { raised } else { main };
        let places = *dealer.pick("programme/seats", &[15, 18, 20, 24, 25, 30, 36]);
        seats += places;
        lines.push(LineInput {
            major: trade.majors[place].clone(),
            occupation: trade.occupations[place % trade.occupations.len()].clone(),
            level: level.code().to_owned(),
            hours: hours.to_string(),
            ..line("", places)
        });
    }
    let figures = Figures {
        seats,
        months,
        hours,
        level: main,
        starts,
    };
    Shape {
        figures,
        ends: last_day(starts, months),
        closing: closing(dealer, today, starts, 85),
        price: round(dealer.between(420, 640) * months, 100),
        lines,
    }
}

fn course(dealer: &mut Dealer<'_>, today: Date, trade: &Trade, first: usize) -> Shape {
    let level = level(dealer, PostingKind::Course);
    let starts = plus_days(today, dealer.between(24, 130));
    let hours = *dealer.pick("course/hours", &[16, 24, 24, 32, 32, 40, 48, 60, 72]);
    let stated = dealer.happens(50);
    let mut seats = 0;
    let lines = occupations(dealer, trade, first, 25)
        .into_iter()
        .map(|occupation| {
            let places = *dealer.pick("course/seats", &[20, 24, 25, 30, 40]);
            seats += places;
            let level = if stated { level.code().to_owned() } else { String::new() };
            LineInput {
                level,
                hours: hours.to_string(),
                ..line(occupation, places)
            }
        })
        .collect();
    Shape {
        figures: Figures {
            seats,
            months: 1,
            hours,
            level,
            starts,
        },
        // Offered again and again until the season is over.
        ends: plus_days(starts, dealer.between(60, 150)),
        closing: closing(dealer, today, starts, 70),
        price: round(hours * dealer.between(22, 58), 10),
        lines,
    }
}

fn base(dealer: &mut Dealer<'_>, today: Date, trade: &Trade, first: usize) -> Shape {
    let starts = plus_days(today, dealer.between(7, 35));
    let mut seats = 0;
    let lines = occupations(dealer, trade, first, 50)
        .into_iter()
        .map(|occupation| {
            let places = dealer.between(4, 14);
            seats += places;
            line(occupation, places)
        })
        .collect();
    Shape {
        figures: Figures {
            seats,
            months: 1,
            hours: 8,
            level: SkillLevel::L3,
            starts,
        },
        ends: plus_days(starts, dealer.between(200, 330)),
        closing: None,
        price: round(dealer.between(80, 260), 10),
        lines,
    }
}

fn apprentices(dealer: &mut Dealer<'_>, today: Date, roster: &Roster, trade: &Trade, first: usize) -> Shape {
    let kind = PostingKind::Apprentices;
    let [near, far] = next_terms(today);
    let term = *dealer.pick("apprentices/terms", &[near, near, far]);
    let starts = plus_days(term, *dealer.pick("apprentices/days", &[0, 0, 14]));
    let months = *dealer.pick("apprentices/months", &[12, 12, 12, 18, 24]);
    let hours = round(dealer.between(12, 24) * months * 2, 20);
    let level = level(dealer, kind);
    // Outside Shanghai one earns a little less; a level more earns a little more.
    let share = if roster.province == "310000" { 100 } else { 85 };
    let raise = if level >= SkillLevel::L4 { 500 } else { 0 };
    let mut seats = 0;
    let lines = occupations(dealer, trade, first, 30)
        .into_iter()
        .enumerate()
        .map(|(at, occupation)| {
            let most = if at == 0 {
                trade.largest_group
            } else {
                trade.largest_group / 3
            };
            let heads = dealer.between(2.max(most / 4), most.max(2));
            seats += heads;
            let least = round((trade.pay.0 + raise + dealer.between(0, 6) * 100) * share / 100, 100);
            let top = round((trade.pay.1 + raise - dealer.between(0, 8) * 100) * share / 100, 100);
            LineInput {
                level: level.code().to_owned(),
                hours: hours.to_string(),
                pay_min: least.to_string(),
                pay_max: top.max(least + 800).to_string(),
                ..line(occupation, heads)
            }
        })
        .collect();
    Shape {
        figures: Figures {
            seats,
            months,
            hours,
            level,
            starts,
        },
        ends: last_day(starts, months),
        closing: closing(dealer, today, starts, 85),
        price: round(dealer.between(430, 700) * months, 100),
        lines,
    }
}

fn staff_training(dealer: &mut Dealer<'_>, today: Date, trade: &Trade, first: usize) -> Shape {
    let level = level(dealer, PostingKind::StaffTraining);
    let starts = plus_days(today, dealer.between(30, 120));
    let hours = *dealer.pick("staff_training/hours", &[16, 24, 24, 32, 40, 48, 56]);
    let stated = dealer.happens(40);
    let mut seats = 0;
    let lines = occupations(dealer, trade, first, 20)
        .into_iter()
        .map(|occupation| {
            let heads = dealer.between(8, 12.max(trade.largest_group));
            seats += heads;
            let level = if stated { level.code().to_owned() } else { String::new() };
            LineInput {
                level,
                hours: hours.to_string(),
                ..line(occupation, heads)
            }
        })
        .collect();
    Shape {
        figures: Figures {
            seats,
            months: 1,
            hours,
            level,
            starts,
        },
        ends: plus_days(starts, dealer.between(60, 120)),
        closing: closing(dealer, today, starts, 80),
        price: round(hours * dealer.between(28, 66), 10),
        lines,
    }
}

fn base_time(dealer: &mut Dealer<'_>, today: Date, trade: &Trade, first: usize) -> Shape {
    let starts = plus_days(today, dealer.between(25, 100));
    let mut seats = 0;
    let lines = occupations(dealer, trade, first, 15)
        .into_iter()
        .map(|occupation| {
            let places = dealer.between(3, 8);
            seats += places;
            line(occupation, places)
        })
        .collect();
    Shape {
        figures: Figures {
            seats,
            months: 1,
            hours: 8,
            level: SkillLevel::L3,
            starts,
        },
        ends: plus_days(starts, dealer.between(45, 75)),
        closing: closing(dealer, today, starts, 80),
        price: round(dealer.between(100, 300), 10),
        lines,
    }
}
