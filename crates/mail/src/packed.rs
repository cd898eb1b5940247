//! Letters as they are kept until they leave. Markup repeats itself: packed, a digest takes a fifth of the room, and a queue
//! of a hundred thousand is written, read and wiped in a fifth of the time.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use crate::Rendered;

/// No letter is longer; what unpacks to more is none.
const LONGEST: u64 = 16 << 20;

impl Rendered {
    /// The letter in few bytes.
    ///
    /// # Panics
    ///
    /// Never: three texts are JSON, and memory takes them.
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        let written = serde_json::to_vec(self).map_err(Into::into);
        written
            .and_then(|text| packed.write_all(&text))
            .and_then(|()| packed.finish())
            .expect("three texts are JSON, and memory takes them")
    }

    /// The letter that was packed; `None` when these bytes are none. Letters of before they were packed are read as well.
    pub fn unpack(packed: &[u8]) -> Option<Self> {
        if packed.first() == Some(&b'{') {
            return serde_json::from_slice(packed).ok();
        }
        let mut text = Vec::new();
        ZlibDecoder::new(packed).take(LONGEST).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use kernel::Locale;
    use proptest::prelude::*;

    use crate::{Letterhead, NAMES, Rendered};

    #[test]
    fn every_letter_comes_out_as_it_was_packed_and_long_ones_take_a_fifth_of_the_room() {
        let letterhead = Letterhead::new("https://qixiao.example.cn");
        for name in NAMES {
            for letter in letterhead.samples(name, Locale::Zh).unwrap() {
                let packed = letter.pack();
                let long = letter.html.len() + letter.text.len();
                assert!(long < 40_000 || packed.len() * 5 < long, "{} of {long}", packed.len());
                assert_eq!(Rendered::unpack(&packed).as_ref(), Some(&letter));
                let plain = serde_json::to_vec(&letter).unwrap();
                assert_eq!(Rendered::unpack(&plain), Some(letter));
            }
        }
    }

    proptest! {
        #[test]
        fn other_bytes_are_no_letter(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Rendered::unpack(&bytes), None);
        }
    }
}
