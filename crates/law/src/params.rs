//! The keys of the parameters: what may stand in a pack, in which shape and unit. Rules name keys by these constants, so
//! that a mistyped key does not compile; packs are checked against the table, so that a mistyped key does not load.

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One integer.
    Int,
    /// Yes or no.
    Flag,
    /// A list of codes.
    List,
    /// A table with exactly these entries.
    Table(&'static [&'static str]),
    /// A table of steps `m0`, `m3`, ..: each holds from so many months on.
    Steps,
    /// A table with an entry for each code that has one.
    ByCode,
}

/// What the integers of a key count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Years.
    Year,
    /// Whole months.
    Month,
    /// Days.
    Day,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Fen.
    Fen,
    /// Ten-thousandths.
    BasisPoint,
    /// Pieces, people, times.
    Count,
    /// Nothing that is counted.
    None,
}

impl Unit {
    /// The word for it in packs; empty for none.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Fen => "fen",
            Self::BasisPoint => "bp",
            Self::Count => "count",
            Self::None => "",
        }
    }
}

/// A key that packs may give a value to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `training.term_months`.
    pub name: &'static str,
    /// How its value is written.
    pub shape: Shape,
    /// What it counts.
    pub unit: Unit,
}

/// The key of this name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $shape:expr, $unit:ident;)*) => {
        $($(#[$doc])* pub const $name: &str = $key;)*
        /// Every key.
        pub const KEYS: &[Key] = &[$(Key { name: $key, shape: $shape, unit: Unit::$unit }),*];
    };
}

keys! {
    /// ID-08, ID-09: from this age on somebody may be employed.
    EMPLOYMENT_AGE_MIN = "employment.age.min", Shape::Int, Year;
    /// ID-10: from this age on somebody has full capacity.
    CAPACITY_AGE_FULL = "capacity.age.full", Shape::Int, Year;
    /// ID-10: from this age on somebody who lives on own labour income counts as having full capacity.
    CAPACITY_AGE_SELF_SUPPORTING = "capacity.age.self_supporting", Shape::Int, Year;
    /// ID-11, PI-05: data of somebody younger is not entered.
    DATA_AGE_MIN = "data.age.min", Shape::Int, Year;
    /// TA-39, TA-40, PI-06: below this age somebody is under the protection of minors.
    MINOR_AGE_BELOW = "minor.age.below", Shape::Int, Year;
    /// TA-39: kinds of work banned for minors.
    MINOR_BANNED = "minor.banned_work", Shape::List, None;
    /// TA-39: one more kind, known from memory only.
    MINOR_BANNED_UNVERIFIED = "minor.banned_work_unverified", Shape::List, None;
    /// TA-40: months between a minor's health checks.
    MINOR_HEALTH_CHECK = "minor.health_check_months", Shape::Table(&["after_start", "since_last_at_majority"]), Month;
    /// TA-41: kinds of work banned for women, always.
    WOMEN_BANNED = "women.banned_work", Shape::List, None;

    /// TA-03: shortest labour contract for filing.
    CONTRACT_MONTHS_MIN = "training.contract_months.min", Shape::Int, Month;
    /// TA-06: whom training is mainly for.
    TRAINING_CATEGORIES = "training.categories", Shape::List, None;
    /// TA-07: whether full-time students may be apprentices.
    STUDENT_APPRENTICE_ALLOWED = "training.student_apprentice.allowed", Shape::Flag, None;
    /// TA-08: whether the labour contract may be with another company of the group, or an agency.
    GROUP_EMPLOYER_ALLOWED = "training.group_employer.allowed", Shape::Flag, None;
    /// TA-09: levels that training may aim at.
    TRAINING_LEVELS = "training.levels", Shape::List, None;
    /// TA-10: steps up the ladder that one training usually takes.
    LEVEL_STEPS_USUAL = "training.level_steps.usual", Shape::Int, Count;
    /// TA-11: shortest, usually longest and longest term.
    TERM_MONTHS = "training.term_months", Shape::Table(&["min", "usual_max", "hard_max"]), Month;
    /// TA-12: usual terms, `L3_min` and `L3_max` for each level.
    TERM_BY_LEVEL = "training.term_by_level", Shape::ByCode, Month;
    /// TA-42: mentors of the enterprise for each apprentice, at least.
    MENTORS_MIN = "training.mentors.min", Shape::Int, Count;
    /// TA-42: tutors of the institution for each apprentice, at least.
    TUTORS_MIN = "training.tutors.min", Shape::Int, Count;
    /// TA-43: mentors of one class, at least, and the level of the one who leads.
    MENTOR_PER_CLASS = "mentor.per_class.min", Shape::Table(&["total", "lead_level"]), Count;

    /// TA-04: months within which the labour contract is in writing.
    CONTRACT_WRITTEN_MONTHS = "contract.written_within_months", Shape::Int, Month;
    /// TA-05: what every labour contract shows.
    CONTRACT_ITEMS = "contract.items", Shape::List, None;
    /// TA-46: months that an ended labour contract is kept.
    CONTRACT_KEPT_MONTHS = "contract.kept_months", Shape::Int, Month;
    /// TA-17: longest probation by the months of the contract.
    PROBATION_STEPS = "probation.max_by_contract_months", Shape::Steps, Month;
    /// TA-17: longest probation in contracts without an end, and in contracts for one task.
    PROBATION_BY_TYPE = "probation.max_by_contract_type", Shape::Table(&["open", "task"]), Month;
    /// TA-17: probations with one employer.
    PROBATION_TIMES_MAX = "probation.times.max", Shape::Int, Count;
    /// TA-16: probation wage in terms of the agreed wage, at least.
    PROBATION_WAGE = "probation.wage.min_bp", Shape::Int, BasisPoint;

    /// TA-14: minimum wage for a month.
    WAGE_MIN_MONTHLY = "wage.min_monthly", Shape::Int, Fen;
    /// Minimum wage for an hour.
    WAGE_MIN_HOURLY = "wage.min_hourly", Shape::Int, Fen;
    /// TA-15: items of pay that do not count towards the minimum wage.
    WAGE_MIN_EXCLUDES = "wage.min_excludes", Shape::List, None;

    /// TA-35: working time in a day.
    HOURS_DAY_MAX = "worktime.day.max", Shape::Int, Minute;
    /// TA-35: working time in a week, as it should be.
    HOURS_WEEK_NORMAL = "worktime.week.normal", Shape::Int, Minute;
    /// TA-35: working time in a week on average, at most.
    HOURS_WEEK_MAX = "worktime.week.max", Shape::Int, Minute;
    /// TA-35: overtime in a day.
    OVERTIME_DAY_MAX = "worktime.overtime_day.max", Shape::Int, Minute;
    /// TA-35: overtime in a month.
    OVERTIME_MONTH_MAX = "worktime.overtime_month.max", Shape::Int, Minute;
    /// TA-35: days of rest in a week.
    REST_DAYS_WEEK_MIN = "worktime.rest_days_week.min", Shape::Int, Day;

    /// TA-19: fine for each person who was asked for a deposit.
    DEPOSIT_FINE = "deposit.fine_per_person", Shape::Table(&["min", "max"]), Fen;
    /// TA-22: kinds of training cost that a service period may rest on.
    COST_KINDS = "service.cost_kinds", Shape::List, None;
    /// TA-22: those of them that need a voucher.
    COST_VOUCHER_KINDS = "service.cost_kinds_with_voucher", Shape::List, None;
    /// TA-25: damages that may be agreed against a worker.
    DAMAGES_ALLOWED = "damages.allowed", Shape::List, None;
    /// TA-27: grounds of dismissal on which damages are due.
    BREACH_GROUNDS = "service.breach_grounds", Shape::List, None;
    /// TA-32: longest non-compete.
    NONCOMPETE_MONTHS_MAX = "noncompete.months.max", Shape::Int, Month;
    /// TA-34: days within which social insurance is registered.
    SOCIAL_INSURANCE_DAYS = "social_insurance.register_days", Shape::Int, Day;
    /// TA-37: what the employer must tell.
    DISCLOSURE_ITEMS = "disclosure.items", Shape::List, None;
    /// TA-47: fields of the register of employees.
    ROSTER_FIELDS = "roster.fields", Shape::List, None;

    /// ES-08: ways to check who signs.
    IDENTITY_METHODS = "esign.identity_methods", Shape::List, None;
    /// PI-03: kinds of data that need a consent of their own.
    SENSITIVE_KINDS = "privacy.sensitive_kinds", Shape::List, None;
    /// PI-03, PI-04: one more kind, by a national standard.
    SENSITIVE_KINDS_STANDARD = "privacy.sensitive_kinds_standard", Shape::List, None;
    /// PI-17, PI-18: years that assessments and records of disclosure are kept.
    PRIVACY_RECORDS_YEARS = "privacy.records_kept", Shape::Int, Year;

    /// CA-12: hours of training in a year.
    TRAINING_HOURS_YEAR = "hours.min_per_year", Shape::Int, Hour;
    /// CA-13: hours of training by level.
    TRAINING_HOURS_BY_LEVEL = "hours.min_by_level", Shape::ByCode, Hour;
    /// CA-14: shares of the kinds of courses.
    TRAINING_HOURS_SHARE = "hours.share", Shape::Table(&[
        "general_min_bp", "general_max_bp", "basic_min_bp", "skill_min_bp", "skill_max_bp",
    ]), BasisPoint;
    /// CA-13: how long an hour of training is.
    LESSON_MINUTES_MIN = "hours.lesson_minutes.min", Shape::Int, Minute;
    /// CA-22: an enterprise's fund for the education of its staff.
    EDUCATION_FUND = "fund.education", Shape::Table(&["base_bp", "high_bp", "frontline_min_bp", "deductible_bp"]), BasisPoint;
    /// IA-11: pay of an intern in terms of the pay for the same post.
    INTERN_PAY_RATIO = "intern.pay.ratio_bp", Shape::Int, BasisPoint;
    /// IA-18: interns in terms of the staff, and of the staff in the same post.
    INTERN_HEADCOUNT = "intern.headcount", Shape::Table(&["unit_max_bp", "post_max_bp"]), BasisPoint;

    /// SB-02: largest advance.
    ADVANCE_MAX = "subsidy.advance.max_bp", Shape::Int, BasisPoint;
    /// SB-03: the subsidy for a person and year; the amounts stand in rates, a gap says that they are not known.
    SUBSIDY_RATE = "subsidy.rate", Shape::Int, Fen;
    /// The papers of a claim; they stand as documents, a gap says that they are not known.
    SUBSIDY_DOCUMENTS = "subsidy.documents", Shape::List, None;
    /// SB-05: what is paid, by outcome.
    OUTCOME_FACTORS = "subsidy.outcome_bp", Shape::Table(&["certificate", "completed_no_certificate", "incomplete"]), BasisPoint;
    /// SB-06: months after the end in which an over-paid advance is returned.
    REFUND_MONTHS = "subsidy.refund.months", Shape::Int, Month;
    /// SB-07, SB-10: who is left out.
    SUBSIDY_EXCLUSIONS = "subsidy.exclusions", Shape::List, None;
    /// CA-16: recordings of lessons for each class.
    VIDEO_MIN = "evidence.video.min", Shape::Int, Count;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_twice() {
        for (index, one) in KEYS.iter().enumerate() {
            assert!(KEYS[..index].iter().all(|other| other.name != one.name), "{}", one.name);
            assert_eq!(key(one.name), Some(one));
        }
        assert_eq!(key("wage.max_monthly"), None);
    }
}
