//! The seal over every byte of a PDF.

use std::sync::LazyLock;

use agreement::{
    evidence::{FaultKind, PaperPart, PaperSeal, Part, TrustedKeys, Verdict},
    training::sample_minor,
};
use document::{Checked, is_pdf, verify};
use kernel::{Chance as _, SeededChance};
use proptest::{prelude::*, test_runner::RngSeed};

use super::story::{Story, draft, key};

fn parts(checked: &Checked) -> Vec<String> {
    let parts = checked.report.changed_parts();
    parts.iter().map(ToString::to_string).collect()
}

/// The part that a byte belongs to, as the seal has it.
fn part_of(seal: &PaperSeal, at: usize) -> PaperPart {
    let at = at as u64;
    let within = |ranges: &[(u64, u64)]| ranges.iter().any(|(from, to)| (*from..*to).contains(&at));
    let mut found = seal.statement.parts.iter().filter(|bytes| within(&bytes.ranges));
    let part = found.next().map_or(PaperPart::Seal, |bytes| bytes.part.clone());
    assert!(found.next().is_none(), "byte {at} belongs to two parts");
    part
}

#[test]
fn a_sealed_paper_verifies_by_itself_and_tells_what_is_in_it() {
    let story = Story::told(sample_minor(), 1);
    let pdf = story.print(true).unwrap();
    assert!(is_pdf(&pdf.bytes));
    let checked = verify(&pdf.bytes, &story.trusted());
    assert_eq!(checked.report.faults, []);
    assert_eq!(
        checked.report.verdict(),
        Verdict::IntactInPart,
        "what is personal is withheld"
    );
    assert_eq!(checked.report.agreement, Some(story.export.agreement));
    assert_eq!(checked.report.signatures.len(), 3);
    assert_eq!(checked.export, Some(story.export.clone()));
    let seal = checked.seal.unwrap();
    let named: Vec<String> = seal
        .statement
        .parts
        .iter()
        .map(|bytes| bytes.part.to_string())
        .collect();
    for part in [
        "pdf_header",
        "pdf_catalog",
        "pdf_page 1",
        "pdf_font NotoSansCJKsc-Regular",
        "pdf_font NotoSansCJKsc-Bold",
        "pdf_attachment agreement.json",
        "pdf_metadata",
        "pdf_structure",
        "pdf_outline",
        "pdf_colour",
        "pdf_xref",
        "pdf_trailer",
    ] {
        assert!(named.iter().any(|name| name == part), "{part} is not among {named:?}");
    }
    let pages = named.iter().filter(|name| name.starts_with("pdf_page ")).count();
    assert_eq!(pages, pdf.pages);
}

#[test]
fn two_thousand_changed_bytes_are_each_found_and_put_down_to_their_part() {
    let story = Story::told(sample_minor(), 2);
    let mut file = story.print(true).unwrap().bytes;
    let (trusted, chance) = (story.trusted(), SeededChance::new(2_000));
    let seal = verify(&file, &trusted).seal.unwrap();
    let size = usize::try_from(seal.statement.size).unwrap();
    // As many in the few bytes of the seal as chance would rarely bring about.
    let places = (0..1_600)
        .map(|_| chance.below(file.len() as u64))
        .chain((0..400).map(|_| size as u64 + chance.below((file.len() - size) as u64)));
    for at in places.collect::<Vec<u64>>() {
        let at = usize::try_from(at).unwrap();
        let before = file[at];
        file[at] ^= u8::try_from(1 + chance.below(255)).unwrap();
        let checked = verify(&file, &trusted);
        assert_eq!(
            checked.report.verdict(),
            Verdict::Changed,
            "byte {at}: {:?}",
            checked.report
        );
        let expected = part_of(&seal, at);
        let found = checked.report.changed_parts();
        assert_eq!(
            found,
            [Part::Paper(expected)],
            "byte {at}, {before:#x} to {:#x}",
            file[at]
        );
        assert!(is_pdf(&file), "byte {at}");
        file[at] = before;
    }
    assert_eq!(verify(&file, &trusted).report.faults, []);
}

/// A paper that many cases change.
static PRINTED: LazyLock<(Story, Vec<u8>)> = LazyLock::new(|| {
    let story = Story::told(sample_minor(), 3);
    let whole = story.print(true).unwrap().bytes;
    (story, whole)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(2_026), failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes put in, taken out and moved show as well as changed ones.
    #[test]
    fn a_file_that_is_not_the_one_that_was_sealed_is_changed(cut in any::<prop::sample::Index>(), length in 1_usize..300, put in proptest::collection::vec(any::<u8>(), 0..40)) {
        let (story, whole) = &*PRINTED;
        let from = cut.index(whole.len());
        let to = (from + length).min(whole.len());
        let mut file = whole[..from].to_vec();
        file.extend(&put);
        file.extend(&whole[to..]);
        prop_assume!(file != *whole);
        let report = verify(&file, &story.trusted()).report;
        let none_left = report.agreement.is_none() && report.verdict() == Verdict::Unsealed;
        prop_assert!(report.verdict() == Verdict::Changed || none_left, "{report:?}");
    }
}

#[test]
fn what_is_appended_or_cut_off_shows() {
    let story = Story::told(sample_minor(), 4);
    let mut file = story.print(true).unwrap().bytes;
    file.pop();
    assert_eq!(parts(&verify(&file, &story.trusted())), ["pdf_seal"]);
    file.push(b'\n');
    assert!(parts(&verify(&file, &story.trusted())).is_empty());
    file.extend(b"1 0 obj\n<<>>\nendobj\n%%EOF\n");
    assert_eq!(parts(&verify(&file, &story.trusted())), ["pdf_end"]);
}

#[test]
fn a_seal_by_another_key_is_nobodys() {
    let story = Story::told(sample_minor(), 5);
    let file = story.print(true).unwrap().bytes;
    let checked = verify(&file, &TrustedKeys::only(key(77).public()));
    assert_eq!(checked.report.verdict(), Verdict::Untrusted);
    let stranger = checked
        .report
        .faults
        .iter()
        .find(|fault| fault.part == Part::Paper(PaperPart::Seal));
    assert_eq!(stranger.map(|fault| fault.kind), Some(FaultKind::KeyUnknown));
}

#[test]
fn the_seal_of_another_paper_does_not_fit() {
    let (mine, theirs) = (Story::told(sample_minor(), 6), Story::told(sample_minor(), 7));
    let (file, other) = (mine.print(true).unwrap().bytes, theirs.print(true).unwrap().bytes);
    let at = |file: &[u8]| usize::try_from(verify(file, &mine.trusted()).seal.unwrap().statement.size).unwrap();
    let mut mixed = file[..at(&file)].to_vec();
    mixed.extend(&other[at(&other)..]);
    let report = verify(&mixed, &theirs.trusted()).report;
    assert_eq!(report.verdict(), Verdict::Changed);
    assert!(report.changed_parts().len() > 1);
}

#[test]
fn a_paper_without_a_seal_proves_nothing() {
    let story = Story::told(sample_minor(), 8);
    let checked = verify(&story.print(false).unwrap().bytes, &story.trusted());
    assert_eq!(checked.report.verdict(), Verdict::Unsealed);
    assert_eq!(checked.report.agreement, Some(story.export.agreement));
    let checked = verify(&draft(&sample_minor()).unwrap().bytes, &story.trusted());
    assert_eq!(
        (checked.report.verdict(), checked.report.agreement),
        (Verdict::Unsealed, None)
    );
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let story = Story::told(sample_minor(), 9);
    assert_eq!(story.print(true).unwrap(), story.print(true).unwrap());
    assert_eq!(draft(&story.body).unwrap(), draft(&story.body).unwrap());
    assert_ne!(
        story.print(true).unwrap(),
        Story::told(sample_minor(), 10).print(true).unwrap()
    );
}
