//! Code checks: 统一社会信用代码 (GB 32100-2015), the organisation code inside it (GB 11714-1997), and
//! 公民身份号码 (GB 11643-1999). Algorithms and vectors: rules.md section 4.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Date;

const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A unified social credit code whose check character holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("{0} characters instead of 18")]
    Length(usize),
    /// A character that the alphabet lacks (I, O, S, V, Z and everything but digits and capitals).
    #[error("character {character} at position {position}")]
    Character {
        /// Counted from 1.
        position: usize,
        /// The character found.
        character: char,
    },
    /// Positions 3 to 8 name a region and are digits.
    #[error("positions 3 to 8 must be digits")]
    Region,
    /// The last character does not follow from the others: something was mistyped.
    #[error("check character does not agree")]
    Check,
}

/// Which registrar issued a code, by its first two characters (`RECALL`: a hint, never a block).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrarKind {
    /// 91, 92, 93: market regulation.
    Enterprise,
    /// 12: public institution.
    PublicInstitution,
    /// 52: private non-enterprise unit, such as a private school.
    PrivateSchool,
    /// 81: trade union.
    TradeUnion,
    /// Anything else.
    Other,
}

impl CreditCode {
    /// Reads a code; lower-case letters and spaces between groups are mended.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if code.len() != 18 {
            return Err(CreditCodeError::Length(code.len()));
        }
        let mut values = [0_u32; 18];
        for (at, &character) in code.iter().enumerate() {
            let value = u8::try_from(character)
                .ok()
                .and_then(|byte| CREDIT_ALPHABET.iter().position(|&c| c == byte));
            let Some(value) = value.and_then(|v| u32::try_from(v).ok()) else {
                return Err(CreditCodeError::Character {
                    position: at + 1,
                    character,
                });
            };
            values[at] = value;
        }
        if !code[2..8].iter().all(char::is_ascii_digit) {
            return Err(CreditCodeError::Region);
        }
        let mut weight = 1;
        let mut sum = 0;
        for value in &values[..17] {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        if (31 - sum % 31) % 31 == values[17] {
            Ok(Self(code.into_iter().collect()))
        } else {
            Err(CreditCodeError::Check)
        }
    }

    /// The code with both its check signs right: `registrar` (2 signs), `region` (6 digits), `organisation` (8 signs), for
    /// invented organisations. Refused as [`Self::parse`] refuses.
    pub fn invent(registrar: &str, region: &str, organisation: &str) -> Result<Self, CreditCodeError> {
        // Where the organisation code is none, reading what stands there says what is wrong with it.
        let check = organisation_check(organisation).unwrap_or('0');
        let stem = format!("{registrar}{region}{organisation}{check}");
        let mut read = CREDIT_ALPHABET
            .iter()
            .map(|&last| Self::parse(&format!("{stem}{}", char::from(last))));
        read.find(|read| *read != Err(CreditCodeError::Check))
            .unwrap_or(Err(CreditCodeError::Check))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The six digits of the registering authority's region.
    pub fn region(&self) -> &str {
        &self.0[2..8]
    }

    /// Who issued it, as far as the first two characters tell.
    pub fn registrar(&self) -> RegistrarKind {
        match &self.0[..2] {
            "91" | "92" | "93" => RegistrarKind::Enterprise,
            "12" => RegistrarKind::PublicInstitution,
            "52" => RegistrarKind::PrivateSchool,
            "81" => RegistrarKind::TradeUnion,
            _ => RegistrarKind::Other,
        }
    }

    /// Whether the organisation code inside (positions 9 to 17) carries its own check character (rule ID-02, a warning).
    pub fn organisation_code_agrees(&self) -> bool {
        let (body, check) = self.0[8..17].split_at(8);
        organisation_check(body).is_some_and(|c| check.chars().eq([c]))
    }
}

/// The check character of an eight-character organisation code (GB 11714-1997); `None` when it is not one.
pub fn organisation_check(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    if body.chars().count() != 8 || !body.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        return None;
    }
    let sum: u32 = body
        .chars()
        .zip(WEIGHTS)
        .filter_map(|(c, weight)| c.to_digit(36).map(|value| value * weight))
        .sum();
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

/// What a resident ID number says of its holder's sex (the parity of its 17th digit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// A resident ID number whose date is real and whose check character holds. Its `Debug` shows no digits.
#[derive(Clone, PartialEq, Eq)]
pub struct ResidentId(String);

/// Why a text is not a resident ID number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// The 15 digits of an old card: the 18-digit number is needed.
    #[error("an old number of 15 digits")]
    Old,
    /// Not 18 characters.
    #[error("{0} characters instead of 18")]
    Length(usize),
    /// Something other than digits, or X elsewhere than at the end.
    #[error("something other than digits")]
    Character,
    /// Positions 7 to 14 are no date of the calendar.
    #[error("no such date of birth")]
    Date,
    /// The last character does not follow from the others.
    #[error("check character does not agree")]
    Check,
}

impl ResidentId {
    /// Reads a number; a small `x` is taken as `X`.
    pub fn parse(text: &str) -> Result<Self, ResidentIdError> {
        let number: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        match number.chars().count() {
            18 => {}
            15 => return Err(ResidentIdError::Old),
            other => return Err(ResidentIdError::Length(other)),
        }
        let bytes = number.as_bytes();
        if bytes.len() != 18
            || !bytes[..17].iter().all(u8::is_ascii_digit)
            || !(bytes[17].is_ascii_digit() || bytes[17] == b'X')
        {
            return Err(ResidentIdError::Character);
        }
        let id = Self(number);
        if id.date_of_birth().is_none() {
            return Err(ResidentIdError::Date);
        }
        let sum: u32 =
            id.0.bytes()
                .take(17)
                .zip(0..17)
                .map(|(byte, at)| u32::from(byte - b'0') * (1 << (17 - at)) % 11)
                .sum();
        let check = b"10X98765432"[usize::try_from(sum % 11).unwrap_or(0)];
        if id.0.as_bytes()[17] == check {
            Ok(id)
        } else {
            Err(ResidentIdError::Check)
        }
    }

    /// The number that begins with these 17 digits, for invented people. Refused as [`Self::parse`] refuses.
    pub fn invent(stem: &str) -> Result<Self, ResidentIdError> {
        let mut read = "0123456789X".chars().map(|last| Self::parse(&format!("{stem}{last}")));
        read.find(|read| *read != Err(ResidentIdError::Check))
            .unwrap_or(Err(ResidentIdError::Check))
    }

    fn date_of_birth(&self) -> Option<Date> {
        let text = &self.0[6..14];
        let month = time::Month::try_from(text[4..6].parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(text[..4].parse().ok()?, month, text[6..].parse().ok()?).ok()
    }

    /// The date of birth it states.
    pub fn birth(&self) -> Date {
        self.date_of_birth().unwrap_or(Date::MIN)
    }

    /// The sex it states.
    pub fn sex(&self) -> Sex {
        if (self.0.as_bytes()[16] - b'0').is_multiple_of(2) {
            Sex::Female
        } else {
            Sex::Male
        }
    }

    /// The six digits of the region of first registration. May be a withdrawn code: never a reason to refuse (ID-06).
    pub fn region(&self) -> &str {
        &self.0[..6]
    }

    /// The number itself, for encryption and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As screens show it: `3100**********0010`.
    pub fn masked(&self) -> String {
        format!("{}**********{}", &self.0[..4], &self.0[14..])
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentId(******************)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    const STANDARD: &str = "91350100M000100Y43";

    #[test]
    fn the_published_credit_codes_hold() {
        for (code, kind) in [
            ("91310000000000000U", RegistrarKind::Enterprise),
            ("91310115MAXXXX0072", RegistrarKind::Enterprise),
            ("123100001234567888", RegistrarKind::PublicInstitution),
            ("523101019999999984", RegistrarKind::PrivateSchool),
            ("81310000TTTTTTTT51", RegistrarKind::TradeUnion),
            (STANDARD, RegistrarKind::Enterprise),
        ] {
            let parsed = CreditCode::parse(code).unwrap();
            assert_eq!(parsed.registrar(), kind, "{code}");
            assert!(parsed.organisation_code_agrees(), "{code}");
        }
        assert_eq!(CreditCode::parse("91310115maxxxx0072").unwrap().region(), "310115");
        assert_eq!(organisation_check("D2143569"), Some('X'));
        assert_eq!(organisation_check("M000100Y"), Some('4'));
    }

    #[test]
    fn a_wrong_credit_code_says_what_is_wrong() {
        assert_eq!(
            CreditCode::parse("91310000I000000000"),
            Err(CreditCodeError::Character {
                position: 9,
                character: 'I'
            })
        );
        assert_eq!(CreditCode::parse("913100000000000000"), Err(CreditCodeError::Check));
        assert_eq!(CreditCode::parse("9131000000000000U"), Err(CreditCodeError::Length(17)));
        assert_eq!(CreditCode::parse("91A10000000000000U"), Err(CreditCodeError::Region));
    }

    #[test]
    fn an_invented_credit_code_holds_inside_and_out_or_says_what_is_wrong() {
        for number in 0..1_000 {
            let code = CreditCode::invent("91", "310115", &format!("TTTT{number:04}")).unwrap();
            assert!(code.organisation_code_agrees(), "{code}");
            assert!(code.as_str().starts_with("91310115TTTT"), "{code}");
        }
        assert_eq!(
            CreditCode::invent("91", "350100", "M000100Y").unwrap().as_str(),
            STANDARD
        );
        assert_eq!(
            CreditCode::invent("91", "310115", "TTT"),
            Err(CreditCodeError::Length(13))
        );
        assert_eq!(
            CreditCode::invent("91", "31011X", "TTTTTTTT"),
            Err(CreditCodeError::Region)
        );
        let character = CreditCodeError::Character {
            position: 9,
            character: 'I',
        };
        assert_eq!(CreditCode::invent("91", "310115", "I0000000"), Err(character));
    }

    #[test]
    fn no_single_substitution_of_the_standard_vector_goes_undetected() {
        let original: Vec<char> = STANDARD.chars().collect();
        let mut tried = 0;
        for at in 0..18 {
            for &byte in CREDIT_ALPHABET {
                let mut changed = original.clone();
                changed[at] = char::from(byte);
                if changed != original {
                    tried += 1;
                    assert!(
                        CreditCode::parse(&changed.iter().collect::<String>()).is_err(),
                        "{changed:?}"
                    );
                }
            }
        }
        assert_eq!(tried, 540);
    }

    #[test]
    fn the_published_resident_numbers_hold() {
        for (number, birth, sex) in [
            ("310000199001010010", date!(1990 - 01 - 01), Sex::Male),
            ("310000200002290021", date!(2000 - 02 - 29), Sex::Female),
            ("310000200812310039", date!(2008 - 12 - 31), Sex::Male),
            ("31000020100901004X", date!(2010 - 09 - 01), Sex::Female),
            ("310000201009020061", date!(2010 - 09 - 02), Sex::Female),
            ("11010519491231002X", date!(1949 - 12 - 31), Sex::Female),
            ("440524188001010014", date!(1880 - 01 - 01), Sex::Male),
        ] {
            let id = ResidentId::parse(number).unwrap();
            assert_eq!((id.birth(), id.sex()), (birth, sex), "{number}");
        }
    }

    #[test]
    fn a_wrong_resident_number_says_what_is_wrong() {
        assert_eq!(ResidentId::parse("310000199013010015"), Err(ResidentIdError::Date));
        assert_eq!(ResidentId::parse("310000200102290018"), Err(ResidentIdError::Date));
        assert_eq!(ResidentId::parse("31000019900101001X"), Err(ResidentIdError::Check));
        assert_eq!(ResidentId::parse("310000900101001"), Err(ResidentIdError::Old));
        assert_eq!(
            ResidentId::invent("31000019900101001")
                .map(|id| id.expose().to_owned())
                .as_deref(),
            Ok("310000199001010010")
        );
        assert_eq!(ResidentId::invent("31000019901301001"), Err(ResidentIdError::Date));
        assert_eq!(ResidentId::parse("31000019900101"), Err(ResidentIdError::Length(14)));
        assert_eq!(
            ResidentId::parse("3100001990010１0010"),
            Err(ResidentIdError::Character)
        );
    }

    #[test]
    fn no_number_stands_in_a_log() {
        let id = ResidentId::parse("31000020100901004x").unwrap();
        assert!(!format!("{id:?}").contains("2010"));
        assert_eq!(id.masked(), "3100**********004X");
    }

    proptest! {
        #[test]
        fn anything_typed_is_answered_without_a_panic(text in ".{0,24}") {
            let _ = (CreditCode::parse(&text), ResidentId::parse(&text), organisation_check(&text));
        }

        #[test]
        fn one_wrong_digit_of_a_resident_number_is_noticed(at in 0_usize..17, digit in 0_u8..10) {
            let mut number = *b"31000020100901004X";
            prop_assume!(number[at] != b'0' + digit);
            number[at] = b'0' + digit;
            prop_assert!(ResidentId::parse(std::str::from_utf8(&number).unwrap()).is_err());
        }
    }
}
