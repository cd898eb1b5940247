//! How dates, moments, amounts and counts are written in each language.

use kernel::{Date, Fen, Locale, Timestamp, shanghai_date};

use crate::catalogue::text_with;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `2026年9月1日`, `1 Sep 2026`.
pub fn date(locale: Locale, date: Date) -> String {
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    match locale {
        Locale::Zh => format!("{year}年{month}月{day}日"),
        Locale::En => format!("{day} {} {year}", MONTHS[usize::from(month) - 1]),
    }
}

/// The date without its year, where the year is known: `9月1日`, `1 Sep`.
pub fn day(locale: Locale, date: Date) -> String {
    let (month, day) = (u8::from(date.month()), date.day());
    match locale {
        Locale::Zh => format!("{month}月{day}日"),
        Locale::En => format!("{day} {}", MONTHS[usize::from(month) - 1]),
    }
}

/// `周一`, `Mon`.
pub fn weekday(locale: Locale, date: Date) -> &'static str {
    const NAMES: [(&str, &str); 7] = [
        ("周一", "Mon"),
        ("周二", "Tue"),
        ("周三", "Wed"),
        ("周四", "Thu"),
        ("周五", "Fri"),
        ("周六", "Sat"),
        ("周日", "Sun"),
    ];
    let (zh, en) = NAMES[usize::from(date.weekday().number_days_from_monday())];
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}

/// `7小时30分`, `7 h 30 min`; whole hours alone, and minutes alone below one hour.
pub fn hours(locale: Locale, minutes: i64) -> String {
    let (whole, rest) = (number(minutes / 60), number((minutes % 60).abs()));
    let key = match (minutes / 60, minutes % 60) {
        (_, 0) => "common.hours",
        (0, _) => "common.minutes",
        _ => "common.hours_minutes",
    };
    text_with(locale, key, &[("h", &whole), ("m", &rest)])
}

/// `7:30`: minutes as they are typed.
pub fn clock(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, (minutes % 60).abs())
}

/// A span of dates: `2026年9月1日至2027年8月31日`, `1 Sep 2026 to 31 Aug 2027`; open at either end.
pub fn period(locale: Locale, from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => match locale {
            Locale::Zh => format!("{}至{}", date(locale, from), date(locale, until)),
            Locale::En => format!("{} to {}", date(locale, from), date(locale, until)),
        },
        (Some(from), None) => text_with(locale, "common.from_date", &[("date", &date(locale, from))]),
        (None, Some(until)) => text_with(locale, "common.until_date", &[("date", &date(locale, until))]),
        (None, None) => text_with(locale, "common.date_open", &[]),
    }
}

/// `2026年9月1日 14:30`, `1 Sep 2026, 14:30`: the time on a clock in Shanghai.
pub fn moment(locale: Locale, at: Timestamp) -> String {
    let local = at.in_shanghai();
    let day = date(locale, local.date());
    match locale {
        Locale::Zh => format!("{day} {:02}:{:02}", local.hour(), local.minute()),
        Locale::En => format!("{day}, {:02}:{:02}", local.hour(), local.minute()),
    }
}

/// `今天`, `昨天`, `3天前`, `2天后`; the date itself when it is more than thirty days away.
pub fn relative(locale: Locale, day: Date, today: Date) -> String {
    let days = (day - today).whole_days();
    let count = number(days.abs());
    match days {
        0 => text_with(locale, "common.today", &[]),
        -1 => text_with(locale, "common.yesterday", &[]),
        1 => text_with(locale, "common.tomorrow", &[]),
        -30..=-2 => text_with(locale, "common.days_ago", &[("n", &count)]),
        2..=30 => text_with(locale, "common.in_days", &[("n", &count)]),
        _ => date(locale, day),
    }
}

/// [`relative`] for a moment.
pub fn relative_moment(locale: Locale, at: Timestamp, today: Date) -> String {
    relative(locale, shanghai_date(at), today)
}

/// `68,236`.
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `5,000`, `5,000.50`: yuan without the sign.
fn yuan(amount: Fen) -> String {
    let (whole, cents) = (amount.fen() / 100, (amount.fen() % 100).abs());
    if cents == 0 {
        number(whole)
    } else {
        format!("{}.{cents:02}", number(whole))
    }
}

/// `¥5,000`, `¥5,000.50`.
pub fn money(amount: Fen) -> String {
    format!("¥{}", yuan(amount))
}

/// A monthly pay: `¥5,000/月`, `¥4,000–6,000/月`, `¥4,000/月起`; `None` when nothing is said.
pub fn pay(locale: Locale, from: Option<Fen>, to: Option<Fen>) -> Option<String> {
    let (key, amount) = match (from, to) {
        (None, None) => return None,
        (Some(from), Some(to)) if from == to => ("common.pay_month", money(from)),
        (Some(from), Some(to)) => ("common.pay_month", format!("{}–{}", money(from), yuan(to))),
        (Some(from), None) => ("common.pay_from", money(from)),
        (None, Some(to)) => ("common.pay_to", money(to)),
    };
    Some(text_with(locale, key, &[("amount", &amount)]))
}

/// `800 米`, `6 公里`, `6.4 km`: one decimal below ten kilometres, cut, never rounded up.
pub fn distance(locale: Locale, metres: i64) -> String {
    if metres < 1_000 {
        return text_with(locale, "common.metres", &[("n", &number(metres))]);
    }
    let (kilometres, tenths) = (metres / 1_000, metres % 1_000 / 100);
    let figure = if kilometres >= 10 || tenths == 0 {
        number(kilometres)
    } else {
        format!("{kilometres}.{tenths}")
    };
    text_with(locale, "common.kilometres", &[("n", &figure)])
}

/// A score of 0..=1000 as people see it: 0 to 100, rounded down.
pub fn score(score: i64) -> i64 {
    let score = u16::try_from(score.clamp(0, 1_000)).unwrap_or(0);
    i64::from(matching::shown(score))
}

/// A telephone number as other people may see it: `138****5678`.
pub fn masked_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    if chars.len() < 8 {
        return "*".repeat(chars.len());
    }
    let (head, tail) = (&chars[..3], &chars[chars.len() - 4..]);
    let stars = "*".repeat(chars.len() - 7);
    format!(
        "{}{stars}{}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}

/// A person's name as strangers may see it: `王*`, `欧阳**`.
pub fn masked_name(name: &str) -> String {
    let keep = if name.chars().count() > 3 { 2 } else { 1 };
    name.chars()
        .enumerate()
        .map(|(index, c)| if index < keep { c } else { '*' })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::macros::date as day;

    use super::*;

    #[test]
    fn dates_read_as_each_language_writes_them() {
        let first = day!(2026 - 09 - 01);
        assert_eq!(date(Locale::Zh, first), "2026年9月1日");
        assert_eq!(date(Locale::En, first), "1 Sep 2026");
        assert_eq!(
            period(Locale::Zh, Some(first), Some(day!(2027 - 08 - 31))),
            "2026年9月1日至2027年8月31日"
        );
        let at = Timestamp::from_micros(1_795_156_200_000_000);
        assert_eq!(moment(Locale::Zh, at), "2026年11月20日 14:30");
        assert_eq!(moment(Locale::En, at), "20 Nov 2026, 14:30");
    }

    #[test]
    fn days_of_a_week_and_times_are_short() {
        let first = day!(2026 - 09 - 01);
        assert_eq!(super::day(Locale::Zh, first), "9月1日");
        assert_eq!(super::day(Locale::En, first), "1 Sep");
        assert_eq!(
            (weekday(Locale::Zh, first), weekday(Locale::En, first)),
            ("周二", "Tue")
        );
        assert_eq!(hours(Locale::En, 450), "7 h 30 min");
        assert_eq!(hours(Locale::Zh, 72_000), "1,200\u{2009}小时");
        assert_eq!(hours(Locale::En, 45), "45 min");
        assert_eq!(
            (hours(Locale::En, 0), clock(450), clock(5)),
            ("0 h".to_owned(), "7:30".to_owned(), "0:05".to_owned())
        );
    }

    #[test]
    fn near_days_are_named_and_far_days_are_dates() {
        let today = day!(2026 - 11 - 20);
        assert_eq!(relative(Locale::Zh, today, today), "今天");
        assert_eq!(relative(Locale::En, day!(2026 - 11 - 17), today), "3 days ago");
        assert_eq!(relative(Locale::Zh, day!(2026 - 11 - 25), today), "5\u{2009}天后");
        assert_eq!(relative(Locale::En, day!(2026 - 01 - 05), today), "5 Jan 2026");
    }

    #[test]
    fn money_is_grouped_and_a_range_names_its_unit_once() {
        assert_eq!(money(Fen::new(500_050)), "¥5,000.50");
        let (low, high) = (Some(Fen::from_yuan(4_000)), Some(Fen::from_yuan(6_000)));
        assert_eq!(pay(Locale::Zh, low, high).as_deref(), Some("¥4,000–6,000/月"));
        assert_eq!(pay(Locale::Zh, low, low).as_deref(), Some("¥4,000/月"));
        assert_eq!(pay(Locale::En, low, None).as_deref(), Some("from ¥4,000 a month"));
        assert_eq!(pay(Locale::En, None, None), None);
    }

    #[test]
    fn counts_distances_and_scores_are_cut_not_rounded_up() {
        assert_eq!(number(68_236), "68,236");
        assert_eq!(number(-1_000), "-1,000");
        assert_eq!(number(7), "7");
        assert_eq!(distance(Locale::En, 6_490), "6.4 km");
        assert_eq!(distance(Locale::Zh, 800), "800\u{2009}米");
        assert_eq!((score(999), score(1_000), score(0)), (99, 100, 0));
    }

    #[test]
    fn names_and_numbers_of_people_are_masked() {
        assert_eq!(masked_phone("13812345678"), "138****5678");
        assert_eq!(masked_phone("12345"), "*****");
        assert_eq!(masked_name("王小明"), "王**");
        assert_eq!(masked_name("欧阳小明"), "欧阳**");
    }
}
