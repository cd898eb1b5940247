//! One table makes the body, the list of fields and the way from words to values, so that they cannot part.

use serde_json::Value as Json;
use vocabulary::Vocabulary;

use super::{
    draft::{Draft, Problem},
    field::Kind,
    value::{Value, clean},
};

/// Reads a draft field by field; what cannot be read becomes a problem and stays in the draft.
pub(crate) struct Reader<'a> {
    pub(crate) draft: &'a Draft,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(crate) fn value<T: Value>(&mut self, key: &str, kind: &Kind) -> Option<T> {
        let words = self.draft.get(key)?;
        // Nothing but blanks and control characters is nothing.
        if clean(words).is_empty() {
            return None;
        }
        match T::read(words, kind, self.vocabulary) {
            Ok(value) => Some(value),
            Err(code) => {
                self.problems.push(Problem {
                    field: key.to_owned(),
                    code,
                });
                None
            }
        }
    }

    pub(crate) fn list<T: Entry>(&mut self, key: &str) -> Vec<T> {
        self.draft
            .indices(key)
            .into_iter()
            .map(|index| T::read(self, &format!("{key}.{index}")))
            .collect()
    }
}

/// An entry of a list.
pub(crate) trait Entry: Sized {
    /// Its fields.
    const FIELDS: &'static [super::field::ItemField];
    fn read(reader: &mut Reader<'_>, prefix: &str) -> Self;
    fn write(&self, prefix: &str, draft: &mut Draft);
}

pub(crate) fn write_list<T: Entry>(entries: &[T], key: &str, draft: &mut Draft) {
    for (index, entry) in entries.iter().enumerate() {
        entry.write(&format!("{key}.{index}"), draft);
    }
}

pub(crate) fn json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).expect("fields are words, numbers and lists of them")
}

/// Structs of entries: `field: Type = kind, needed`.
macro_rules! entries {
    ($( $(#[$doc:meta])* $Entry:ident { $( $(#[$fdoc:meta])* $field:ident: $ty:ty = $kind:expr, $needed:literal; )* } )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $Entry {
            $(
                $(#[$fdoc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$ty>,
            )*
        }

        impl $crate::training::table::Entry for $Entry {
            const FIELDS: &'static [$crate::training::field::ItemField] = &[$(
                $crate::training::field::ItemField { key: stringify!($field), kind: $kind, needed: $needed },
            )*];

            fn read(reader: &mut $crate::training::table::Reader<'_>, prefix: &str) -> Self {
                Self { $( $field: reader.value(&format!("{prefix}.{}", stringify!($field)), &$kind), )* }
            }

            fn write(&self, prefix: &str, draft: &mut $crate::training::draft::Draft) {
                $( if let Some(value) = &self.$field {
                    let words = $crate::training::value::Value::words(value);
                    draft.put(format!("{prefix}.{}", stringify!($field)), words);
                } )*
            }
        }
    )* };
}

/// Structs of groups, the body made of them, and the table of fields:
/// `field: Type = kind, Section, need, material or immaterial, [rules]`, and `[list] field: Entry = Section, ..`.
macro_rules! body {
    ($( $(#[$gdoc:meta])* $group:ident: $Group:ident {
        $( $(#[$fdoc:meta])* $field:ident: $ty:ty = $kind:expr, $section:ident, $need:expr, $material:ident, [$($rule:literal)*]; )*
        $( [list] $(#[$ldoc:meta])* $list:ident: $Entry:ident = $lsection:ident, $lneed:expr, $lmaterial:ident, [$($lrule:literal)*]; )*
    } )*) => {
        $(
            $(#[$gdoc])*
            #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $Group {
                $(
                    $(#[$fdoc])*
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $field: Option<$ty>,
                )*
                $(
                    $(#[$ldoc])*
                    #[serde(default, skip_serializing_if = "Vec::is_empty")]
                    pub $list: Vec<$Entry>,
                )*
            }
        )*

        /// What the parties agree on. This is signed and hashed; the text is made from it.
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Body {
            $(
                $(#[$gdoc])*
                #[serde(default, skip_serializing_if = "is_default")]
                pub $group: $Group,
            )*
        }

        /// Every field, in the order of the table.
        pub const FIELDS: &[FieldSpec] = &[$(
            $( FieldSpec {
                key: concat!(stringify!($group), ".", stringify!($field)),
                section: Section::$section,
                kind: $kind,
                need: $need,
                material: body!(@ $material),
                rules: &[$($rule),*],
            }, )*
            $( FieldSpec {
                key: concat!(stringify!($group), ".", stringify!($list)),
                section: Section::$lsection,
                kind: Kind::List { fields: <$Entry as Entry>::FIELDS },
                need: $lneed,
                material: body!(@ $lmaterial),
                rules: &[$($lrule),*],
            }, )*
        )*];

        impl Body {
            pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
                Self { $(
                    $group: $Group {
                        $( $field: reader.value(concat!(stringify!($group), ".", stringify!($field)), &$kind), )*
                        $( $list: reader.list(concat!(stringify!($group), ".", stringify!($list))), )*
                    },
                )* }
            }

            pub(crate) fn write(&self, draft: &mut Draft) {
                $(
                    $( if let Some(value) = &self.$group.$field {
                        let key = concat!(stringify!($group), ".", stringify!($field));
                        draft.put(key.to_owned(), Value::words(value));
                    } )*
                    $( write_list(&self.$group.$list, concat!(stringify!($group), ".", stringify!($list)), draft); )*
                )*
            }

            /// Every field that has a value, by its key, in the order of the table.
            pub fn values(&self) -> Vec<(&'static FieldSpec, Json)> {
                let mut found = Vec::new();
                let mut specs = FIELDS.iter();
                let mut take = |value: Option<Json>| {
                    if let (Some(spec), Some(value)) = (specs.next(), value) {
                        found.push((spec, value));
                    }
                };
                $(
                    $( take(self.$group.$field.as_ref().map(json)); )*
                    $( take((!self.$group.$list.is_empty()).then(|| json(&self.$group.$list))); )*
                )*
                found
            }
        }
    };
    (@ material) => { true };
    (@ immaterial) => { false };
}

pub(crate) use {body, entries};
