//! What a field is: its kind, when it is needed, and where it stands.

use kernel::{Date, age_on};
use serde::Serialize;

use super::{
    Section,
    body::Body,
    choice::{ChoiceSet, ContractType, SigningForm},
};

/// One field of the training agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FieldSpec {
    /// `group.field`, the same in the draft, in the body's JSON and in findings.
    pub key: &'static str,
    /// Where it stands in the document.
    pub section: Section,
    /// What may be typed.
    pub kind: Kind,
    /// When it has to be there.
    pub need: Need,
    /// Whether a change of it takes back approvals already given.
    pub material: bool,
    /// Ids of the rules that look at it.
    pub rules: &'static [&'static str],
}

/// One field of the entries of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ItemField {
    /// Its name: `topic` of `training.content.0.topic`.
    pub key: &'static str,
    /// What may be typed.
    pub kind: Kind,
    /// Whether each entry needs it.
    pub needed: bool,
}

/// What may be typed into a field, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// One line.
    Text {
        /// The limit in characters.
        max: usize,
    },
    /// Paragraphs.
    Rich {
        /// The limit in characters.
        max: usize,
    },
    /// A list of sentences, one on each line.
    Lines {
        /// The limit of each in characters.
        max: usize,
    },
    /// A day.
    Date,
    /// A whole number.
    Int {
        /// The smallest that makes sense.
        min: i64,
        /// The largest that makes sense.
        max: i64,
    },
    /// Hours as they are typed (`7.5`), minutes in the body.
    Hours {
        /// The largest that makes sense, in minutes.
        max: i64,
    },
    /// Yuan as they are typed, fen in the body.
    Money,
    /// Yes or no.
    Bool,
    /// One of a closed list.
    Choice {
        /// The list.
        set: &'static ChoiceSet,
    },
    /// Any of a closed list; the word `none` says that none is meant, which is not the same as nothing typed.
    Many {
        /// The list.
        set: &'static ChoiceSet,
    },
    /// A code of a vocabulary.
    Code {
        /// Which one.
        list: CodeList,
    },
    /// Codes of a vocabulary, with spaces between.
    Codes {
        /// Which one.
        list: CodeList,
    },
    /// Entries, each with the same fields.
    List {
        /// Those fields.
        fields: &'static [ItemField],
    },
}

/// The vocabularies that fields take codes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeList {
    /// GB/T 2260: a district of Shanghai or a province.
    Region,
    /// 职业分类大典
    Occupation,
    /// 新八级工
    SkillLevel,
    /// 统一社会信用代码; whether it is right is for the rules to say.
    CreditCode,
    /// Training modes M01 to M20.
    Mode,
}

/// When a field has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "need", content = "when", rename_all = "snake_case")]
pub enum Need {
    /// Before anybody signs.
    Sign,
    /// Before anybody signs, where this holds.
    When(Condition),
    /// Before the agreement is filed (备案).
    File,
    /// Never.
    Optional,
}

/// What makes a field needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The apprentice is not of age today.
    Minor,
    /// Not of age today and not living on their own wages: the legal representative has to consent.
    Guardian,
    /// Not of age on the first day of training.
    MinorAtStart,
    /// The labour contract ends on a day.
    FixedTerm,
    /// There is a probation period.
    Probation,
    /// There is a service period.
    ServicePeriod,
    /// There is a non-compete clause.
    NonCompete,
    /// A college stands in the agreement.
    College,
    /// Signed electronically.
    Electronic,
    /// Signed on paper.
    Paper,
}

/// What conditions need to know beside the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The day in Shanghai.
    pub today: Date,
    /// Full years at which a person is of age, from the policy pack.
    pub adult_age: i64,
}

impl Occasion {
    /// Whether somebody born on `birth` is of age on `day`.
    pub fn of_age(&self, birth: Date, day: Date) -> bool {
        i64::from(age_on(birth, day)) >= self.adult_age
    }
}

impl Condition {
    /// Whether it holds for this body. Somebody whose birthday is not known yet makes no field needed.
    pub fn holds(self, body: &Body, occasion: &Occasion) -> bool {
        let minor_on = |day: Date| {
            body.apprentice
                .birth
                .is_some_and(|birth| !occasion.of_age(birth.date(), day))
        };
        match self {
            Self::Minor => minor_on(occasion.today),
            Self::Guardian => minor_on(occasion.today) && body.apprentice.self_supporting != Some(true),
            Self::MinorAtStart => body.training.start.is_some_and(|start| minor_on(start.date())),
            Self::FixedTerm => body.labour_contract.kind == Some(ContractType::Fixed),
            Self::Probation => body.labour_contract.probation_months.is_some_and(|months| months > 0),
            Self::ServicePeriod => body.service.months.is_some_and(|months| months > 0),
            Self::NonCompete => body.noncompete.months.is_some_and(|months| months > 0),
            Self::College => body.college.name.is_some() || body.college.uscc.is_some(),
            Self::Electronic => body.esign.form == Some(SigningForm::Electronic),
            Self::Paper => body.esign.form == Some(SigningForm::Paper),
        }
    }
}

impl Need {
    /// Whether the field has to be there before anybody signs.
    pub fn holds(self, body: &Body, occasion: &Occasion) -> bool {
        match self {
            Self::Sign => true,
            Self::When(condition) => condition.holds(body, occasion),
            Self::File | Self::Optional => false,
        }
    }
}
