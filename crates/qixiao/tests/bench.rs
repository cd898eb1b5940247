//! Measurements on small markets: their figures say that what was measured was right.

use std::{fs, process::Command};

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
    assert!(number("/sent/percent_of_lettre_alone") > 0.0, "{report}");
    assert_eq!(report["letters_of_second_run"], 0, "{report}");
    let pages = report["made"]["pages"].as_array().into_iter().flatten();
    let pages = pages.chain(report["sent"]["pages"].as_array().into_iter().flatten());
    let failed: Vec<&Value> = pages.filter(|page| page["failed"] != 0).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let left = std::fs::read_dir(&folder).expect("a folder can be listed").count();
    assert_eq!(left, 0, "nothing is left where it was called");
}

fn figures(args: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_qixiao"))
        .current_dir(&folder)
        .arg("bench")
        .args(args)
        .arg("--json")
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

#[test]
fn matching_is_measured_against_every_pair() {
    let report = figures(&["match", "--size", "300", "--posts", "200", "--sample", "30"]);
    assert_eq!((&report["offers"], &report["needs"]), (&300.into(), &300.into()));
    assert!(report["equal"].as_u64().is_some_and(|equal| equal >= 60), "{report}");
    assert!(
        report["answers"].as_u64().is_some_and(|answers| answers > 300),
        "{report}"
    );
}

#[test]
fn allocation_is_measured() {
    let report = figures(&["allocate", "--size", "200", "--places", "7", "--runs", "1"]);
    assert_eq!(
        (&report["pairs"], &report["blocking_pairs"]),
        (&1_400.into(), &0.into())
    );
    assert!(report["milliseconds"]["places"].is_number(), "{report}");
}

#[test]
fn finding_is_measured_by_questions_with_known_answers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("register.csv");
    let schools = [("上海示范职业学院", "上海市"), ("江苏示范职业学院", "江苏省")];
    let majors = ["460103,数控技术", "520201,护理", "530302,大数据与会计"];
    let rows = schools.iter().flat_map(|(school, province)| {
        let row = move |major: &&str| format!("2025,{province},,{school},{major},3,\n");
        majors.iter().map(row)
    });
    let header = "year,province,school_code,school_name,major_code,major_name,duration_years,remark\n";
    let rows: String = std::iter::once(header.to_owned()).chain(rows).collect();
    fs::write(&file, rows).expect("a file can be written");
    let register = file.display().to_string();
    let report = figures(&["search", "--register", &register, "--searches", "20"]);
    let figures = &report["engines"][0];
    assert_eq!(
        (&report["documents"], &figures["engine"]),
        (&6.into(), &"embedded".into())
    );
    assert_eq!(figures["found"]["exact"]["recall"], 1.0, "{report}");
    assert!(
        figures["all"]["questions"]
            .as_u64()
            .is_some_and(|questions| questions > 20),
        "{report}"
    );
}
