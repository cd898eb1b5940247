//! Pinyin of words, with the readings that single characters get wrong.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyin;

const READINGS: &str = include_str!("../../data/readings.csv");

/// Words whose reading is not that of their characters one by one: `word` to syllables, and the longest word's length.
static PHRASES: LazyLock<(HashMap<&'static str, Vec<&'static str>>, usize)> = LazyLock::new(|| {
    let rows = READINGS.lines().filter(|line| !line.starts_with('#'));
    let phrases: HashMap<_, Vec<_>> = rows
        .filter_map(|line| line.split_once(','))
        .map(|(word, reading)| (word, reading.split(' ').collect()))
        .collect();
    let longest = phrases.keys().map(|word| word.chars().count()).max().unwrap_or(0);
    (phrases, longest)
});

/// One syllable a character; what is not Chinese stays, one part a character; blanks and the rest are dropped.
fn syllables(word: &str) -> Vec<String> {
    let (phrases, longest) = &*PHRASES;
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut syllables = Vec::with_capacity(chars.len());
    let mut place = 0;
    while place < chars.len() {
        let (start, c) = chars[place];
        let phrase = (2..=*longest).rev().find_map(|length| {
            let end = match chars.get(place + length) {
                Some((end, _)) => *end,
                None if place + length == chars.len() => word.len(),
                None => return None,
            };
            phrases.get(&word[start..end]).map(|reading| (length, reading))
        });
        if let Some((length, reading)) = phrase {
            syllables.extend(reading.iter().map(|syllable| (*syllable).to_owned()));
            place += length;
            continue;
        }
        if let Some(reading) = c.to_pinyin() {
            syllables.push(reading.plain().replace('ü', "v"));
        } else if c.is_alphanumeric() {
            syllables.push(c.to_lowercase().collect());
        }
        place += 1;
    }
    syllables
}

/// The pinyin of a word without tones and blanks, ü as v: 数控 is `shukong`, 绿化 is `lvhua`.
pub fn pinyin(word: &str) -> String {
    syllables(word).concat()
}

/// The first letters of the syllables: 数控 is `sk`, PLC编程 is `plcbc`.
pub fn initials(word: &str) -> String {
    syllables(word)
        .iter()
        .filter_map(|syllable| syllable.chars().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_pinyin_and_initials() {
        for (word, full, short) in [
            ("数控", "shukong", "sk"),
            ("重庆", "chongqing", "cq"),
            ("银行", "yinhang", "yh"),
            ("长宁", "changning", "cn"),
            ("会计", "kuaiji", "kj"),
            ("装调", "zhuangtiao", "zt"),
            ("绿化", "lvhua", "lh"),
            ("PLC编程", "plcbiancheng", "plcbc"),
            ("3D打印", "3ddayin", "3ddy"),
            ("轧钢", "zhagang", "zg"),
            ("企校", "qixiao", "qx"),
        ] {
            assert_eq!(pinyin(word), full, "{word}");
            assert_eq!(initials(word), short, "{word}");
        }
        assert_eq!(pinyin("！ "), "");
    }

    #[test]
    fn every_reading_has_a_syllable_for_each_character() {
        for (word, reading) in &PHRASES.0 {
            assert_eq!(word.chars().count(), reading.len(), "{word}");
            assert!(
                reading.iter().all(|s| s.bytes().all(|b| b.is_ascii_lowercase())),
                "{word}"
            );
        }
        assert!(PHRASES.0.len() > 50);
    }
}
