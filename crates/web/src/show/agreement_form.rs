//! Sections of agreements as forms, and what rules say as notes: everything from the tables of fields and rules.

use std::collections::BTreeMap;

use agreement::training::{
    CodeList, Condition, Draft, FieldSpec, ItemField, Kind, NONE_OF_THEM, Need, Problem, Section, field_of,
};
use kernel::Date;
use law::{Finding, Packs, Severity, Used};
use operations::agreements::{SectionForm, section_of};
use vocabulary::SkillLevel;
use words::Text;

use super::Names;
use crate::pages::{
    AgreementSectionPage, Choice, FieldGroup, FieldView, FindingView, Form, ListView, Mistake, SectionItem, UsedView,
};

/// More entries than a form shows at once.
const MOST_ROWS: usize = 60;

/// The rule that asks for a look at the apprentice's document.
pub(super) const CHECK_RULE: &str = "ID-07";

/// What pages need to say where a number stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Law<'a> {
    /// The packs.
    pub(crate) packs: &'a Packs,
    /// The day.
    pub(crate) today: Date,
}

/// What was typed into a section and is not saved.
#[derive(Debug, Default)]
pub(crate) struct TypedSection {
    /// Name and words as they came.
    pub(crate) pairs: Vec<(String, String)>,
    /// How many entries of a list are shown at least.
    pub(crate) rows: BTreeMap<String, usize>,
    /// Somebody else saved meanwhile.
    pub(crate) stale: bool,
}

/// A problem with what was typed into an agreement, as the summary of a form says it.
pub(crate) fn mistake(problem: &Problem) -> Mistake {
    let facts = problem.code.facts().into_iter();
    Mistake {
        field: problem.field.clone(),
        label: words::field_name(&problem.field),
        message: facts.fold(Text::of("problem", problem.code.key()), |text, (name, fact)| {
            text.with(name, fact)
        }),
    }
}

/// A field's address in the form of its section.
pub(crate) fn mend_href(path: &str, field: &str) -> Option<String> {
    if field.starts_with("facts.") {
        return Some(format!("{path}#check"));
    }
    let section = section_of(field)?;
    Some(format!("{path}/sections/{}#f-{field}", section.key()))
}

impl Law<'_> {
    fn used(&self, used: &Used) -> UsedView {
        let resolved = self.packs.resolve(&used.region, self.today);
        UsedView {
            text: words::param_used(used),
            evidence: Text::of("evidence", used.evidence.code()),
            source: words::param_source(&resolved, used),
        }
    }

    /// A finding as a note; `path` is that of the agreement.
    pub(crate) fn finding(&self, path: &str, finding: &Finding) -> FindingView {
        let weight = match finding.severity {
            Severity::Block => "block",
            Severity::Warn => "warn",
            Severity::Info => "info",
        };
        FindingView {
            rule: finding.rule,
            weight,
            field: finding.field.clone(),
            about: (!finding.field.is_empty()).then(|| words::field_name(&finding.field)),
            href: match finding.rule {
                CHECK_RULE => Some(format!("{path}#check")),
                _ => mend_href(path, &finding.field),
            },
            said: words::finding(finding),
            fix: words::finding_fix(finding),
            used: finding.used.iter().map(|used| self.used(used)).collect(),
            cited: finding.citations.iter().map(words::citation).collect(),
            reason: None,
            asks: false,
        }
    }
}

/// How a field is typed.
const fn control(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. }
        | Kind::List { .. }
        | Kind::Code {
            list: CodeList::Occupation | CodeList::CreditCode,
        } => "text",
        Kind::Rich { .. } | Kind::Lines { .. } => "area",
        Kind::Date => "date",
        Kind::Int { .. } => "number",
        Kind::Hours { .. } | Kind::Money => "decimal",
        Kind::Bool => "few",
        Kind::Choice { set } => {
            if set.choices.len() <= 4 {
                "few"
            } else {
                "one"
            }
        }
        Kind::Code { .. } => "one",
        Kind::Many { .. } | Kind::Codes { .. } => "many",
    }
}

/// When a field has to be there, where that is not always.
fn need(need: Need) -> Option<Text> {
    let when = match need {
        Need::Sign => return None,
        Need::File => "file",
        Need::Optional => "optional",
        Need::When(condition) => match condition {
            Condition::Minor => "minor",
            Condition::Guardian => "guardian",
            Condition::MinorAtStart => "minor_at_start",
            Condition::FixedTerm => "fixed_term",
            Condition::Probation => "probation",
            Condition::ServicePeriod => "service_period",
            Condition::NonCompete => "non_compete",
            Condition::College => return None,
            Condition::Electronic => "electronic",
            Condition::Paper => "paper",
        },
    };
    Some(Text::of("agreement_need", when))
}

/// The form of a section, as it is put together.
struct Shown<'a> {
    names: &'a Names,
    form: &'a SectionForm,
    draft: &'a Draft,
    rows: &'a BTreeMap<String, usize>,
    notes: Vec<FindingView>,
}

impl Shown<'_> {
    /// Takes the notes that stand beside this field.
    fn notes(&mut self, belongs: impl Fn(&str) -> bool) -> Vec<FindingView> {
        let (here, rest) = self.notes.drain(..).partition(|note| belongs(&note.field));
        self.notes = rest;
        here
    }

    fn field(&mut self, key: &str, label: Text, kind: &Kind, help: Option<Text>, need: Option<Text>) -> FieldView {
        let typed = self.draft.get(key).unwrap_or_default();
        let value = self.names.code_of(kind, typed).unwrap_or_else(|| typed.to_owned());
        let values: Vec<String> = match kind {
            Kind::Many { .. } | Kind::Codes { .. } => value.split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let mut choices = self.names.field_choices(kind);
        let offered = |code: &String| choices.iter().any(|choice| choice.code == *code);
        // Words that are no choice are kept as one, so that saving does not lose them.
        let words = match control(kind) {
            "one" => vec![value.clone()],
            "many" => values.clone(),
            _ => Vec::new(),
        };
        let others: Vec<String> = words
            .into_iter()
            .filter(|word| !word.is_empty() && !offered(word))
            .collect();
        choices.extend(others.iter().map(|word| Choice::new(word, word)));
        FieldView {
            missing: self.form.missing.iter().any(|missing| missing == key),
            findings: self.notes(|field| field == key),
            choices,
            means: self.names.meaning(kind, &value),
            control: control(kind),
            key: key.to_owned(),
            label,
            help,
            need,
            value,
            values,
        }
    }

    fn entry(&mut self, list: &str, at: usize, fields: &[ItemField]) -> Vec<FieldView> {
        fields
            .iter()
            .map(|field| {
                let key = format!("{list}.{at}.{}", field.key);
                let label = Text::of("training_field", &format!("{list}.{}", field.key));
                let need = (!field.needed).then(|| Text::of("agreement_need", "optional"));
                self.field(&key, label, &field.kind, None, need)
            })
            .collect()
    }

    fn item(&mut self, spec: &'static FieldSpec) -> SectionItem {
        let label = Text::of("training_field", spec.key);
        let help = Text::of("training_help", spec.key);
        let help = words::has(help.key()).then_some(help);
        let Kind::List { fields } = &spec.kind else {
            return SectionItem::Field(self.field(spec.key, label, &spec.kind, help, need(spec.need)));
        };
        let typed = self.draft.indices(spec.key).last().map_or(0, |last| last + 1);
        let least = self.rows.get(spec.key).copied().unwrap_or(0);
        let rows = typed.max(least).max(usize::from(self.form.may_save)).min(MOST_ROWS);
        let rows = (0..rows).map(|at| self.entry(spec.key, at, fields)).collect();
        let inside = format!("{}.", spec.key);
        SectionItem::List(ListView {
            key: spec.key.to_owned(),
            label,
            help,
            need: need(spec.need),
            missing: self.form.missing.iter().any(|missing| missing == spec.key),
            rows,
            findings: self.notes(|field| field == spec.key || field.starts_with(&inside)),
        })
    }

    fn groups(&mut self) -> Vec<FieldGroup> {
        let mut groups: Vec<FieldGroup> = Vec::new();
        for spec in &self.form.fields {
            let group = spec.key.split_once('.').map_or(spec.key, |(group, _)| group);
            // Fields of a college are asked for where there is one.
            if group == "college" && self.draft.get("college.name").is_none() {
                continue;
            }
            let item = self.item(spec);
            match groups.last_mut() {
                Some(last) if last.key == group => last.items.push(item),
                _ => groups.push(FieldGroup {
                    key: group,
                    title: Some(Text::of("agreement_group", group)),
                    items: vec![item],
                }),
            }
        }
        if let [only] = groups.as_mut_slice() {
            only.title = None;
        }
        groups
    }
}

impl Names {
    fn field_choices(&self, kind: &Kind) -> Vec<Choice> {
        let said = |key: &str| Text::of("training_choice", key).render(self.locale);
        let of_set = |set: &agreement::training::choice::ChoiceSet| -> Vec<Choice> {
            let codes = set.choices.iter();
            codes
                .map(|(code, _)| Choice::new(*code, said(&format!("{}.{code}", set.name))))
                .collect()
        };
        match kind {
            Kind::Bool => ["true", "false"]
                .map(|code| Choice::new(code, Text::of("agreement_yes", code).render(self.locale)))
                .to_vec(),
            Kind::Choice { set } => of_set(set),
            Kind::Many { set } => {
                let mut choices = of_set(set);
                choices.push(Choice::new(NONE_OF_THEM, said("none")));
                choices
            }
            Kind::Code { list: CodeList::Region } => {
                let districts = self.districts().into_iter();
                let districts = districts.map(|district| {
                    let name = self.place(Some("310000"), Some(&district.code));
                    Choice::new(district.code, name.unwrap_or(district.name))
                });
                districts.chain(self.provinces()).collect()
            }
            Kind::Code {
                list: CodeList::SkillLevel,
            } => self.levels(),
            Kind::Codes { list: CodeList::Mode } => self.modes(),
            _ => Vec::new(),
        }
    }

    /// The code of a place or level that was typed by its name.
    fn code_of(&self, kind: &Kind, typed: &str) -> Option<String> {
        let vocabulary = &self.vocabulary;
        match kind {
            Kind::Code { list: CodeList::Region } => {
                let district = vocabulary.district_named(typed).map(|district| district.code.clone());
                district.or_else(|| vocabulary.province_named(typed).map(|province| province.code.clone()))
            }
            Kind::Code {
                list: CodeList::SkillLevel,
            } => SkillLevel::from_name(typed).map(|level| level.code().to_owned()),
            _ => None,
        }
    }

    /// What typed words mean where they are a code.
    pub(super) fn meaning(&self, kind: &Kind, value: &str) -> Option<String> {
        if value.is_empty() {
            return None;
        }
        match kind {
            Kind::Code {
                list: CodeList::Occupation,
            } => {
                let vocabulary = &self.vocabulary;
                let found = vocabulary
                    .occupation(value)
                    .or_else(|| vocabulary.find_occupation_by_name(value))?;
                Some(format!("{} {}", found.code, found.name(self.locale)))
            }
            Kind::Code {
                list: CodeList::SkillLevel,
            } => SkillLevel::from_code(value).map(|level| self.level(level)),
            Kind::Money => kernel::Fen::parse_yuan(value).ok().map(words::format::money),
            Kind::Date => kernel::parse_date(value).map(|day| words::format::date(self.locale, day)),
            Kind::Bool | Kind::Choice { .. } | Kind::Code { list: CodeList::Region } => {
                let choices = self.field_choices(kind);
                choices
                    .into_iter()
                    .find(|choice| choice.code == value)
                    .map(|choice| choice.name)
            }
            Kind::Many { .. } | Kind::Codes { .. } => {
                let choices = self.field_choices(kind);
                let named = value.split_whitespace().map(|code| {
                    let found = choices.iter().find(|choice| choice.code == code);
                    found.map_or(code, |choice| choice.name.as_str())
                });
                let joint = if self.locale == kernel::Locale::Zh { "、" } else { ", " };
                Some(named.collect::<Vec<_>>().join(joint))
            }
            _ => None,
        }
    }

    /// The page of a section: as it was saved, or as it was typed since.
    pub(crate) fn section_page(&self, law: &Law<'_>, form: &SectionForm, typed: &TypedSection) -> AgreementSectionPage {
        let path = format!("/agreements/{}", form.id);
        let mut draft = form.draft.clone();
        for (key, words) in &typed.pairs {
            // What is no field was refused before, or is a button.
            let _ = field_of(key).map(|_| draft.set(key, words));
        }
        let notes = form.findings.iter().map(|finding| FindingView {
            reason: form
                .reasons
                .iter()
                .find(|reason| reason.rule == finding.rule && reason.field == finding.field)
                .map(|reason| reason.words.clone()),
            ..law.finding(&path, finding)
        });
        let mut shown = Shown {
            names: self,
            form,
            draft: &draft,
            rows: &typed.rows,
            notes: notes.collect(),
        };
        let groups = shown.groups();
        let at = Section::ALL
            .iter()
            .position(|section| *section == form.section)
            .unwrap_or_default();
        let key = |at: Option<usize>| at.and_then(|at| Section::ALL.get(at)).map(|section| section.key());
        AgreementSectionPage {
            agreement: path,
            number: form.number.clone(),
            section: form.section.key(),
            at: at + 1,
            of: Section::ALL.len(),
            previous: key(at.checked_sub(1)),
            next: key(Some(at + 1)),
            form: Form::with_mistakes(&(), form.problems.iter().map(mistake)),
            groups,
            findings: shown.notes,
            seen: form.seen,
            may_save: form.may_save,
            approvals: form.approvals,
            missing: form.missing.len(),
            stale: typed.stale,
        }
    }
}
