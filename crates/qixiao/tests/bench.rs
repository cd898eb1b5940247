//! `bench digest` on a small market: its figures say that what was to leave left, once.

use std::process::Command;

use serde_json::Value;

#[test]
fn a_small_market_is_told_once_and_every_letter_leaves() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_qixiao"))
        .current_dir(&folder)
        .env("QIXIAO_LOG", "off")
        .args(["bench", "digest", "--people", "200", "--posts", "50", "--json"])
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let number = |path: &str| {
        let found = report.pointer(path).and_then(Value::as_f64);
        found.unwrap_or_else(|| panic!("no {path} in {report}"))
    };
    assert_eq!(report["database"], "SQLite");
    assert!(
        number("/made/due") >= 180.0,
        "nearly everybody reads something: {report}"
    );
    assert!(number("/made/letters") > 20.0, "{report}");
    assert!(number("/made/entries") >= number("/made/letters"), "{report}");
    assert!(number("/sent/percent_of_lettre") > 0.0, "{report}");
    assert_eq!(report["letters_of_second_run"], 0, "{report}");
    let pages = report["made"]["pages"].as_array().into_iter().flatten();
    let pages = pages.chain(report["sent"]["pages"].as_array().into_iter().flatten());
    let failed: Vec<&Value> = pages.filter(|page| page["failed"] != 0).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let left = std::fs::read_dir(&folder).expect("a folder can be listed").count();
    assert_eq!(left, 0, "nothing is left where it was called");
}
