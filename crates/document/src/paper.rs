//! A paper: what is printed of an agreement, and the PDF of it.

use agreement::{
    evidence::{Export, Part},
    training::{Body, Clause, Guardian, IdNumber, PREAMBLE, Person, Section, TITLE, clauses},
};
use kernel::Timestamp;
use vocabulary::Vocabulary;
use words::Qr;

use crate::{
    fonts::{Unprintable, unprintable, unprintable_fields, weight},
    form::{Audit, ClauseData, Data, LookupData, Party, SealData, SectionData, lay},
    pdf::{ATTACHED, SealError, Sealing, content_hash, seal},
    press::Attached,
    signatures::{lines, moment, places},
};

/// Where anybody looks an agreement up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The code that is printed.
    pub code: String,
    /// The page that the picture to scan leads to.
    pub url: String,
}

/// What is printed.
#[derive(Debug, Clone, Copy)]
pub struct Paper<'a> {
    /// What is agreed, as it is to be read: whoever makes a paper for others masks what is not theirs to know.
    pub body: &'a Body,
    /// The evidence; it is attached as it is. `None` for a draft.
    pub export: Option<&'a Export>,
    /// Where it is looked up.
    pub lookup: Option<&'a Lookup>,
    /// The moment it is of: the seal's. A draft has none.
    pub at: Option<Timestamp>,
    /// The platform's key, to seal the paper itself.
    pub sealing: Option<Sealing<'a>>,
}

/// A finished PDF.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

impl std::fmt::Debug for Pdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pdf")
            .field("bytes", &self.bytes.len())
            .field("pages", &self.pages)
            .finish()
    }
}

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Characters that the fonts have no picture for, by field.
    #[error("characters that cannot be printed: {0:?}")]
    Unprintable(Vec<Unprintable>),
    /// The seal cannot be made.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The PDF cannot be made.
    #[error("the paper cannot be typeset: {0}")]
    Typeset(String),
}

/// Why an export cannot be printed.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It withholds a section.
    #[error("section {0} is withheld")]
    Withheld(String),
    /// It is not what this release knows as an agreement.
    #[error(transparent)]
    Unknown(#[from] serde_json::Error),
}

/// What stands in the place of what an export withholds of a person.
const WITHHELD: &str = "（未提供）";

/// The body that an export shows. Of what is known of people each may be withheld, and is said to be.
pub fn body_of(export: &Export) -> Result<Body, BodyError> {
    let mut parts = Vec::new();
    let mut withheld = Vec::new();
    for (key, section) in &export.content.sections {
        match (section, Person::from_key(key)) {
            (Some(section), _) => parts.extend(section.fields.value().as_object().map(|fields| (key.as_str(), fields))),
            (None, Some(person)) => withheld.push(person),
            (None, None) => return Err(BodyError::Withheld(key.clone())),
        }
    }
    let mut body = Body::from_parts(parts)?;
    let words = || Some(WITHHELD.to_owned());
    for person in withheld {
        match person {
            Person::Apprentice => {
                body.apprentice.id_no = Some(IdNumber::new(WITHHELD));
                body.apprentice.phone = words();
                body.apprentice.address = words();
            }
            Person::Guardian if body.guardian != Guardian::default() => {
                body.guardian.id_no = Some(IdNumber::new(WITHHELD));
                body.guardian.phone = words();
            }
            Person::Guardian => {}
        }
    }
    Ok(body)
}

fn numeral(number: usize) -> &'static str {
    const NUMERALS: [&str; 14] = [
        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四",
    ];
    NUMERALS.get(number).copied().unwrap_or_default()
}

fn sections(clauses: &[Clause]) -> Vec<SectionData> {
    let clause = |clause: &Clause| ClauseData {
        title: format!("{}　{}", clause.article(), clause.title),
        text: clause.text.clone(),
    };
    let of = |(at, section): (usize, Section)| SectionData {
        title: format!("{}、{}", numeral(at), section.title()),
        clauses: clauses
            .iter()
            .filter(|one| one.section == section)
            .map(clause)
            .collect(),
    };
    let all = Section::ALL.into_iter().enumerate().map(of);
    all.filter(|section| !section.clauses.is_empty()).collect()
}

/// Who agrees, at one look.
fn parties(body: &Body) -> Vec<Party> {
    let rows = [
        (
            "甲方（用人单位）",
            &body.enterprise.name,
            body.enterprise.uscc.as_ref().map(|code| ("统一社会信用代码", code)),
        ),
        (
            "乙方（学徒）",
            &body.apprentice.name,
            body.post.name.as_ref().map(|post| ("培养岗位", post)),
        ),
        ("法定代理人", &body.guardian.name, None),
        (
            "合作院校",
            &body.college.name,
            body.college.uscc.as_ref().map(|code| ("统一社会信用代码", code)),
        ),
    ];
    let row = |(role, name, more): (&'static str, &Option<String>, Option<(&str, &String)>)| {
        let more = more
            .map(|(label, words)| format!("{label}：{words}"))
            .unwrap_or_default();
        let name = name.clone()?;
        Some(Party {
            role,
            weight: weight(&name),
            name,
            more,
        })
    };
    rows.into_iter().filter_map(row).collect()
}

fn audit(export: &Export) -> Audit {
    let last = export.seals.last();
    let section = |(key, hash): (&String, &agreement::evidence::SectionHash)| {
        let title = match (Section::from_key(key), Person::from_key(key)) {
            (Some(section), _) => section.title().to_owned(),
            (_, Some(Person::Apprentice)) => "学徒个人信息".to_owned(),
            (_, Some(Person::Guardian)) => "法定代理人个人信息".to_owned(),
            (None, None) => key.clone(),
        };
        (title, hash.to_string())
    };
    let in_order = |key: &String| {
        let at = Section::ALL.iter().position(|section| section.key() == key);
        (at.is_none(), at, key.clone())
    };
    let mut hashes: Vec<_> = last.into_iter().flat_map(|seal| &seal.statement.sections).collect();
    hashes.sort_by_cached_key(|(key, _)| in_order(key));
    Audit {
        agreement: export.agreement.to_string(),
        version: export.content.version,
        content_hash: content_hash(export).map(|hash| hash.to_string()).unwrap_or_default(),
        sections: hashes.into_iter().map(section).collect(),
        events: lines(export),
        seals: (1..)
            .zip(&export.seals)
            .map(|(place, seal)| {
                let said = &seal.statement;
                SealData {
                    place,
                    at: moment(said.sealed_at),
                    events: said.events,
                    key: said.key.to_string(),
                }
            })
            .collect(),
    }
}

/// Characters that no font has, in the fields of the body or in what is printed of the evidence.
fn check(paper: &Paper<'_>, data: &Data) -> Result<(), RenderError> {
    let mut found = unprintable_fields(paper.body);
    if found.is_empty() {
        let signed = data.places.iter().flat_map(|place| &place.lines);
        let characters = unprintable(&signed.map(|(_, said)| said.as_str()).collect::<String>());
        if !characters.is_empty() {
            let field = Part::Event(0).code().to_owned();
            found.push(Unprintable { field, characters });
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(RenderError::Unprintable(found))
    }
}

/// Makes the PDF of a paper. The same paper gives the same bytes.
pub fn render(paper: &Paper<'_>, vocabulary: &Vocabulary) -> Result<Pdf, RenderError> {
    let number = paper.body.head.no.clone().unwrap_or_default();
    let export = paper.export;
    let data = Data {
        title: TITLE,
        number: number.clone(),
        preamble: PREAMBLE,
        draft: export.is_none_or(|export| export.seals.is_empty()),
        parties: parties(paper.body),
        sections: sections(&clauses(paper.body, vocabulary)),
        places: places(paper.body, export),
        lookup: paper.lookup.map(|lookup| LookupData {
            code: lookup.code.clone(),
            url: lookup.url.clone(),
            picture: Qr::of(&lookup.url),
        }),
        audit: export.map(audit),
    };
    check(paper, &data)?;
    let attached = export.map(|export| Attached {
        name: ATTACHED,
        media_type: "application/json",
        about: "协议的全部记录和封存信息 (RFC 8785)",
        content: export.render().into_bytes(),
    });
    let ident = export.map_or(number, |export| export.agreement.to_string());
    let (bytes, pages) = lay(&data, attached, &ident, paper.at).map_err(RenderError::Typeset)?;
    let bytes = match (export, paper.sealing) {
        (Some(export), Some(sealing)) => seal(bytes, export, sealing)?,
        _ => bytes,
    };
    Ok(Pdf { bytes, pages })
}
