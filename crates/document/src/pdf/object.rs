//! The objects of a PDF, as far as it takes to say what each is for and to take an attached file out again.

use std::ops::Range;

/// A value. Numbers, flags and null say nothing here.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// `/Name`, without the stroke and as it is written.
    Name(String),
    /// `(text)` or `<hexadecimal>`, decoded.
    Text(Vec<u8>),
    /// `[ .. ]`
    Array(Vec<Value>),
    /// `<< .. >>`
    Dict(Dict),
    /// `12 0 R`
    Ref(u32),
    /// `12`
    Whole(u64),
    /// Anything else.
    Other,
}

/// A dictionary, in the order in which it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dict(Vec<(String, Value)>);

impl Dict {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Keys with their values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The name that a key has as its value.
    pub(super) fn name(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The object that a key refers to.
    pub(super) fn reference(&self, key: &str) -> Option<u32> {
        match self.get(key)? {
            Value::Ref(number) => Some(*number),
            _ => None,
        }
    }
}

impl Value {
    /// The dictionary, when it is one.
    pub(super) const fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            _ => None,
        }
    }
}

/// An object of the file.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// Its number.
    pub(super) number: u32,
    /// Where it stands, up to the object after it.
    pub(super) bytes: Range<usize>,
    /// Its value; of a stream, the dictionary.
    pub(super) value: Value,
    /// Where the bytes of a stream stand.
    pub(super) stream: Option<Range<usize>>,
}

/// How deep values are read: no writer nests them deeper.
const DEEPEST: usize = 64;

/// Reads one thing after the other.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

impl<'a> Reader<'a> {
    pub(super) const fn at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) const fn position(&self) -> usize {
        self.at
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes over space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Passes over `word` when it stands here.
    pub(super) fn take(&mut self, word: &str) -> bool {
        self.skip_space();
        let here = self
            .bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if here {
            self.at += word.len();
        }
        here
    }

    fn regular(&mut self) -> &'a [u8] {
        let from = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        &self.bytes[from..self.at]
    }

    /// A whole number.
    pub(super) fn whole(&mut self) -> Option<u64> {
        self.skip_space();
        let before = self.at;
        let number = std::str::from_utf8(self.regular())
            .ok()
            .and_then(|word| word.parse().ok());
        if number.is_none() {
            self.at = before;
        }
        number
    }

    /// A value.
    pub(super) fn value(&mut self) -> Option<Value> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            b'/' => Some(Value::Name(self.name())),
            b'(' => Some(Value::Text(self.text()?)),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.take("]") {
                    items.push(self.nested(depth + 1)?);
                }
                Some(Value::Array(items))
            }
            b'<' if self.take("<<") => {
                let mut dict = Dict::default();
                while !self.take(">>") {
                    if self.peek() != Some(b'/') {
                        return None;
                    }
                    let name = self.name();
                    dict.0.push((name, self.nested(depth + 1)?));
                }
                Some(Value::Dict(dict))
            }
            b'<' => Some(Value::Text(self.hexadecimal()?)),
            byte if is_delimiter(byte) => None,
            _ => Some(self.number_or_word()),
        }
    }

    fn number_or_word(&mut self) -> Value {
        let Some(number) = self.whole() else {
            self.regular();
            return Value::Other;
        };
        let after = self.at;
        if let (Ok(object), Some(_)) = (u32::try_from(number), self.whole()) {
            self.skip_space();
            if self.peek() == Some(b'R') {
                self.at += 1;
                return Value::Ref(object);
            }
        }
        self.at = after;
        Value::Whole(number)
    }

    fn name(&mut self) -> String {
        self.at += 1;
        String::from_utf8_lossy(self.regular()).into_owned()
    }

    /// A text in brackets.
    fn text(&mut self) -> Option<Vec<u8>> {
        let (mut open, mut text) = (0_usize, Vec::new());
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'\\' => {
                    self.escaped(&mut text)?;
                    continue;
                }
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                return Some(text.split_off(1));
            }
            text.push(byte);
        }
    }

    /// Adds the byte that stands for what is behind a backslash; a line that is only broken adds none.
    fn escaped(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        text.push(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\n' => return Some(()),
            b'0'..=b'7' => {
                let mut value = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u16::from(digit - b'0');
                    self.at += 1;
                }
                value.to_le_bytes()[0]
            }
            other => other,
        });
        Some(())
    }

    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let from = self.at;
        while self.peek()? != b'>' {
            self.at += 1;
        }
        let digits = self.bytes[from..self.at].iter().filter(|byte| !is_space(**byte));
        self.at += 1;
        let mut digits: String = digits.map(|byte| char::from(*byte)).collect();
        digits.make_ascii_lowercase();
        if !digits.len().is_multiple_of(2) {
            digits.push('0');
        }
        kernel::from_hex(&digits)
    }

    /// An object, when one begins here.
    pub(super) fn object(&mut self) -> Option<Object> {
        let before = self.at;
        let object = self.try_object();
        if object.is_none() {
            self.at = before;
        }
        object
    }

    fn try_object(&mut self) -> Option<Object> {
        self.skip_space();
        let from = self.at;
        let number = u32::try_from(self.whole()?).ok()?;
        self.whole()?;
        if !self.take("obj") {
            return None;
        }
        let value = self.value()?;
        let stream = if self.take("stream") {
            Some(self.stream(&value)?)
        } else {
            None
        };
        if !self.take("endobj") {
            return None;
        }
        self.skip_space();
        Some(Object {
            number,
            bytes: from..self.at,
            value,
            stream,
        })
    }

    fn stream(&mut self, value: &Value) -> Option<Range<usize>> {
        if self.peek() == Some(b'\r') {
            self.at += 1;
        }
        if self.peek() == Some(b'\n') {
            self.at += 1;
        }
        let Some(Value::Whole(length)) = value.dict()?.get("Length") else {
            return None;
        };
        let from = self.at;
        let to = from.checked_add(usize::try_from(*length).ok()?)?;
        if to > self.bytes.len() {
            return None;
        }
        self.at = to;
        self.take("endstream").then_some(from..to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_with_their_streams() {
        let file = b"7 0 obj\n<</Type /Thing/Length 6/A[1 0 R (a\\)(b)\\101\\n)<616>]/N 2.5/T true>>\nstream\nendobj\nendstream\nendobj\n\n8 0 obj\n[/X]\nendobj\n";
        let mut reader = Reader::at(file, 0);
        let first = reader.object().unwrap();
        let dict = first.value.dict().unwrap();
        assert_eq!((first.number, dict.name("Type")), (7, Some("Thing")));
        let list = [
            Value::Ref(1),
            Value::Text(b"a)(b)A\n".to_vec()),
            Value::Text(vec![0x61, 0x60]),
        ];
        assert_eq!(dict.get("A"), Some(&Value::Array(list.to_vec())));
        assert_eq!(&file[first.stream.unwrap()], b"endobj");
        let second = reader.object().unwrap();
        assert_eq!((second.number, second.bytes.start), (8, first.bytes.end));
        assert_eq!(second.bytes.end, file.len());
        assert!(reader.object().is_none());
    }

    #[test]
    fn what_is_no_object_is_read_as_none() {
        for text in [
            "",
            "1 0 obj",
            "1 0 obj << /A",
            "1 0 obj <</Length 9>> stream\nx endstream endobj",
            "1 0 obj ( endobj",
        ] {
            assert!(Reader::at(text.as_bytes(), 0).object().is_none(), "{text}");
        }
    }
}
