//! Organisations: what is said of them at sign-up, and their standing.

use std::collections::BTreeSet;

use kernel::{CreditCode, CreditCodeError, OrganisationId, PostingKind, Side, Timestamp};
use serde::{Deserialize, Serialize};
use vocabulary::Vocabulary;

use crate::{Problem, ProblemCode, Problems};

/// What an organisation is. One may be several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// 企业
    Enterprise,
    /// 院校
    School,
    /// 培训机构
    TrainingBody,
    /// 评价机构
    EvaluationBody,
    /// 工会
    Union,
    /// 主管部门
    Bureau,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Enterprise,
        Self::School,
        Self::TrainingBody,
        Self::EvaluationBody,
        Self::Union,
        Self::Bureau,
    ];

    /// The kinds that sign themselves up.
    pub const SIGN_UP: [Self; 3] = [Self::School, Self::TrainingBody, Self::Enterprise];

    /// The code in columns and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::School => "school",
            Self::TrainingBody => "training_body",
            Self::EvaluationBody => "evaluation_body",
            Self::Union => "union",
            Self::Bureau => "bureau",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// On which side of the market an organisation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationSide {
    /// Teaches: posts programmes, courses and training bases.
    College,
    /// Employs: posts needs.
    Enterprise,
    /// Neither: evaluates, represents or supervises.
    Neither,
}

/// How far an organisation is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// 待核验: an officer signed it up; the operator has yet to look.
    Claimed,
    /// 待补正: the operator returned it with a reason.
    Returned {
        /// When.
        at: Timestamp,
        /// What to mend, in the operator's words.
        reason: String,
    },
    /// 已核验
    Verified {
        /// When.
        at: Timestamp,
    },
    /// 已暂停: its posts are out of sight.
    Suspended {
        /// When.
        at: Timestamp,
        /// Why, in the operator's words.
        reason: String,
    },
}

impl Standing {
    /// Every code, in the order of the operator's queue.
    pub const CODES: [&'static str; 4] = ["claimed", "returned", "verified", "suspended"];

    /// The code in columns and words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Returned { .. } => "returned",
            Self::Verified { .. } => "verified",
            Self::Suspended { .. } => "suspended",
        }
    }
}

/// An organisation on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// How far it is trusted.
    pub standing: Standing,
    /// What is said of it.
    pub profile: Profile,
    /// Invented for the demonstration, and labelled so.
    pub fictional: bool,
    /// When it signed up.
    pub created_at: Timestamp,
}

/// The key under which a name is found again, and by which two names are one: folded, without spaces.
pub fn name_key(name: &str) -> String {
    vocabulary::text::fold(name).replace(' ', "")
}

/// What is said of an organisation, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Full name as registered.
    pub name: String,
    /// What it is.
    pub kinds: BTreeSet<OrganisationKind>,
    /// 统一社会信用代码
    pub credit_code: CreditCode,
    /// Province code.
    pub province: String,
    /// District code, where the province's districts are known.
    pub district: Option<String>,
    /// Key industries it works in or teaches for.
    pub industries: Vec<String>,
    /// A few sentences about itself.
    pub introduction: String,
}

/// A profile as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileInput {
    /// Full name.
    pub name: String,
    /// Kind codes.
    pub kinds: Vec<String>,
    /// 统一社会信用代码
    pub credit_code: String,
    /// Province code.
    pub province: String,
    /// District code.
    pub district: String,
    /// Industry codes.
    pub industries: Vec<String>,
    /// A few sentences.
    pub introduction: String,
}

impl ProfileInput {
    /// The input that would give `profile`, to fill a form with.
    pub fn of(profile: &Profile) -> Self {
        Self {
            name: profile.name.clone(),
            kinds: profile.kinds.iter().map(|kind| kind.code().to_owned()).collect(),
            credit_code: profile.credit_code.to_string(),
            province: profile.province.clone(),
            district: profile.district.clone().unwrap_or_default(),
            industries: profile.industries.clone(),
            introduction: profile.introduction.clone(),
        }
    }
}

/// Reads a profile, or says what is wrong with which field.
pub fn read(input: &ProfileInput, vocabulary: &Vocabulary) -> Result<Profile, Vec<Problem>> {
    let mut problems = Problems::none();
    let name = problems.text("name", &input.name, 60);
    if !name.is_empty() && name.chars().count() < 4 {
        problems.add("name", ProblemCode::TooShort { min: 4 });
    }
    let kinds: BTreeSet<OrganisationKind> = input
        .kinds
        .iter()
        .filter_map(|code| OrganisationKind::from_code(code))
        .filter(|kind| OrganisationKind::SIGN_UP.contains(kind))
        .collect();
    if kinds.is_empty() {
        problems.add("kinds", ProblemCode::Required);
    } else if kinds.contains(&OrganisationKind::Enterprise) && kinds.len() > 1 {
        problems.add("kinds", ProblemCode::NotAChoice);
    }
    let credit_code = CreditCode::parse(&input.credit_code);
    if let Err(error) = &credit_code {
        problems.add("credit_code", credit_code_problem(&input.credit_code, *error));
    }
    let province = problems.text("province", &input.province, 6);
    if !province.is_empty() && vocabulary.province(&province).is_none() {
        problems.add(
            "province",
            ProblemCode::Unknown {
                typed: province.clone(),
            },
        );
    }
    let district = district(&mut problems, &input.district, &province, vocabulary);
    let industries = codes(&mut problems, "industries", &input.industries, 9, |code| {
        vocabulary.industry(code).is_some()
    });
    let introduction = problems.optional_text("introduction", &input.introduction, 1_000);
    let Ok(credit_code) = credit_code else {
        return Err(problems.into_vec());
    };
    problems.or(Profile {
        name,
        kinds,
        credit_code,
        province,
        district,
        industries,
        introduction,
    })
}

/// The district typed, when it is one of the province's.
pub(crate) fn district(
    problems: &mut Problems,
    typed: &str,
    province: &str,
    vocabulary: &Vocabulary,
) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    if vocabulary.district(typed).is_none() {
        problems.add(
            "district",
            ProblemCode::Unknown {
                typed: typed.to_owned(),
            },
        );
    } else if !province.is_empty() && typed.get(..2) != province.get(..2) {
        problems.add("district", ProblemCode::NotInProvince);
    }
    Some(typed.to_owned())
}

/// The codes chosen, without repeats, each known.
pub(crate) fn codes(
    problems: &mut Problems,
    field: &str,
    typed: &[String],
    max: usize,
    known: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    for code in typed.iter().map(|code| code.trim()).filter(|code| !code.is_empty()) {
        if !known(code) {
            problems.add(field, ProblemCode::Unknown { typed: code.to_owned() });
        } else if !chosen.iter().any(|c| c == code) {
            chosen.push(code.to_owned());
        }
    }
    if chosen.len() > max {
        problems.add(field, ProblemCode::TooMany { max });
    }
    chosen
}

fn credit_code_problem(typed: &str, error: CreditCodeError) -> ProblemCode {
    match error {
        CreditCodeError::Length(_) if typed.trim().is_empty() => ProblemCode::Required,
        CreditCodeError::Length(found) => ProblemCode::CreditCodeLength { found },
        CreditCodeError::Character { position, character } => ProblemCode::CreditCodeCharacter { position, character },
        CreditCodeError::Region => ProblemCode::CreditCodeRegion,
        CreditCodeError::Check => ProblemCode::CreditCodeCheck,
    }
}

impl Profile {
    /// What a person should look at before verifying (rules ID-02 and ID-03): hints, never a block.
    pub fn hints(&self) -> Vec<ProfileHint> {
        use kernel::RegistrarKind as Registrar;
        let registrar = self.credit_code.registrar();
        let fits = |kind: &OrganisationKind| match kind {
            OrganisationKind::Enterprise => registrar == Registrar::Enterprise,
            OrganisationKind::School => matches!(registrar, Registrar::PublicInstitution | Registrar::PrivateSchool),
            OrganisationKind::TrainingBody => {
                matches!(
                    registrar,
                    Registrar::PrivateSchool | Registrar::Enterprise | Registrar::PublicInstitution
                )
            }
            OrganisationKind::Union => registrar == Registrar::TradeUnion,
            OrganisationKind::EvaluationBody | OrganisationKind::Bureau => true,
        };
        let mut hints = Vec::new();
        if !self.credit_code.organisation_code_agrees() {
            hints.push(ProfileHint::OrganisationCode);
        }
        if !self.kinds.iter().any(fits) {
            hints.push(ProfileHint::Registrar);
        }
        if self.credit_code.region().get(..2) != self.province.get(..2) {
            hints.push(ProfileHint::Region);
        }
        hints
    }
}

/// Something in a profile that is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileHint {
    /// Positions 9 to 17 of the credit code do not carry their own check character (ID-02).
    OrganisationCode,
    /// The registrar does not issue codes to this kind of organisation (ID-03).
    Registrar,
    /// The code was issued in another province.
    Region,
}

impl ProfileHint {
    /// Every hint.
    pub const ALL: [Self; 3] = [Self::OrganisationCode, Self::Registrar, Self::Region];

    /// The last part of the key of its sentence: `hint.<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OrganisationCode => "organisation_code",
            Self::Registrar => "registrar",
            Self::Region => "region",
        }
    }
}

/// Why a standing cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StandingRefusal {
    /// It is there already.
    #[error("the organisation already has that standing")]
    Already,
    /// Only from another standing.
    #[error("that does not follow from the present standing")]
    NotFromHere,
    /// A reason is needed.
    #[error("a reason is needed")]
    ReasonMissing,
}

impl Organisation {
    /// A new organisation, waiting for the operator.
    pub const fn sign_up(id: OrganisationId, profile: Profile, fictional: bool, at: Timestamp) -> Self {
        Self {
            id,
            standing: Standing::Claimed,
            profile,
            fictional,
            created_at: at,
        }
    }

    /// On which side of the market it stands.
    pub fn side(&self) -> OrganisationSide {
        let teaches = [OrganisationKind::School, OrganisationKind::TrainingBody];
        if self.profile.kinds.iter().any(|kind| teaches.contains(kind)) {
            OrganisationSide::College
        } else if self.profile.kinds.contains(&OrganisationKind::Enterprise) {
            OrganisationSide::Enterprise
        } else {
            OrganisationSide::Neither
        }
    }

    /// Whether it is verified and not suspended.
    pub const fn is_verified(&self) -> bool {
        matches!(self.standing, Standing::Verified { .. })
    }

    /// Whether posts of `kind` are its side's to make.
    pub fn may_post(&self, kind: PostingKind) -> bool {
        matches!(
            (self.side(), kind.side()),
            (OrganisationSide::College, Side::Offer) | (OrganisationSide::Enterprise, Side::Need)
        )
    }

    /// The operator has checked it.
    pub fn verify(mut self, at: Timestamp) -> Result<Self, StandingRefusal> {
        match self.standing {
            Standing::Claimed | Standing::Returned { .. } => {
                self.standing = Standing::Verified { at };
                Ok(self)
            }
            Standing::Verified { .. } => Err(StandingRefusal::Already),
            Standing::Suspended { .. } => Err(StandingRefusal::NotFromHere),
        }
    }

    /// The operator asks for something to be mended first.
    pub fn return_with(mut self, reason: &str, at: Timestamp) -> Result<Self, StandingRefusal> {
        let reason = stated(reason)?;
        match self.standing {
            Standing::Claimed | Standing::Returned { .. } => {
                self.standing = Standing::Returned { at, reason };
                Ok(self)
            }
            Standing::Verified { .. } | Standing::Suspended { .. } => Err(StandingRefusal::NotFromHere),
        }
    }

    /// The operator takes it, and its posts, out of sight.
    pub fn suspend(mut self, reason: &str, at: Timestamp) -> Result<Self, StandingRefusal> {
        let reason = stated(reason)?;
        if matches!(self.standing, Standing::Suspended { .. }) {
            return Err(StandingRefusal::Already);
        }
        self.standing = Standing::Suspended { at, reason };
        Ok(self)
    }

    /// The operator lets it back: it is verified again.
    pub fn reinstate(mut self, at: Timestamp) -> Result<Self, StandingRefusal> {
        if !matches!(self.standing, Standing::Suspended { .. }) {
            return Err(StandingRefusal::NotFromHere);
        }
        self.standing = Standing::Verified { at };
        Ok(self)
    }

    /// An admin changes what is said of it. Who it is (name, code, kinds) is what the operator verified: changing that
    /// sends it back to the operator; anything else leaves the standing as it is.
    #[must_use]
    pub fn describe(mut self, profile: Profile) -> Self {
        let identity = |p: &Profile| (p.name.clone(), p.credit_code.clone(), p.kinds.clone());
        let same = identity(&self.profile) == identity(&profile);
        self.profile = profile;
        self.standing = match self.standing {
            Standing::Verified { .. } if !same => Standing::Claimed,
            Standing::Returned { .. } => Standing::Claimed,
            other => other,
        };
        self
    }
}

fn stated(reason: &str) -> Result<String, StandingRefusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        Err(StandingRefusal::ReasonMissing)
    } else {
        Ok(reason.chars().take(500).collect())
    }
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    fn vocabulary() -> &'static Vocabulary {
        static VOCABULARY: std::sync::LazyLock<Vocabulary> = std::sync::LazyLock::new(Vocabulary::builtin);
        &VOCABULARY
    }

    fn input() -> ProfileInput {
        ProfileInput {
            name: "上海示范精密制造有限公司".to_owned(),
            kinds: vec!["enterprise".to_owned()],
            credit_code: "91310115MAXXXX0072".to_owned(),
            province: "310000".to_owned(),
            district: "310115".to_owned(),
            industries: vec!["auto".to_owned(), "auto".to_owned()],
            introduction: String::new(),
        }
    }

    fn organisation() -> Organisation {
        let at = Timestamp::from_micros(1);
        let profile = read(&input(), vocabulary()).unwrap();
        Organisation::sign_up(OrganisationId::new(at, &SeededChance::new(1)), profile, false, at)
    }

    #[test]
    fn a_profile_is_read_as_typed() {
        let profile = organisation().profile;
        assert_eq!(profile.industries, ["auto"]);
        assert_eq!(profile.hints(), []);
        assert_eq!(read(&ProfileInput::of(&profile), vocabulary()), Ok(profile));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let wrong = ProfileInput {
            credit_code: "91310115MAXXXX0073".to_owned(),
            district: "110101".to_owned(),
            kinds: vec!["union".to_owned()],
            ..ProfileInput::default()
        };
        let fields: Vec<String> = read(&wrong, vocabulary())
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        assert_eq!(fields, ["name", "kinds", "credit_code", "province", "district"]);
    }

    #[test]
    fn an_enterprise_is_not_also_a_school() {
        let both = ProfileInput {
            kinds: vec!["enterprise".to_owned(), "school".to_owned()],
            ..input()
        };
        let problems = read(&both, vocabulary()).unwrap_err();
        assert_eq!(problems[0].code, ProblemCode::NotAChoice);
    }

    #[test]
    fn the_standing_moves_only_along_its_arrows() {
        let at = Timestamp::from_micros(2);
        let claimed = organisation();
        let verified = claimed.clone().verify(at).unwrap();
        let returned = claimed.clone().return_with("名称与证照不符", at).unwrap();
        let suspended = verified.clone().suspend("投诉属实", at).unwrap();
        let moves: Vec<(&str, [bool; 4])> = [&claimed, &returned, &verified, &suspended]
            .map(|from| {
                let from = from.clone();
                let code = from.standing.code();
                let can = [
                    from.clone().verify(at).is_ok(),
                    from.clone().return_with("x", at).is_ok(),
                    from.clone().suspend("x", at).is_ok(),
                    from.reinstate(at).is_ok(),
                ];
                (code, can)
            })
            .to_vec();
        assert_eq!(
            moves,
            [
                ("claimed", [true, true, true, false]),
                ("returned", [true, true, true, false]),
                ("verified", [false, false, true, false]),
                ("suspended", [false, false, false, true]),
            ]
        );
        assert_eq!(claimed.return_with("  ", at), Err(StandingRefusal::ReasonMissing));
    }

    #[test]
    fn a_new_name_goes_back_to_the_operator_and_a_new_introduction_does_not() {
        let verified = organisation().verify(Timestamp::from_micros(2)).unwrap();
        let introduced = Profile {
            introduction: "新介绍".to_owned(),
            ..verified.profile.clone()
        };
        assert!(verified.clone().describe(introduced).is_verified());
        let renamed = Profile {
            name: "上海另一家制造有限公司".to_owned(),
            ..verified.profile.clone()
        };
        assert_eq!(verified.describe(renamed).standing, Standing::Claimed);
    }

    #[test]
    fn each_side_posts_its_own_kinds() {
        let enterprise = organisation();
        assert!(enterprise.may_post(PostingKind::Apprentices));
        assert!(!enterprise.may_post(PostingKind::Programme));
    }
}
