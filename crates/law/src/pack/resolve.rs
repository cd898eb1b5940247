//! What holds in a region on a day.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Date, Fen};
use serde::Serialize;

use super::{Document, NATION, Pack, PackVersion, Packs, Param, Raise, Rate, Source, Table, Value};
use crate::{Evidence, Missing, Shown, params, params::Unit};

/// What the packs of a region and of all that it lies in say on one day.
#[derive(Debug, Clone)]
pub struct Resolved {
    said: Arc<Said>,
    /// The keys that may be asked for; `None` for all.
    asked: Option<&'static [&'static str]>,
}

/// Shared: one resolution is asked by every rule of a table.
#[derive(Debug, Clone)]
struct Said {
    region: String,
    on: Date,
    versions: Vec<PackVersion>,
    known: BTreeMap<String, Used>,
    gaps: BTreeMap<String, String>,
    raises: Vec<Raise>,
    rates: Vec<(usize, Rate)>,
    documents: Vec<Document>,
    sources: Vec<Source>,
}

/// A parameter as it was taken from a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Used {
    /// `wage.min_monthly`.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// What the value counts, as packs write it; empty for nothing.
    pub unit: &'static str,
    /// The region whose pack says it.
    pub region: String,
    /// That region's name.
    pub region_name: String,
    /// From when it holds; `None` where that is not established.
    #[serde(serialize_with = "crate::iso::maybe_day")]
    pub effective_from: Option<Date>,
    /// When somebody should have looked whether it still holds.
    #[serde(serialize_with = "crate::iso::maybe_day")]
    pub review_by: Option<Date>,
    /// The text it stands in, and the article.
    pub source: String,
    /// How well it is known by itself.
    pub evidence: Evidence,
    /// Whether that day had passed.
    pub stale: bool,
    #[serde(skip)]
    grade: Evidence,
}

/// What the packs answer when they are asked for a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// A pack gives it.
    Known {
        /// The value.
        value: T,
        /// Where it comes from.
        used: Box<Used>,
    },
    /// A pack says that nobody knows it.
    Gap {
        /// The key.
        key: String,
        /// What is to be done about it.
        note: String,
    },
    /// No pack mentions it.
    Absent {
        /// The key.
        key: String,
    },
}

impl<T> Answer<T> {
    /// The value, where there is one.
    pub fn known(self) -> Option<T> {
        self.or_missing().ok()
    }

    /// The value, or what is missing: for checks that are written with `?`.
    pub fn or_missing(self) -> Result<T, Missing> {
        match self {
            Self::Known { value, .. } => Ok(value),
            Self::Gap { key, .. } | Self::Absent { key } => Err(Missing::Param(key)),
        }
    }

    /// Whether no pack mentions it: how a rule that only some regions have is off.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent { .. })
    }
}

impl Used {
    /// How much weight it carries: less than its evidence where it is past its review or its beginning is not known.
    pub const fn grade(&self) -> Evidence {
        self.grade
    }

    /// Whether what is computed from it is an estimate: everything but a text that was read, in force and not past its
    /// review (SB-12).
    pub fn is_estimate(&self) -> bool {
        self.grade != Evidence::Text
    }

    /// The value as a message shows it.
    pub fn shown(&self) -> Shown {
        match &self.value {
            Value::Int(n) => match params::key(&self.key).map_or(Unit::None, |key| key.unit) {
                Unit::Year => Shown::Years(*n),
                Unit::Month => Shown::Months(*n),
                Unit::Day => Shown::Days(*n),
                Unit::Minute => Shown::Minutes(*n),
                Unit::Hour => Shown::Minutes(n.saturating_mul(60)),
                Unit::Fen => Shown::Fen(Fen::new(*n)),
                Unit::BasisPoint => Shown::BasisPoints(*n),
                Unit::Count | Unit::None => Shown::Int(*n),
            },
            Value::Code(code) => Shown::Code(code.clone()),
            Value::List(codes) => Shown::Words(codes.join("、")),
            Value::Flag(_) | Value::Table(_) => Shown::None,
        }
    }
}

impl Packs {
    /// What holds in `region` on the day `on`: the nearest region that says anything, then the latest word of it that is
    /// in force. A region without a pack stands under the city and the nation it lies in.
    pub fn resolve(&self, region: &str, on: Date) -> Resolved {
        let chain = self.chain(region);
        let mut said = Said {
            region: region.to_owned(),
            on,
            versions: chain.iter().map(|pack| pack.version.clone()).collect(),
            known: BTreeMap::new(),
            gaps: BTreeMap::new(),
            raises: Vec::new(),
            rates: Vec::new(),
            documents: Vec::new(),
            sources: Vec::new(),
        };
        for (distance, pack) in chain.iter().enumerate() {
            said.take_params(pack);
            let raises = pack.raises.iter().filter(|raise| raise.known.holds(on));
            said.raises.extend(raises.cloned());
            let rates = pack.rates.iter().filter(|rate| rate.known.holds(on));
            said.rates.extend(rates.map(|rate| (distance, rate.clone())));
            let documents = pack.documents.iter().filter(|paper| paper.known.holds(on));
            said.documents.extend(documents.cloned());
            said.sources.extend(pack.sources.iter().cloned());
        }
        Resolved {
            said: Arc::new(said),
            asked: None,
        }
    }

    /// The packs that a region stands under, nearest first.
    fn chain(&self, region: &str) -> Vec<&Pack> {
        let wider = |digits: usize| {
            let prefix = region.get(..digits).filter(|_| region.len() == 6)?;
            Some(format!("{prefix:0<6}"))
        };
        let nearest = [Some(region.to_owned()), wider(4), wider(2), Some(NATION.to_owned())]
            .into_iter()
            .flatten()
            .find_map(|code| self.packs.get(&code));
        let parent = |pack: &&Pack| pack.parent.as_ref().and_then(|parent| self.packs.get(parent));
        std::iter::successors(nearest, parent).collect()
    }
}

impl Said {
    fn take_params(&mut self, pack: &Pack) {
        for gap in &pack.gaps {
            if !self.is_said(&gap.key) && latest(pack, &gap.key, self.on).is_none() {
                self.gaps.insert(gap.key.clone(), gap.note.clone());
            }
        }
        for param in &pack.params {
            if self.is_said(&param.key) {
                continue;
            }
            let Some(param) = latest(pack, &param.key, self.on) else {
                continue;
            };
            let used = Used {
                key: param.key.clone(),
                value: param.value.clone(),
                unit: params::key(&param.key).map_or("", |key| key.unit.code()),
                region: pack.region.clone(),
                region_name: pack.title.clone(),
                effective_from: param.known.effective_from,
                review_by: param.known.review_by,
                source: param.known.source.clone(),
                evidence: param.known.evidence,
                stale: param.known.is_stale(self.on),
                grade: param.known.grade(self.on),
            };
            self.known.insert(param.key.clone(), used);
        }
    }

    fn is_said(&self, key: &str) -> bool {
        self.known.contains_key(key) || self.gaps.contains_key(key)
    }
}

impl Resolved {
    /// The region that was asked for.
    pub fn region(&self) -> &str {
        &self.said.region
    }

    /// The day that was asked for.
    pub fn on(&self) -> Date {
        self.said.on
    }

    /// The packs that were looked at, nearest first: what an agreement freezes.
    pub fn versions(&self) -> Vec<PackVersion> {
        self.said.versions.clone()
    }

    /// The text of this id; an article behind `#` does not matter. The nearest pack that names it.
    pub fn source(&self, id: &str) -> Option<&Source> {
        let id = id.split('#').next().unwrap_or(id);
        self.said.sources.iter().find(|source| source.id == id)
    }

    /// A parameter that is one integer.
    pub fn int(&self, key: &str) -> Answer<i64> {
        self.ask(key, |value| match value {
            Value::Int(n) => Some(*n),
            _ => None,
        })
    }

    /// A parameter that is an amount.
    pub fn fen(&self, key: &str) -> Answer<Fen> {
        self.ask(key, |value| match value {
            Value::Int(n) => Some(Fen::new(*n)),
            _ => None,
        })
    }

    /// A parameter that is yes or no.
    pub fn flag(&self, key: &str) -> Answer<bool> {
        self.ask(key, |value| match value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    /// A parameter that is a list of codes.
    pub fn list(&self, key: &str) -> Answer<Vec<String>> {
        self.ask(key, |value| match value {
            Value::List(list) => Some(list.clone()),
            _ => None,
        })
    }

    /// A parameter that is a table.
    pub fn table(&self, key: &str) -> Answer<Table> {
        self.ask(key, |value| match value {
            Value::Table(table) => Some(table.clone()),
            _ => None,
        })
    }

    fn ask<T>(&self, key: &str, read: impl FnOnce(&Value) -> Option<T>) -> Answer<T> {
        let undeclared = self.asked.is_some_and(|asked| !asked.contains(&key));
        debug_assert!(!undeclared, "a rule asks for {key}, which it does not name");
        let key = key.to_owned();
        if let Some(note) = self.said.gaps.get(&key) {
            return Answer::Gap {
                note: note.clone(),
                key,
            };
        }
        // What a rule does not name would not be weighed: it gets no answer.
        match self.said.known.get(&key).filter(|_| !undeclared) {
            Some(used) => match read(&used.value) {
                Some(value) => Answer::Known {
                    value,
                    used: Box::new(used.clone()),
                },
                None => Answer::Absent { key },
            },
            None => Answer::Absent { key },
        }
    }

    /// What is known of these keys.
    pub fn used(&self, keys: &[&str]) -> Vec<Used> {
        keys.iter()
            .filter_map(|key| self.said.known.get(*key))
            .cloned()
            .collect()
    }

    /// Everything that is known here, by key.
    pub fn all(&self) -> impl Iterator<Item = &Used> {
        self.said.known.values()
    }

    /// What is declared unknown here: key and note.
    pub fn gaps(&self) -> impl Iterator<Item = (&str, &str)> {
        self.said.gaps.iter().map(|(key, note)| (key.as_str(), note.as_str()))
    }

    /// Every raise that is in force here, nearest first.
    pub fn raised(&self) -> impl Iterator<Item = &Raise> {
        self.said.raises.iter()
    }

    /// Where packs raise a rule at a stage, nearest first.
    pub fn raises(&self, rule: &str, stage: crate::Stage) -> impl Iterator<Item = &Raise> {
        self.said
            .raises
            .iter()
            .filter(move |raise| raise.rule == rule && raise.stage == stage)
    }

    /// The amount of a stack for a level: the nearest region that has any of that stack, its row for the level before
    /// its row for all, the latest in force.
    pub fn rate(&self, stack: &str, level: &str) -> Option<&Rate> {
        let of_stack = || self.said.rates.iter().filter(|(_, rate)| rate.stack == stack);
        let nearest = of_stack().map(|(distance, _)| *distance).min()?;
        of_stack()
            .filter(|(distance, rate)| *distance == nearest && (rate.level == level || rate.level == "*"))
            .map(|(_, rate)| rate)
            .max_by_key(|rate| (rate.level == level, rate.known.effective_from))
    }

    /// The papers asked for at `file`, `advance` or `balance`, nearest region first.
    pub fn documents(&self, stage: &str) -> impl Iterator<Item = &Document> {
        self.said
            .documents
            .iter()
            .filter(move |document| document.stage == stage)
    }

    /// The same, as if no pack mentioned `key`: to ask what a rule says to silence.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        let said = Arc::make_mut(&mut self.said);
        said.known.remove(key);
        said.gaps.remove(key);
        self
    }

    /// The same for one rule, which may ask for what it names and nothing else.
    pub(crate) fn for_rule(&self, params: &'static [&'static str]) -> Self {
        Self {
            asked: Some(params),
            ..self.clone()
        }
    }
}

/// A pack's latest word on a key that is in force; a word without a date only where there is no other.
fn latest<'a>(pack: &'a Pack, key: &str, on: Date) -> Option<&'a Param> {
    pack.params
        .iter()
        .filter(|param| param.key == key && param.known.holds(on))
        .max_by_key(|param| param.known.effective_from)
}
