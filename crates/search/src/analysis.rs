//! What a text and a question mean, in words. Pure, and the same for every engine: this is why they answer alike.

use std::{
    collections::{BTreeMap, HashMap},
    ops::{Bound, Range},
    sync::Arc,
};

use futures::future::BoxFuture;
use vocabulary::{
    Vocabulary,
    text::{self, Segmenter, Synonyms, is_cjk},
};

use crate::{Error, Page, Query, Taken, Viewer, config::Config};

/// Longer words are cut, in texts and questions alike; no engine then drops them.
const MAX_WORD: usize = 30;

/// Turns texts into words: folded, segmented, synonyms beside them. Cheap to clone.
#[derive(Clone)]
pub struct Analyzer {
    segmenter: Segmenter,
    meant: Arc<Meant>,
    /// The names of provinces and districts by their codes.
    places: Arc<HashMap<String, String>>,
    pub(crate) config: Arc<Config>,
}

/// Synonyms the other way round. A question is asked in its own words alone, because Meilisearch knows no "or" in a
/// question; so a text gets every word that, when asked for, would mean what stands there.
#[derive(Debug, Default)]
struct Meant {
    /// A meaning, written without blanks, to the words that stand for it. In order, so that it is seen at once that none begins with
    /// the words read so far.
    by: BTreeMap<String, Vec<String>>,
    /// The most words a meaning has.
    longest: usize,
}

/// A word of a text, and where it stands there (in bytes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) word: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// How a word, or a few words in a row, sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sound {
    pub(crate) pinyin: String,
    pub(crate) initials: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A word asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Folded.
    pub(crate) text: String,
    /// Whether words that begin with it answer as well.
    pub(crate) prefix: bool,
    /// Whether it was typed right behind the word before it, both Chinese.
    pub(crate) joins: bool,
}

impl Word {
    pub(crate) fn is_latin(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_alphanumeric())
    }

    /// The one Chinese character it is, if it is one.
    pub(crate) fn character(&self) -> Option<char> {
        let mut characters = self.text.chars();
        characters.next().filter(|c| is_cjk(*c) && characters.next().is_none())
    }
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nothing: everything that passes the filter answers.
    Nothing,
    /// Something in which there is no word to look for: nothing answers.
    Noise,
    /// All of these words.
    Words(Vec<Word>),
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer")
            .field("synonyms", &self.meant.by.len())
            .finish_non_exhaustive()
    }
}

impl Analyzer {
    /// With the words and synonyms of `search-config/` beside those of the vocabulary. Loads a dictionary: build one and
    /// clone it.
    pub fn builtin(vocabulary: &Vocabulary) -> Result<Self, Error> {
        let synonyms = Synonyms::parse(include_str!("../../../search-config/synonyms.toml"))
            .map_err(|error| Error::Settings(error.to_string()))?;
        let mut words = text::word_list(include_str!("../../../search-config/segmentation.txt"));
        words.extend(synonyms.words());
        let analyzer = Self::new(Segmenter::new(vocabulary, &words), &synonyms);
        Ok(analyzer.with_places(vocabulary))
    }

    /// The same, which also finds things by the names of the province and the district they are in.
    #[must_use]
    pub fn with_places(mut self, vocabulary: &Vocabulary) -> Self {
        let provinces = vocabulary.provinces().iter();
        let provinces = provinces.map(|one| (one.code.clone(), format!("{} {}", one.name, one.short_name)));
        let districts = vocabulary.districts().iter();
        let districts = districts.map(|one| (one.code.clone(), one.name.clone()));
        self.places = Arc::new(provinces.chain(districts).collect());
        self
    }

    /// With this segmentation and these synonyms. The segmenter should know [`Synonyms::words`].
    pub fn new(segmenter: Segmenter, synonyms: &Synonyms) -> Self {
        let mut meant = Meant::default();
        for (word, meanings) in synonyms.pairs() {
            let words: Vec<String> = placed(segmenter.query_tokens(word))
                .into_iter()
                .map(|p| p.word)
                .collect();
            for meaning in meanings {
                let parts = placed(segmenter.index_tokens(meaning)).len();
                meant.longest = meant.longest.max(parts);
                let key = meaning.chars().filter(|c| !c.is_whitespace()).collect();
                meant
                    .by
                    .entry(key)
                    .or_insert_with(Vec::new)
                    .extend(words.iter().cloned());
            }
        }
        Self {
            segmenter,
            meant: Arc::new(meant),
            places: Arc::default(),
            config: Arc::new(Config::builtin()),
        }
    }

    /// The words of a text with their places; of a long word also the shorter ones inside.
    fn plain(&self, text: &str) -> Vec<Place> {
        placed(self.segmenter.index_tokens(text))
    }

    /// The words of a text, and those that mean the same.
    pub(crate) fn places(&self, text: &str) -> Vec<Place> {
        let mut places = self.plain(text);
        let mut more = Vec::new();
        let mut ordered: Vec<&Place> = places.iter().collect();
        ordered.sort_by_key(|place| (place.start, place.end));
        for first in 0..ordered.len() {
            self.follow(&ordered, first, "", ordered[first].start, 1, &mut more);
        }
        places.append(&mut more);
        places
    }

    /// Walks on from one word to those that follow it, and notes what their chain means.
    fn follow(&self, all: &[&Place], at: usize, before: &str, start: usize, length: usize, more: &mut Vec<Place>) {
        let chain = format!("{before}{}", all[at].word);
        let end = all[at].end;
        let from = (Bound::Included(chain.as_str()), Bound::Unbounded);
        let meaning = self.meant.by.range::<str, _>(from).next();
        let Some((first, words)) = meaning.filter(|(meaning, _)| meaning.starts_with(&chain)) else {
            return;
        };
        for word in words.iter().filter(|_| *first == chain) {
            let place = Place {
                word: word.clone(),
                start,
                end,
            };
            if !more.contains(&place) {
                more.push(place);
            }
        }
        let next = at + all[at..].partition_point(|place| place.start < end);
        if length < self.meant.longest && next < all.len() {
            let begin = all[next].start;
            for (offset, _) in all[next..].iter().take_while(|place| place.start == begin).enumerate() {
                self.follow(all, next + offset, &chain, start, length + 1, more);
            }
        }
    }

    /// The words of a text to index.
    pub(crate) fn words(&self, text: &str) -> Vec<String> {
        self.places(text).into_iter().map(|place| place.word).collect()
    }

    /// The words of the name of a province or a district.
    pub(crate) fn words_of_place(&self, code: &str) -> Vec<String> {
        self.places.get(code).map(|names| self.words(names)).unwrap_or_default()
    }

    /// The beginnings of a text, from two letters on: what somebody has typed of a name who is not done yet.
    pub(crate) fn beginnings(&self, text: &str) -> Vec<String> {
        let letters: Vec<char> = text::fold(text).chars().filter(|c| !c.is_whitespace()).collect();
        let beginnings = 2..=letters.len().min(self.config.query.beginning);
        beginnings.map(|many| letters[..many].iter().collect()).collect()
    }

    /// The Chinese characters of a text.
    pub(crate) fn characters(&self, text: &str) -> Vec<String> {
        self.segmenter
            .unigrams(text)
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    /// How the words of a text sound, two or three of them in a row, and all from a word on to where the text breaks off: people
    /// type `shukongjishu` without a space, and the last word of a question also finds what begins with it.
    pub(crate) fn sounds(&self, text: &str) -> Vec<Sound> {
        let has_han = |place: &Place| place.word.chars().any(is_cjk);
        let long = |place: &&Place| has_han(place) && place.word.chars().count() > 1;
        let mut sounds: Vec<Sound> = self
            .plain(text)
            .iter()
            .filter(long)
            .map(|place| sound(text, place.start, place.end))
            .collect();
        let row = placed(self.segmenter.query_tokens(text));
        // A particle that is no word to look for, such as 与, is typed all the same.
        let is_spoken_over = |a: &Place, b: &Place| text[a.end..b.start].chars().all(is_cjk);
        let unbroken = |a: &Place, b: &Place| has_han(a) && has_han(b) && is_spoken_over(a, b);
        for run in row.chunk_by(unbroken) {
            for from in 0..run.len() {
                let rest = &run[from..];
                let to_the_end = (rest.len() > 3).then_some(rest.len());
                for count in (2..=rest.len().min(3)).chain(to_the_end) {
                    sounds.push(sound(text, rest[0].start, rest[count - 1].end));
                }
            }
        }
        sounds
    }

    /// What these words ask for.
    pub(crate) fn understand(&self, text: &str) -> Asked {
        let limits = &self.config.query;
        let typed: String = text.chars().take(limits.characters).collect();
        if typed.trim().is_empty() {
            return Asked::Nothing;
        }
        let places = placed(self.segmenter.query_tokens(&typed));
        let mut words: Vec<Word> = Vec::new();
        let mut before: Option<&Place> = None;
        for (index, place) in places.iter().enumerate() {
            if words.len() == limits.words {
                break;
            }
            let chinese = |place: &Place| place.word.chars().all(is_cjk);
            let joins = before.is_some_and(|before| before.end == place.start && chinese(before) && chinese(place));
            let mut word = Word {
                text: place.word.clone(),
                prefix: false,
                joins,
            };
            word.prefix = index + 1 == places.len()
                && word.is_latin()
                && word.text.len() >= limits.prefix_letters
                && word.text.bytes().any(|b| b.is_ascii_alphabetic());
            before = None;
            if !words.iter().any(|known| known.text == word.text) {
                words.push(word);
                before = Some(place);
            }
        }
        if words.is_empty() {
            Asked::Noise
        } else {
            Asked::Words(words)
        }
    }
}

/// How a piece of a text sounds.
fn sound(text: &str, start: usize, end: usize) -> Sound {
    let piece = text::fold(&text[start..end]);
    let initials = text::initials(&piece);
    Sound {
        pinyin: clean(&text::pinyin(&piece)).unwrap_or_default(),
        initials: if initials.len() > 1 {
            clean(&initials).unwrap_or_default()
        } else {
            String::new()
        },
        start,
        end,
    }
}

fn placed(tokens: Vec<text::Token>) -> Vec<Place> {
    let place = |token: text::Token| {
        Some(Place {
            word: clean(&token.text)?,
            start: token.start,
            end: token.end,
        })
    };
    tokens.into_iter().filter_map(place).collect()
}

/// A word as engines may see it: no white space, not too long, with something to read in it.
fn clean(word: &str) -> Option<String> {
    let word: String = word.chars().filter(|c| !c.is_whitespace()).take(MAX_WORD).collect();
    word.chars().any(char::is_alphanumeric).then_some(word)
}

/// What an engine does with a question once it is understood.
pub(crate) trait Finder: Sync {
    /// The page of documents with all of these words (everything without words), for this viewer and filter.
    fn find<'a>(
        &'a self,
        viewer: &'a Viewer,
        query: &'a Query,
        words: &'a [Word],
    ) -> BoxFuture<'a, Result<Page, Error>>;
}

/// The answer to a question, by the same steps whatever the engine: understand, find; when nothing is found, take
/// the words that stand nowhere for words that sound the same, and try once more.
pub(crate) async fn answer(
    finder: &dyn Finder,
    analyzer: &Analyzer,
    viewer: &Viewer,
    query: &Query,
) -> Result<Page, Error> {
    let words = match analyzer.understand(&query.text) {
        Asked::Nothing => Vec::new(),
        Asked::Noise => return Ok(Page::empty(&query.facets)),
        Asked::Words(words) => words,
    };
    let page = finder.find(viewer, query, &words).await?;
    if page.total > 0 {
        return Ok(page);
    }
    // A name that is typed half ends within a word, and its last characters stand nowhere by themselves.
    let begun = begun(&words);
    if begun.len() < words.len() {
        let second = finder.find(viewer, query, &begun).await?;
        if second.total > 0 {
            return Ok(second);
        }
    }
    // A wrong character leaves no word, only single characters; together they may sound like one. First those are doubted that
    // stand nowhere, then all: 技 and 输 do stand somewhere, and 技输 is 技术 all the same.
    let together =
        |before: &Word, word: &Word| word.joins && before.character().is_some() && word.character().is_some();
    for doubted in [Doubted::StandNowhere, Doubted::Characters] {
        let (heard, misspelt) = hear(finder, viewer, &words, ranges(&words, together), doubted).await?;
        if misspelt.is_empty() {
            continue;
        }
        let second = finder.find(viewer, query, &heard).await?;
        if second.total > 0 {
            return Ok(Page {
                taken: Taken::BySound(misspelt),
                ..second
            });
        }
    }
    Ok(page)
}

/// The words, with those that were typed without a break as one.
fn begun(words: &[Word]) -> Vec<Word> {
    let groups = ranges(words, |_, word| word.joins).into_iter();
    let joined = groups.map(|group| match &words[group] {
        [word] => word.clone(),
        group => Word {
            text: group.iter().map(|word| word.text.as_str()).collect(),
            prefix: false,
            joins: false,
        },
    });
    joined.collect()
}

/// Which words may be misspelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubted {
    /// Those that stand nowhere.
    StandNowhere,
    /// Single characters typed one behind the other.
    Characters,
}

/// Words that belong together, as ranges that cover all.
fn ranges(words: &[Word], together: impl Fn(&Word, &Word) -> bool) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match ranges.last_mut() {
            Some(last) if together(&words[at - 1], word) => last.end = at + 1,
            _ => ranges.push(at..at + 1),
        }
    }
    ranges
}

/// The words, with doubted groups written as they sound; and these groups as they were typed.
async fn hear(
    finder: &dyn Finder,
    viewer: &Viewer,
    words: &[Word],
    groups: Vec<Range<usize>>,
    doubted: Doubted,
) -> Result<(Vec<Word>, Vec<String>), Error> {
    let probe = Query {
        per_page: 1,
        marked: false,
        ..Query::default()
    };
    let (mut heard, mut misspelt) = (Vec::new(), Vec::new());
    for group in groups {
        let typed: String = words[group.clone()].iter().map(|word| word.text.as_str()).collect();
        let pinyin = clean(&text::pinyin(&typed)).filter(|_| typed.chars().filter(|c| is_cjk(*c)).count() > 1);
        let is_doubted = match doubted {
            Doubted::StandNowhere if pinyin.is_some() => {
                finder.find(viewer, &probe, &words[group.clone()]).await?.total == 0
            }
            Doubted::StandNowhere => false,
            Doubted::Characters => group.len() > 1,
        };
        match pinyin {
            Some(text) if is_doubted => {
                misspelt.push(typed);
                heard.push(Word {
                    text,
                    prefix: false,
                    joins: false,
                });
            }
            _ => heard.extend_from_slice(&words[group]),
        }
    }
    Ok((heard, misspelt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::analyzer;

    fn asked(text: &str) -> Vec<(String, bool)> {
        match analyzer().understand(text) {
            Asked::Words(words) => words.into_iter().map(|word| (word.text, word.prefix)).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn word(text: &str) -> (String, bool) {
        (text.into(), false)
    }

    #[test]
    fn only_a_last_word_in_letters_is_open() {
        assert_eq!(asked("数控 sk"), [word("数控"), ("sk".into(), true)]);
        assert_eq!(asked("sk 数控"), [word("sk"), word("数控")]);
        assert_eq!(asked("s"), [word("s")], "one letter begins too much");
        assert_eq!(asked("2026"), [word("2026")], "a number is a number");
    }

    #[test]
    fn words_count_once_and_no_more_than_ten() {
        assert_eq!(asked("数控 数控 數控"), [word("数控")]);
        let many = (0..30).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(asked(&many).len(), 10);
        assert!(
            asked(&many).iter().all(|(_, open)| !open),
            "the last one is not the last one typed"
        );
    }

    #[test]
    fn blanks_ask_nothing_and_noise_asks_for_what_is_not_there() {
        assert_eq!(analyzer().understand(" \u{3000}\n"), Asked::Nothing);
        assert_eq!(analyzer().understand("？！"), Asked::Noise);
        assert_eq!(analyzer().understand("😀"), Asked::Noise);
    }

    #[test]
    fn a_text_has_the_words_that_mean_what_stands_there() {
        let words = analyzer().words("数控车床");
        for expected in ["数控", "cnc", "computer", "numerical", "control", "车床"] {
            assert!(words.iter().any(|word| word == expected), "{expected} in {words:?}");
        }
        assert!(analyzer().words("汽车检测与维修技术").iter().any(|word| word == "汽修"));
        assert!(
            analyzer()
                .words("Computer Numerical Control")
                .iter()
                .any(|word| word == "数控")
        );
        assert!(!analyzer().words("computer control").iter().any(|word| word == "数控"));
    }

    #[test]
    fn what_the_program_is_built_with_can_be_read_and_every_synonym_is_found() {
        let analyzer = Analyzer::builtin(&Vocabulary::builtin()).unwrap();
        let synonyms = Synonyms::parse(include_str!("../../../search-config/synonyms.toml")).unwrap();
        for (word, meanings) in synonyms.pairs() {
            let Asked::Words(asked) = analyzer.understand(word) else {
                panic!("{word} is no word")
            };
            for meaning in meanings {
                let found = analyzer.words(meaning);
                for part in &asked {
                    assert!(found.contains(&part.text), "{word} does not find {meaning}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn words_and_their_neighbours_have_a_sound() {
        let sounds = analyzer().sounds("数控技术");
        let has = |pinyin: &str, initials: &str| sounds.iter().any(|s| s.pinyin == pinyin && s.initials == initials);
        assert!(has("shukong", "sk"), "{sounds:?}");
        assert!(has("shukongjishu", "skjs"), "{sounds:?}");
        assert!(analyzer().sounds("CNC").is_empty());
    }

    #[test]
    fn a_long_word_is_cut_the_same_way_everywhere() {
        let long = "a".repeat(500);
        assert_eq!(asked(&long)[0].0.len(), MAX_WORD);
        assert_eq!(analyzer().words(&long), ["a".repeat(MAX_WORD)]);
    }
}
