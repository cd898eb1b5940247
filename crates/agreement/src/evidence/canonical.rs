//! Canonical JSON (RFC 8785): one text for one value, so that a hash of the text is a hash of the value.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The largest whole number that every reader of JSON takes exactly: 2^53 - 1.
const LARGEST: i64 = 9_007_199_254_740_991;
/// How deep values may be nested. Readers stop somewhere; 128 is common, and an export wraps values a few times.
const DEEPEST: usize = 32;

/// A JSON value that has exactly one canonical text: its numbers are whole and below 2^53, and it is not nested deeper
/// than 32 times. Amounts are in fen, shares in basis points, moments in microseconds: nothing here needs a fraction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct Plain(Value);

/// Why a value cannot stand in evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPlain {
    /// A number with a fraction, or beyond what every reader takes exactly.
    #[error("{number} at {path:?} is not a whole number below 2^53")]
    Number {
        /// Where it stands, as a JSON pointer.
        path: String,
        /// The number as it was written.
        number: String,
    },
    /// Nested too deep.
    #[error("the value at {path:?} is nested deeper than {DEEPEST} times")]
    Deep {
        /// Where it stands, as a JSON pointer.
        path: String,
    },
}

impl Plain {
    /// The value, if it has exactly one text.
    pub fn new(value: Value) -> Result<Self, NotPlain> {
        check(&value, &mut String::new(), 0)?;
        Ok(Self(value))
    }

    /// The value inside.
    pub const fn value(&self) -> &Value {
        &self.0
    }
}

impl TryFrom<Value> for Plain {
    type Error = NotPlain;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<Plain> for Value {
    fn from(plain: Plain) -> Self {
        plain.0
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of(&self.0))
    }
}

/// Whether a number is taken alike by every reader.
fn whole(number: &serde_json::Number) -> bool {
    number.as_i64().is_some_and(|n| (-LARGEST..=LARGEST).contains(&n))
}

fn check(value: &Value, path: &mut String, depth: usize) -> Result<(), NotPlain> {
    if depth > DEEPEST {
        return Err(NotPlain::Deep { path: path.clone() });
    }
    let length = path.len();
    match value {
        Value::Number(number) if !whole(number) => {
            return Err(NotPlain::Number {
                path: path.clone(),
                number: number.to_string(),
            });
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push('/');
                path.push_str(&at.to_string());
                check(item, path, depth + 1)?;
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                path.push('/');
                path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                check(member, path, depth + 1)?;
                path.truncate(length);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Numbers that are not taken alike by every reader become words that nothing honest contains. Two values that differ only
/// beyond the 53rd bit would otherwise have the same text, because canonical JSON knows only doubles.
fn tame(value: &mut Value) {
    match value {
        Value::Number(number) if !whole(number) => *value = Value::String(format!("not a whole number: {number}")),
        Value::Array(items) => items.iter_mut().for_each(tame),
        Value::Object(members) => members.values_mut().for_each(tame),
        _ => {}
    }
}

/// The canonical text of `value`.
pub(super) fn text_of<T: Serialize + ?Sized>(value: &T) -> String {
    let mut tree = serde_json::to_value(value).expect("evidence is made of structs, lists and maps with text keys");
    tame(&mut tree);
    serde_json_canonicalizer::to_string(&tree)
        .expect("whole numbers, texts, lists and maps always have a canonical text")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_and_text_is_kept_as_it_is() {
        let value = json!({"b": [1, true, null], "a": "学徒\n\"甲\"", "é": 0, "\u{1F600}": -5});
        assert_eq!(
            text_of(&value),
            "{\"a\":\"学徒\\n\\\"甲\\\"\",\"b\":[1,true,null],\"é\":0,\"\u{1F600}\":-5}"
        );
    }

    #[test]
    fn what_readers_of_json_do_not_agree_on_is_refused() {
        let refused = |value| Plain::new(value).unwrap_err().to_string();
        assert!(refused(json!({"pay": [{"fen": 1.5}]})).contains("/pay/0/fen"));
        assert!(refused(json!(9_007_199_254_740_992_i64)).contains("9007199254740992"));
        assert!(Plain::new(json!(-9_007_199_254_740_991_i64)).is_ok());
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        assert!(matches!(Plain::new(deep), Err(NotPlain::Deep { .. })));
        assert!(serde_json::from_str::<Plain>("0.5").is_err());
    }

    #[test]
    fn numbers_beyond_the_53rd_bit_do_not_fall_together() {
        let (even, odd) = (json!(9_007_199_254_740_992_i64), json!(9_007_199_254_740_993_i64));
        assert_ne!(text_of(&even), text_of(&odd));
    }
}
