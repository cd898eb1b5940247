//! Every byte of an export counts, and the part it belongs to is named.

use std::collections::BTreeSet;

use super::story::Story;
use agreement::evidence::{Part, TrustedKeys, Verdict, verify_file};
use kernel::{Chance as _, SeededChance};
use proptest::prelude::*;

/// The part that each byte of a file belongs to, worked out from the layout alone.
fn parts_of(file: &str) -> Vec<Part> {
    let (mut parts, mut block, mut at) = (Vec::new(), "head", 0);
    for line in file.split_inclusive('\n') {
        let text = line.trim_end();
        at += 1;
        let part = if block == "head" {
            block = "sections";
            Part::Head
        } else if text.ends_with("\"details\":[") {
            (block, at) = ("details", 0);
            Part::Head
        } else if let Some(next) = ["events", "keys", "origins", "seals"]
            .iter()
            .find(|next| text.ends_with(&format!("\"{next}\":[")))
        {
            (block, at) = (next, 0);
            Part::Frame
        } else if text.starts_with(']') {
            Part::Frame
        } else {
            match block {
                "sections" => Part::Section(text.split('"').nth(1).unwrap().to_owned()),
                "details" => Part::Details(at),
                "events" => Part::Event(at),
                "keys" => Part::Key(at),
                "origins" => Part::Origin(at),
                _ => Part::Seal(at),
            }
        };
        parts.extend(std::iter::repeat_n(part, line.len()));
    }
    parts
}

/// Changes one byte, and asserts that the check says so and names the part it belongs to.
fn assert_named(story: &Story, file: &str, parts: &[Part], place: usize, byte: u8) {
    let mut changed = file.as_bytes().to_vec();
    assert_ne!(changed[place], byte);
    changed[place] = byte;
    let report = verify_file(&changed, &story.trusted);
    let lost =
        String::from_utf8_lossy(&changed[place.saturating_sub(30)..(place + 30).min(changed.len())]).into_owned();
    assert_eq!(
        report.verdict(),
        Verdict::Changed,
        "byte {place} of {}: {lost}",
        parts[place]
    );
    assert!(
        report.changed_parts().contains(&parts[place]),
        "byte {place} of {} is not named: {:?}: {lost}",
        parts[place],
        report.faults
    );
}

#[test]
fn two_thousand_changes_of_a_byte_are_seen_and_their_part_named() {
    let story = Story::told(1);
    let file = story.export.render();
    let parts = parts_of(&file);
    let chance = SeededChance::new(2_000);
    let mut hit = BTreeSet::new();
    for _ in 0..2_000 {
        let place = usize::try_from(chance.below(file.len() as u64)).unwrap();
        let byte = file.as_bytes()[place].wrapping_add(u8::try_from(1 + chance.below(255)).unwrap());
        hit.insert(parts[place].clone());
        assert_named(&story, &file, &parts, place, byte);
    }
    assert!(hit.len() > 20, "{hit:?}");
}

#[test]
fn a_break_lost_between_parts_names_the_part_before_it() {
    let story = Story::told(1);
    let file = story.export.render();
    let parts = parts_of(&file);
    for (place, _) in file.match_indices('\n') {
        assert_named(&story, &file, &parts, place, b'x');
        assert_named(&story, &file, &parts, place, 0xff);
    }
}

/// What a part of a file begins, ends or is divided with: a byte that becomes one of them moves what follows it.
const STRUCTURE: &[u8] = b"\n\",:[]{}\\";

#[test]
fn between_the_parts_any_byte_that_becomes_a_bracket_a_quote_or_a_break_names_the_frame() {
    for seed in 0..2 {
        let story = Story::told(seed);
        let file = story.export.render();
        let parts = parts_of(&file);
        for (place, was) in file
            .bytes()
            .enumerate()
            .filter(|(place, _)| parts[*place] == Part::Frame)
        {
            for byte in STRUCTURE.iter().filter(|byte| **byte != was) {
                assert_named(&story, &file, &parts, place, *byte);
            }
        }
    }
}

#[test]
fn a_byte_counts_also_when_it_becomes_one_that_reads_well() {
    let story = Story::told(3);
    let file = story.export.render();
    let parts = parts_of(&file);
    // 7 and the length of a hash have no factor in common: every place in a hash has its turn in one part or another.
    for (place, byte) in file.bytes().enumerate().step_by(7) {
        let alike = match byte {
            b'9' => b'8',
            b'0'..=b'8' => byte + 1,
            b'a' => b'b',
            b'b'..=b'z' => byte - 1,
            b'\n' | b'"' => b' ',
            b',' => b'\n',
            _ => b'0',
        };
        assert_named(&story, &file, &parts, place, alike);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_byte_is_seen_and_named(seed in 0_u64..4, place in any::<prop::sample::Index>(), by in 1_u8..=255) {
        let story = Story::told(seed);
        let file = story.export.render();
        let place = place.index(file.len());
        assert_named(&story, &file, &parts_of(&file), place, file.as_bytes()[place].wrapping_add(by));
    }

    #[test]
    fn any_byte_left_out_or_put_in_is_seen(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let story = Story::told(1);
        let file = story.export.render().into_bytes();
        let place = place.index(file.len());
        let (mut less, mut more) = (file.clone(), file);
        less.remove(place);
        more.insert(place, byte);
        prop_assert_eq!(verify_file(&less, &story.trusted).verdict(), Verdict::Changed);
        prop_assert_eq!(verify_file(&more, &story.trusted).verdict(), Verdict::Changed);
    }

    #[test]
    fn no_bytes_at_all_bring_the_check_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(verify_file(&bytes, &TrustedKeys::default()).verdict(), Verdict::Changed);
    }
}
