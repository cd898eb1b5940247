//! Occupation coding through the binary: a title, a file of titles, and files that are none.

use std::{
    fs,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

fn run(folder: &TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qixiao"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("the binary starts")
}

fn file(folder: &TempDir, text: &str) -> String {
    let file = folder.path().join("titles.csv");
    fs::write(&file, text).expect("a file can be written");
    file.display().to_string()
}

#[test]
fn a_title_is_answered_with_occupations() {
    let folder = TempDir::new().expect("a folder");
    let told = run(&folder, &["occupation", "【急聘】电焊工（包吃住）", "--top", "3"]);
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.status.success() && said.lines().count() == 3, "{said}");
    assert!(
        said.lines()
            .next()
            .is_some_and(|first| first.ends_with("6-18-02-04  焊工")),
        "{said}"
    );
    let told = run(&folder, &["occupation", "电焊工", "--json"]);
    let answer: Value = serde_json::from_slice(&told.stdout).expect("one JSON document");
    assert_eq!(answer["title"], "电焊工");
    assert_eq!(answer["candidates"][0]["code"], "6-18-02-04");
    assert_eq!(answer["candidates"].as_array().map(Vec::len), Some(5));
    let left = fs::read_dir(&folder).expect("a folder can be listed").count();
    assert_eq!(left, 0, "no database is made");
}

#[test]
fn a_file_of_titles_is_answered_line_by_line() {
    let folder = TempDir::new().expect("a folder");
    let titles = file(&folder, "place,job_name\n浦东,\"车工, 两班\"\n松江,\n");
    let told = run(&folder, &["occupation", "--file", &titles]);
    let lines: Vec<Value> = told
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["candidates"][0]["name"], "车工");
    assert_eq!(lines[1]["candidates"], serde_json::json!([]));
}

#[test]
fn a_file_that_holds_no_titles_is_refused_with_line_and_column() {
    let folder = TempDir::new().expect("a folder");
    let titles = file(&folder, "title\n车工\n");
    let told = run(&folder, &["occupation", "--file", &titles]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("line 1, column job_name"));
    let coded = file(&folder, "job_name,expected_code\n车工,6-18-01-01\n焊工,6-18-99-77\n");
    let told = run(&folder, &["bench", "occupation", "--titles", &coded]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("line 3, column expected_code"));
}

#[test]
fn what_a_line_was_taken_to_mean_is_said_beside_the_matches() {
    let folder = TempDir::new().expect("a folder");
    let posts = file(
        &folder,
        "reference,organisation,kind,title,major,occupation,seats\nO1,示范学院,programme,焊接,460110,,30\n\
         N1,示范公司,apprentices,学徒培养,,电焊工,4\n",
    );
    let told = run(&folder, &["match", "--offers", &posts, "--needs", &posts, "--json"]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(String::from_utf8_lossy(&told.stderr).contains("line 3: 电焊工 -> 6-18-02-04 焊工"));
    serde_json::from_slice::<Value>(&told.stdout).expect("the answer alone is on standard output");
}
