//! Reads packs. What is not understood is refused, and the message says where it stands: file, table, key.

use std::{collections::BTreeMap, sync::LazyLock};

use kernel::Date;
use toml::value::Datetime;

use super::{
    BUILTIN, Document, Gap, Guard, Known, NATION, Pack, PackVersion, Packs, Param, Raise, Rate, Source, Table, Value,
};
use crate::{
    Evidence, Severity, Stage,
    params::{self, Key, Shape},
};

/// Why packs cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {table} {key}: {problem}")]
pub struct PackError {
    /// The file.
    pub file: String,
    /// The table in it: `param`.
    pub table: String,
    /// The row: a key, an id, or its number.
    pub key: String,
    /// What is wrong with it.
    pub problem: PackProblem,
}

/// What is wrong with a row of a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackProblem {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// Written for another version of the product.
    #[error("schema is not 1")]
    Schema,
    /// It must be there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Nobody knows it.
    #[error("{0} is not known here")]
    Unknown(String),
    /// It is there and cannot be read.
    #[error("{0} cannot be read")]
    Unreadable(&'static str),
    /// Numbers are integers, so that they are the same on every machine.
    #[error("packs hold integers only")]
    Fraction,
    /// The key is written in another shape or unit.
    #[error("the key has another shape or unit")]
    Shape,
    /// No `[[source]]` here or above has this id.
    #[error("no source has the id {0}")]
    NoSource(String),
    /// Nothing is better known than the text it comes from.
    #[error("known better than its source")]
    BetterThanSource,
    /// Two rows say the same.
    #[error("stands twice")]
    Twice,
    /// The parent is not there, or leads back here.
    #[error("the parent {0} is not above it")]
    Parent(String),
    /// A nearer pack may not say less than what holds above it.
    #[error("weakens what {0} says")]
    Weakens(String),
}

static BUILT_IN: LazyLock<Packs> =
    LazyLock::new(|| Packs::parse(BUILTIN).expect("the packs that come with the product are read in a test"));

impl Packs {
    /// The packs that come with the product.
    pub fn builtin() -> Self {
        BUILT_IN.clone()
    }

    /// Reads a set of packs: names of files and their texts. The nation's must be among them.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, PackError> {
        let mut packs: BTreeMap<String, Pack> = BTreeMap::new();
        for (file, text) in files {
            let pack = pack(file, text)?;
            let here = |problem| error(file, "pack", &pack.region, problem);
            if packs.contains_key(&pack.region) {
                return Err(here(PackProblem::Twice));
            }
            packs.insert(pack.region.clone(), pack);
        }
        let packs = Self { packs };
        for pack in packs.packs.values() {
            packs.fits(pack)?;
        }
        if !packs.packs.contains_key(NATION) {
            return Err(error("", "pack", NATION, PackProblem::Missing("region")));
        }
        Ok(packs)
    }

    /// Whether a pack's parents, sources and numbers agree with what stands above it.
    fn fits(&self, pack: &Pack) -> Result<(), PackError> {
        let mut above: Vec<&Pack> = Vec::new();
        let mut parent = pack.parent.as_ref();
        while let Some(code) = parent {
            let found = self.packs.get(code);
            let found = found.filter(|found| found.region != pack.region && above.len() < self.packs.len());
            let Some(found) = found else {
                return Err(error(
                    &pack.file,
                    "pack",
                    &pack.region,
                    PackProblem::Parent(code.clone()),
                ));
            };
            above.push(found);
            parent = found.parent.as_ref();
        }
        if above.last().map_or(pack.region.as_str(), |top| &top.region) != NATION {
            let problem = PackProblem::Parent(NATION.to_owned());
            return Err(error(&pack.file, "pack", &pack.region, problem));
        }
        let sourced = |known: &Known| -> Result<(), PackProblem> {
            let id = known.source.split('#').next().unwrap_or_default();
            let source = [pack]
                .into_iter()
                .chain(above.iter().copied())
                .flat_map(|pack| &pack.sources)
                .find(|source| source.id == id)
                .ok_or_else(|| PackProblem::NoSource(id.to_owned()))?;
            if known.evidence.weight() > source.seen.weight() {
                return Err(PackProblem::BetterThanSource);
            }
            Ok(())
        };
        let at = |table: &str, key: &str, result: Result<(), PackProblem>| {
            result.map_err(|problem| error(&pack.file, table, key, problem))
        };
        for param in &pack.params {
            at("param", &param.key, sourced(&param.known))?;
            at("param", &param.key, respects(param, &above))?;
        }
        for gap in &pack.gaps {
            let guarded = guards(&gap.key, &above).next();
            let result = guarded.map_or(Ok(()), |(file, _)| Err(PackProblem::Weakens(file.to_owned())));
            at("gap", &gap.key, result)?;
        }
        for raise in &pack.raises {
            at("rule", &raise.rule, sourced(&raise.known))?;
        }
        for rate in &pack.rates {
            at("rate", &rate.level, sourced(&rate.known))?;
        }
        for document in &pack.documents {
            at("document", &document.code, sourced(&document.known))?;
        }
        Ok(())
    }
}

/// The guarded words on a key in the packs above, each with the file it stands in.
fn guards<'a>(key: &str, above: &[&'a Pack]) -> impl Iterator<Item = (&'a str, &'a Param)> {
    above.iter().flat_map(move |pack| {
        let guarded = pack
            .params
            .iter()
            .filter(move |param| param.key == key && param.guard.is_some());
        guarded.map(move |param| (pack.file.as_str(), param))
    })
}

/// A nearer number must ask for no less than the law above it, and must be known as well: a doubtful one would turn a
/// block into a warning.
fn respects(param: &Param, above: &[&Pack]) -> Result<(), PackProblem> {
    for (file, guarded) in guards(&param.key, above) {
        let asks_as_much = match (guarded.guard, &guarded.value, &param.value) {
            (Some(Guard::AtLeast), Value::Int(law), Value::Int(here)) => here >= law,
            (Some(Guard::AtMost), Value::Int(law), Value::Int(here)) => here <= law,
            (_, law, here) => law == here,
        };
        let known_as_well = param.known.evidence.weight() >= guarded.known.evidence.weight()
            && param.known.effective_from.is_some()
            && param.known.review_by.is_none();
        if !asks_as_much || !known_as_well {
            return Err(PackProblem::Weakens(file.to_owned()));
        }
    }
    Ok(())
}

fn error(file: &str, table: &str, key: &str, problem: PackProblem) -> PackError {
    PackError {
        file: file.to_owned(),
        table: table.to_owned(),
        key: key.to_owned(),
        problem,
    }
}

/// One table of a pack. What is taken out of it is understood; what is left over is not.
struct Row {
    left: toml::Table,
}

impl Row {
    fn optional(&mut self, name: &'static str) -> Result<Option<String>, PackProblem> {
        match self.left.remove(name) {
            None => Ok(None),
            Some(toml::Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(_) => Err(PackProblem::Unreadable(name)),
        }
    }

    fn text(&mut self, name: &'static str) -> Result<String, PackProblem> {
        self.optional(name)?.ok_or(PackProblem::Missing(name))
    }

    fn optional_date(&mut self, name: &'static str) -> Result<Option<Date>, PackProblem> {
        match self.left.remove(name) {
            None => Ok(None),
            Some(toml::Value::Datetime(when)) => date(when).map(Some).ok_or(PackProblem::Unreadable(name)),
            Some(_) => Err(PackProblem::Unreadable(name)),
        }
    }

    fn evidence(&mut self, name: &'static str) -> Result<Evidence, PackProblem> {
        let code = self.text(name)?;
        Evidence::from_code(&code).ok_or(PackProblem::Unknown(code))
    }

    /// Source, evidence and dates. A beginning must be given; `"unknown"` says that it was looked for in vain.
    fn known(&mut self) -> Result<Known, PackProblem> {
        let effective_from = match self.left.get("effective_from") {
            Some(toml::Value::String(text)) if text == "unknown" => {
                self.left.remove("effective_from");
                None
            }
            _ => Some(
                self.optional_date("effective_from")?
                    .ok_or(PackProblem::Missing("effective_from"))?,
            ),
        };
        Ok(Known {
            source: self.text("source")?,
            evidence: self.evidence("evidence")?,
            effective_from,
            review_by: self.optional_date("review_by")?,
        })
    }

    fn finish(self) -> Result<(), PackProblem> {
        match self.left.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(PackProblem::Unknown(name)),
        }
    }
}

fn date(when: Datetime) -> Option<Date> {
    let date = when.date.filter(|_| when.time.is_none())?;
    let month = time::Month::try_from(date.month).ok()?;
    Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
}

/// Every row of one table, read by `read`; an error names the row.
fn rows<T>(
    file: &str,
    top: &mut toml::Table,
    table: &'static str,
    name: &'static str,
    read: impl Fn(&mut Row) -> Result<T, PackProblem>,
) -> Result<Vec<T>, PackError> {
    let Some(value) = top.remove(table) else {
        return Ok(Vec::new());
    };
    let toml::Value::Array(list) = value else {
        return Err(error(file, table, "", PackProblem::Unreadable(table)));
    };
    let mut out = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        let toml::Value::Table(left) = value else {
            return Err(error(file, table, &index.to_string(), PackProblem::Unreadable(table)));
        };
        let key = left.get(name).and_then(toml::Value::as_str);
        let key = key.map_or_else(|| index.to_string(), str::to_owned);
        let mut row = Row { left };
        let read = read(&mut row).and_then(|value| row.finish().map(|()| value));
        out.push(read.map_err(|problem| error(file, table, &key, problem))?);
    }
    Ok(out)
}

fn pack(file: &str, text: &str) -> Result<Pack, PackError> {
    let head = |problem| error(file, "pack", "", problem);
    let mut top: toml::Table =
        toml::from_str(text).map_err(|problem| head(PackProblem::Syntax(problem.to_string())))?;
    let sources = rows(file, &mut top, "source", "id", source)?;
    let params = rows(file, &mut top, "param", "key", param)?;
    let gaps = rows(file, &mut top, "gap", "key", gap)?;
    let raises = rows(file, &mut top, "rule", "id", raise)?;
    let rates = rows(file, &mut top, "rate", "level", rate)?;
    let documents = rows(file, &mut top, "document", "code", document)?;
    for (index, param) in params.iter().enumerate() {
        let from = param.known.effective_from;
        let same = |other: &Param| other.key == param.key && other.known.effective_from == from;
        if params[..index].iter().any(same) {
            return Err(error(file, "param", &param.key, PackProblem::Twice));
        }
    }
    if top.remove("schema").and_then(|schema| schema.as_integer()) != Some(1) {
        return Err(head(PackProblem::Schema));
    }
    let mut row = Row { left: top };
    let read = |row: &mut Row| -> Result<Pack, PackProblem> {
        let region = row.text("region")?;
        let version = PackVersion {
            id: row.text("id")?,
            version: row.text("version")?,
        };
        if version.id != region {
            return Err(PackProblem::Unreadable("id"));
        }
        Ok(Pack {
            file: file.to_owned(),
            version,
            parent: row.optional("parent")?,
            title: row.text("title")?,
            region,
            sources,
            params,
            gaps,
            raises,
            rates,
            documents,
        })
    };
    let pack = read(&mut row).map_err(head)?;
    row.finish().map_err(head)?;
    Ok(pack)
}

fn source(row: &mut Row) -> Result<Source, PackProblem> {
    Ok(Source {
        id: row.text("id")?,
        title: row.text("title")?,
        number: row.optional("number")?,
        dated: row.optional_date("dated")?,
        effective: row.optional_date("effective")?,
        seen: row.evidence("seen")?,
    })
}

fn known_key(row: &mut Row) -> Result<&'static Key, PackProblem> {
    let name = row.text("key")?;
    params::key(&name).ok_or(PackProblem::Unknown(name))
}

fn param(row: &mut Row) -> Result<Param, PackProblem> {
    let key = known_key(row)?;
    let unit = row.optional("unit")?.unwrap_or_default();
    if unit != key.unit.code() {
        return Err(PackProblem::Shape);
    }
    let value = value(row.left.remove("value").ok_or(PackProblem::Missing("value"))?)?;
    if !has_shape(&value, key.shape) {
        return Err(PackProblem::Shape);
    }
    let guard = match row.optional("guard")?.as_deref() {
        None => None,
        Some("fixed") => Some(Guard::Fixed),
        Some("at_least") => Some(Guard::AtLeast),
        Some("at_most") => Some(Guard::AtMost),
        Some(other) => return Err(PackProblem::Unknown(other.to_owned())),
    };
    // Which way is stricter is only plain of one integer.
    if matches!(guard, Some(Guard::AtLeast | Guard::AtMost)) && key.shape != Shape::Int {
        return Err(PackProblem::Shape);
    }
    Ok(Param {
        key: key.name.to_owned(),
        value,
        known: row.known()?,
        guard,
    })
}

fn value(value: toml::Value) -> Result<Value, PackProblem> {
    match value {
        toml::Value::Integer(n) => Ok(Value::Int(n)),
        toml::Value::Boolean(flag) => Ok(Value::Flag(flag)),
        toml::Value::String(code) => Ok(Value::Code(code)),
        toml::Value::Float(_) => Err(PackProblem::Fraction),
        toml::Value::Datetime(_) => Err(PackProblem::Shape),
        toml::Value::Array(list) => {
            let codes = list.into_iter().map(|code| match code {
                toml::Value::String(code) => Ok(code),
                toml::Value::Float(_) => Err(PackProblem::Fraction),
                _ => Err(PackProblem::Shape),
            });
            codes.collect::<Result<_, _>>().map(Value::List)
        }
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(name, entry)| match entry {
                toml::Value::Integer(n) => Ok((name, Value::Int(n))),
                toml::Value::String(code) => Ok((name, Value::Code(code))),
                toml::Value::Float(_) => Err(PackProblem::Fraction),
                _ => Err(PackProblem::Shape),
            });
            entries
                .collect::<Result<_, _>>()
                .map(|entries| Value::Table(Table(entries)))
        }
    }
}

fn has_shape(value: &Value, shape: Shape) -> bool {
    match (value, shape) {
        (Value::Int(_), Shape::Int) | (Value::Flag(_), Shape::Flag) => true,
        (Value::List(list), Shape::List) => !list.is_empty(),
        (Value::Table(table), Shape::Table(names)) => {
            table.0.len() == names.len() && names.iter().all(|name| table.0.contains_key(*name))
        }
        (Value::Table(table), Shape::Steps) => {
            // From the first month on, so that every length has a step.
            table.0.contains_key("m0")
                && table.entries().all(|(name, value)| {
                    matches!(value, Value::Int(_))
                        && name
                            .strip_prefix('m')
                            .is_some_and(|months| months.parse::<u16>().is_ok())
                })
        }
        (Value::Table(table), Shape::ByCode) => {
            !table.0.is_empty() && table.0.values().all(|value| matches!(value, Value::Int(_)))
        }
        _ => false,
    }
}

fn gap(row: &mut Row) -> Result<Gap, PackProblem> {
    Ok(Gap {
        key: known_key(row)?.name.to_owned(),
        note: row.text("note")?,
    })
}

fn raise(row: &mut Row) -> Result<Raise, PackProblem> {
    let (stage, severity) = (row.text("stage")?, row.text("severity")?);
    let rule = row.text("id")?;
    // `TA-14`: which rules there are is not known here, but what cannot be one is a slip.
    let is_id = matches!(rule.as_bytes(), [a, b, b'-', c, d]
        if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    if !is_id {
        return Err(PackProblem::Unreadable("id"));
    }
    Ok(Raise {
        rule,
        stage: Stage::from_code(&stage).ok_or(PackProblem::Unknown(stage))?,
        severity: Severity::from_code(&severity).ok_or(PackProblem::Unknown(severity))?,
        note: row.optional("note")?.unwrap_or_default(),
        known: row.known()?,
    })
}

fn rate(row: &mut Row) -> Result<Rate, PackProblem> {
    let amount = row
        .left
        .remove("amount_fen")
        .ok_or(PackProblem::Missing("amount_fen"))?;
    Ok(Rate {
        stack: row.text("stack")?,
        level: row.text("level")?,
        per: row.text("per")?,
        amount_fen: amount.as_integer().ok_or(PackProblem::Fraction)?,
        known: row.known()?,
    })
}

fn document(row: &mut Row) -> Result<Document, PackProblem> {
    let required = row.left.remove("required").ok_or(PackProblem::Missing("required"))?;
    Ok(Document {
        stage: row.text("stage")?,
        code: row.text("code")?,
        name: row.text("name")?,
        required: required.as_bool().ok_or(PackProblem::Unreadable("required"))?,
        known: row.known()?,
    })
}
