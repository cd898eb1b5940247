//! What is known of people beyond who they are: numbers of documents, phones, addresses, health. Each person's stands in a
//! part of its own of what is frozen, with its own salt, so that it can be withheld from whoever need not have it and all
//! else is still proven; and pages mask it.

use std::collections::BTreeMap;

use serde_json::Map;

use super::{
    Section,
    body::{Body, FIELDS},
    field::FieldSpec,
    parts::SectionFields,
    value::IdNumber,
};

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    /// 学徒
    Apprentice,
    /// 法定代理人
    Guardian,
}

impl Person {
    /// Everybody of whom an agreement knows such things.
    pub const ALL: [Self; 2] = [Self::Apprentice, Self::Guardian];

    /// The name of the part in data, hashes and keys of the catalogue (`training_section.<key>`).
    pub const fn key(self) -> &'static str {
        match self {
            Self::Apprentice => "person_apprentice",
            Self::Guardian => "person_guardian",
        }
    }

    /// Whose part has this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|person| person.key() == key)
    }

    /// The fields of the part.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Apprentice => &[
                "apprentice.id_no",
                "apprentice.phone",
                "apprentice.address",
                "apprentice.household_address",
                "apprentice.disability",
                "safety.minor_card_no",
                "safety.health_check_on",
            ],
            Self::Guardian => &["guardian.id_no", "guardian.phone"],
        }
    }
}

impl FieldSpec {
    /// Whose private business the field is; `None` when it is the agreement's.
    pub fn person(&self) -> Option<Person> {
        Person::ALL
            .into_iter()
            .find(|person| person.fields().contains(&self.key))
    }
}

/// How much of what is personal a reader is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sight {
    /// The employer: everything, with numbers of documents masked.
    Employer,
    /// Who signs. The end of a number is what they type to be known by, so it is not shown at all.
    Signatory,
    /// The college: it trains, and needs neither numbers nor where people live.
    College,
}

/// What stands in the place of what a college is not shown.
const WITHHELD: &str = "（仅用人单位和本人可见）";

/// The first three characters and the last so many; what is between is starred.
fn masked(words: &str, end: usize) -> String {
    let all: Vec<char> = words.chars().collect();
    if all.len() < 3 + end + 4 {
        return "*".repeat(all.len());
    }
    let show = |(at, c): (usize, &char)| if at < 3 || at + end >= all.len() { *c } else { '*' };
    all.iter().enumerate().map(show).collect()
}

impl IdNumber {
    /// The first three and the last two characters.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self::new(&masked(self.expose(), 2))
    }
}

impl Body {
    /// What a reader is shown of it. It is not what is signed, and is never hashed.
    #[must_use]
    pub fn masked(mut self, sight: Sight) -> Self {
        let end = if sight == Sight::Signatory { 0 } else { 2 };
        for number in [&mut self.apprentice.id_no, &mut self.guardian.id_no]
            .into_iter()
            .flatten()
        {
            *number = IdNumber::new(&masked(number.expose(), end));
        }
        if sight == Sight::College {
            for phone in [&mut self.apprentice.phone, &mut self.guardian.phone]
                .into_iter()
                .flatten()
            {
                *phone = masked(phone, end);
            }
            let (apprentice, safety) = (&mut self.apprentice, &mut self.safety);
            for words in [
                &mut apprentice.address,
                &mut apprentice.household_address,
                &mut safety.minor_card_no,
            ] {
                if words.is_some() {
                    *words = Some(WITHHELD.to_owned());
                }
            }
            apprentice.disability = None;
            safety.health_check_on = None;
        }
        self
    }

    /// The body cut into the parts that are frozen: its sections without what is personal, and each person's own.
    pub fn parts(&self) -> BTreeMap<&'static str, SectionFields> {
        let sections = Section::ALL.into_iter().map(Section::key);
        let keys = sections.chain(Person::ALL.into_iter().map(Person::key));
        let mut parts: BTreeMap<&'static str, SectionFields> = keys.map(|key| (key, Map::new())).collect();
        for (spec, value) in self.values() {
            if let Some(fields) = parts.get_mut(part_of(spec)) {
                fields.insert(spec.key.to_owned(), value);
            }
        }
        parts
    }

    /// The body again, of the parts that are there. Parts and fields that do not exist, or that stand in the wrong part, are
    /// an error.
    pub fn from_parts<'a>(
        parts: impl IntoIterator<Item = (&'a str, &'a SectionFields)>,
    ) -> Result<Self, serde_json::Error> {
        use serde::de::Error as _;
        let mut sections: BTreeMap<Section, SectionFields> = BTreeMap::new();
        for (part, fields) in parts {
            if Section::from_key(part).is_none() && Person::from_key(part).is_none() {
                return Err(serde_json::Error::custom(format!("{part} is no part")));
            }
            for (key, value) in fields {
                let spec = FIELDS.iter().find(|spec| spec.key == key && part_of(spec) == part);
                let Some(spec) = spec else {
                    return Err(serde_json::Error::custom(format!("{key} is no field of {part}")));
                };
                let section = sections.entry(spec.section).or_default();
                section.insert(key.clone(), value.clone());
            }
        }
        Self::from_sections(&sections)
    }
}

/// The part that a field is frozen in.
fn part_of(spec: &FieldSpec) -> &'static str {
    spec.person().map_or(spec.section.key(), Person::key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::sample_minor;

    #[test]
    fn a_body_is_the_same_again_out_of_its_parts() {
        let body = sample_minor();
        let parts = body.parts();
        assert_eq!(
            parts.len(),
            16,
            "a part with nothing in it is there as well, and tells nothing"
        );
        let again = Body::from_parts(parts.iter().map(|(key, fields)| (*key, fields))).unwrap();
        assert_eq!(again, body);
        let mut moved = parts.clone();
        let number = moved
            .get_mut("person_apprentice")
            .unwrap()
            .remove("apprentice.id_no")
            .unwrap();
        moved
            .get_mut("parties")
            .unwrap()
            .insert("apprentice.id_no".to_owned(), number);
        assert!(Body::from_parts(moved.iter().map(|(key, fields)| (*key, fields))).is_err());
        assert!(Body::from_parts([("persons", &Map::new())]).is_err());
    }

    #[test]
    fn nothing_personal_stands_in_a_part_that_is_everybodys() {
        let body = sample_minor();
        let number = body.apprentice.id_no.clone().unwrap();
        let open: Vec<String> = body
            .parts()
            .into_iter()
            .filter(|(key, _)| Person::from_key(key).is_none())
            .map(|(_, fields)| serde_json::to_string(&fields).unwrap())
            .collect();
        for private in [
            number.expose(),
            body.apprentice.phone.as_deref().unwrap(),
            body.apprentice.address.as_deref().unwrap(),
        ] {
            assert!(open.iter().all(|part| !part.contains(private)), "{private}");
        }
        for key in Person::ALL.into_iter().flat_map(Person::fields) {
            assert!(FIELDS.iter().any(|spec| spec.key == *key), "{key}");
        }
    }

    #[test]
    fn a_number_is_masked_and_its_end_is_never_shown_to_who_has_to_type_it() {
        let number = |sight| {
            let body = sample_minor().masked(sight);
            body.apprentice.id_no.unwrap().expose().to_owned()
        };
        assert_eq!(number(Sight::Employer), "310*************39");
        assert_eq!(number(Sight::College), "310*************39");
        assert_eq!(number(Sight::Signatory), "310***************");
        assert_eq!(masked("12345678", 2), "********", "of a short one nothing is shown");
        let college = sample_minor().masked(Sight::College);
        let whole = sample_minor();
        assert_ne!(college.apprentice.phone, whole.apprentice.phone);
        assert_eq!(college.apprentice.address.as_deref(), Some(WITHHELD));
        assert_eq!(
            sample_minor().masked(Sight::Employer).apprentice.address,
            whole.apprentice.address
        );
    }
}
