//! How well something is known, and how much weight that lets it carry.

use serde::{Deserialize, Serialize};

/// How a provision or a number is known (rules.md, "Grades of evidence").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The provision itself was read.
    Text,
    /// It stands in one of the policy documents.
    Policy,
    /// Part of the official text was read, and this is in that part.
    Part,
    /// A third party quotes or summarises it.
    Quote,
    /// Another city's rule.
    Local,
    /// General knowledge, not verified.
    Recall,
    /// A choice of the product, no law.
    Design,
    /// What was typed is checked against itself.
    Data,
}

/// What a finding does to the person who meets it, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something to know.
    Info,
    /// It may go on, with a reason on record.
    Warn,
    /// It may not go on.
    Block,
}

/// Where in the life of an agreement a rule is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Typing it up.
    Draft,
    /// Signing.
    Sign,
    /// Filing with the authority (备案).
    File,
    /// Starting and running.
    Run,
    /// Claiming money.
    Claim,
    /// Closing and archiving.
    Close,
}

/// What a rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A law or a judicial interpretation.
    Law,
    /// An administrative regulation.
    Regulation,
    /// A normative document of a ministry or a city.
    Normative,
    /// A policy document: it moves money, it makes no agreement void.
    Policy,
    /// Another city's rule.
    Local,
    /// A choice of the product.
    Design,
}

impl Evidence {
    /// Every grade.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Policy,
        Self::Part,
        Self::Quote,
        Self::Local,
        Self::Recall,
        Self::Design,
        Self::Data,
    ];

    /// The word for it in packs and in what is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Policy => "policy",
            Self::Part => "part",
            Self::Quote => "quote",
            Self::Local => "local",
            Self::Recall => "recall",
            Self::Design => "design",
            Self::Data => "data",
        }
    }

    /// The grade of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.code() == code)
    }

    /// Whether something known this well may stop anybody at `stage`.
    pub const fn may_block_at(self, stage: Stage) -> bool {
        match self {
            Self::Text | Self::Policy | Self::Part | Self::Data => true,
            Self::Quote => matches!(stage, Stage::File | Stage::Claim),
            Self::Local | Self::Recall | Self::Design => false,
        }
    }

    /// The strongest severity that this grade carries at `stage`.
    pub const fn ceiling(self, stage: Stage) -> Severity {
        if self.may_block_at(stage) {
            Severity::Block
        } else {
            Severity::Warn
        }
    }

    /// 2 where it may block anywhere, 1 where it may at filing and claims, 0 where it may not.
    pub(crate) const fn weight(self) -> u8 {
        match self {
            Self::Text | Self::Policy | Self::Part | Self::Data => 2,
            Self::Quote => 1,
            Self::Local | Self::Recall | Self::Design => 0,
        }
    }

    /// The grade once a region's own pack puts it in force: another city's rule is then a rule of this place, known from
    /// a copy of its text. Every other grade stays what it is.
    pub(crate) const fn in_force(self) -> Self {
        match self {
            Self::Local => Self::Quote,
            other => other,
        }
    }

    /// Whichever of the two carries less.
    pub(crate) const fn weaker(self, other: Self) -> Self {
        if other.weight() < self.weight() { other } else { self }
    }

    /// Whichever of the two carries more.
    pub(crate) const fn stronger(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }
}

impl Severity {
    /// Every severity, weakest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warn, Self::Block];

    /// The word for it in packs and catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }

    /// The severity of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.code() == code)
    }
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 6] = [Self::Draft, Self::Sign, Self::File, Self::Run, Self::Claim, Self::Close];

    /// The word for it in packs and catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sign => "sign",
            Self::File => "file",
            Self::Run => "run",
            Self::Claim => "claim",
            Self::Close => "close",
        }
    }

    /// The stage of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// What is left of a rule's severity at `stage`: the weakest of what it declares, of what its own grade carries, and of
/// what the grade of each parameter it used carries.
pub fn effective(declared: Severity, stage: Stage, rule: Evidence, params: &[Evidence]) -> Severity {
    params
        .iter()
        .chain([&rule])
        .map(|grade| grade.ceiling(stage))
        .fold(declared, Severity::min)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_of_grades_is_the_one_of_the_rules() {
        for stage in Stage::ALL {
            for grade in [Evidence::Text, Evidence::Policy, Evidence::Part, Evidence::Data] {
                assert!(grade.may_block_at(stage), "{grade:?} at {stage:?}");
            }
            for grade in [Evidence::Local, Evidence::Recall, Evidence::Design] {
                assert!(!grade.may_block_at(stage), "{grade:?} at {stage:?}");
            }
            let money = matches!(stage, Stage::File | Stage::Claim);
            assert_eq!(Evidence::Quote.may_block_at(stage), money, "{stage:?}");
        }
    }

    #[test]
    fn a_law_with_a_quoted_number_warns_at_signing_and_blocks_at_filing() {
        let at = |stage| effective(Severity::Block, stage, Evidence::Text, &[Evidence::Quote]);
        assert_eq!(at(Stage::Sign), Severity::Warn);
        assert_eq!(at(Stage::File), Severity::Block);
        assert_eq!(
            effective(Severity::Block, Stage::Sign, Evidence::Text, &[]),
            Severity::Block
        );
    }

    #[test]
    fn every_code_names_its_own_value() {
        for grade in Evidence::ALL {
            assert_eq!(Evidence::from_code(grade.code()), Some(grade));
        }
        for stage in Stage::ALL {
            assert_eq!(Stage::from_code(stage.code()), Some(stage));
        }
        for severity in Severity::ALL {
            assert_eq!(Severity::from_code(severity.code()), Some(severity));
        }
        assert_eq!(Evidence::from_code("gossip"), None);
    }

    fn grade() -> impl Strategy<Value = Evidence> {
        prop::sample::select(&Evidence::ALL[..])
    }

    proptest! {
        #[test]
        fn severity_is_never_stronger_than_any_of_its_inputs(
            declared in prop::sample::select(&Severity::ALL[..]),
            stage in prop::sample::select(&Stage::ALL[..]),
            rule in grade(),
            params in prop::collection::vec(grade(), 0..5),
            another in grade(),
        ) {
            let severity = effective(declared, stage, rule, &params);
            prop_assert!(severity <= declared);
            prop_assert!(severity <= rule.ceiling(stage));
            for param in &params {
                prop_assert!(severity <= param.ceiling(stage));
            }
            let more: Vec<Evidence> = params.iter().copied().chain([another]).collect();
            prop_assert!(effective(declared, stage, rule, &more) <= severity);
        }

        #[test]
        fn the_weaker_and_the_stronger_of_two_grades_are_the_two(one in grade(), two in grade(), stage in prop::sample::select(&Stage::ALL[..])) {
            let ceilings = [one.ceiling(stage), two.ceiling(stage)];
            prop_assert_eq!(one.weaker(two).ceiling(stage), ceilings[0].min(ceilings[1]));
            prop_assert_eq!(one.stronger(two).ceiling(stage), ceilings[0].max(ceilings[1]));
        }
    }
}
