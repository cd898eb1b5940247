//! Allocation through the binary: clean lists, dirty ones, mentors, and files that are none.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

fn run(folder: &TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qixiao"))
        .current_dir(folder)
        .arg("allocate")
        .args(args)
        .output()
        .expect("the binary starts")
}

fn answer(folder: &TempDir, args: &[&str]) -> Value {
    let told = run(folder, args);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).expect("one JSON document")
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    folder
}

const FILES: [&str; 4] = ["--applicants", "a.csv", "--places", "p.csv"];

#[test]
fn whose_best_it_is_can_be_said() {
    let folder = folder(&[
        ("a.csv", "id,ranked\n甲,p;q\n乙,q;p\n丙,q\n"),
        ("p.csv", "id,capacity,ranked\np,1,乙;甲\nq,1,甲;乙;丙\n"),
    ]);
    let theirs = answer(&folder, &[&FILES[..], &["--json"]].concat());
    assert_eq!(theirs["pairs"], json!([["甲", "p"], ["乙", "q"]]));
    assert_eq!(theirs["unmatched"], json!(["丙"]));
    assert_eq!(theirs["free"], json!({"p": 0, "q": 0}));
    assert_eq!(theirs["blocking_pairs"], 0);
    assert!(theirs["elapsed_ms"].is_number());
    let ours = answer(&folder, &[&FILES[..], &["--optimal", "places", "--json"]].concat());
    assert_eq!(ours["pairs"], json!([["甲", "q"], ["乙", "p"]]));
    let told = run(&folder, &FILES);
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(
        said.starts_with("甲  p\n乙  q\n丙  -\n2 applicants placed, 1 not; 0 seats free; 0 blocking pairs;"),
        "{said}"
    );
    let left = fs::read_dir(&folder).expect("a folder can be listed").count();
    assert_eq!(left, 2, "no database is made");
}

#[test]
fn dirty_lists_are_placed_and_told_with_their_lines() {
    let folder = folder(&[
        ("a.csv", "id,ranked\n甲,p;p;x\n乙,\n"),
        ("p.csv", "id,capacity,ranked\np,1,甲;丁\nq,0,乙\n"),
    ]);
    let told = run(&folder, &FILES);
    assert!(told.status.success());
    let warned = String::from_utf8_lossy(&told.stderr).into_owned();
    let wanted = "a.csv:2: ranked: p was there before: the first counts\n\
                  a.csv:2: ranked: the other side has no x: left out\n\
                  a.csv:3: ranked: names nobody\n\
                  p.csv:3: capacity: has no seats\n\
                  p.csv:2: ranked: the other side has no 丁: left out\n";
    assert_eq!(warned, wanted);
    let answer = answer(&folder, &[&FILES[..], &["--json"]].concat());
    assert_eq!(answer["pairs"], json!([["甲", "p"]]));
    let warning = json!({"file": "applicants", "line": 2, "column": "ranked", "kind": "unknown_name", "name": "x"});
    assert_eq!(answer["warnings"][1], warning);
}

#[test]
fn what_is_no_list_is_named_with_its_place() {
    let folder = folder(&[
        ("a.csv", "id,ranked\n甲,p\n"),
        ("p.csv", "id,capacity,ranked\np,many,甲\n"),
    ]);
    let told = run(&folder, &FILES);
    assert_eq!(told.status.code(), Some(2));
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(said.starts_with("p.csv:2: capacity: "), "{said}");
    let told = run(&folder, &[&FILES[..], &["--json"]].concat());
    let problems: Value = serde_json::from_slice(&told.stdout).expect("one JSON document");
    assert_eq!(problems["file"], "places");
    assert_eq!(problems["problems"][0]["line"], 2);
    let told = run(&folder, &["--applicants", "none.csv", "--places", "p.csv"]);
    assert_eq!(told.status.code(), Some(2));
}

/// The real lists of a hundred students over seventy projects of 26 supervisors, dirty as they are.
#[test]
fn students_projects_and_supervisors_as_they_came() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let file = |name: &str| -> PathBuf { data.join(format!("spa_{name}.csv")) };
    if !file("students").exists() {
        eprintln!("skipped: {} is not there", file("students").display());
        return;
    }
    let names = ["students", "projects", "supervisors"].map(|name| file(name).display().to_string());
    let [students, projects, supervisors] = &names;
    let files = [
        "--applicants",
        students,
        "--places",
        projects,
        "--mentors",
        supervisors,
        "--json",
    ];
    let folder = TempDir::new().expect("a folder");
    let theirs = answer(&folder, &files);
    let ours = answer(&folder, &[&files[..], &["--optimal", "places"]].concat());
    let mut placed = Vec::new();
    for answer in [&theirs, &ours] {
        assert_eq!(answer["blocking_pairs"], 0);
        let pairs = answer["pairs"].as_array().expect("pairs");
        let unmatched = answer["unmatched"].as_array().expect("unmatched");
        assert_eq!(pairs.len() + unmatched.len(), 100);
        let mut held: HashMap<&str, u64> = HashMap::new();
        for pair in pairs {
            *held.entry(pair[1].as_str().expect("a project")).or_default() += 1;
        }
        for line in fs::read_to_string(projects).expect("projects").lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let many = held.get(fields[0]).copied().unwrap_or_default();
            assert!(many <= fields[1].parse().expect("a capacity"), "{line}");
        }
        placed.push(pairs.iter().map(|pair| pair[0].to_string()).collect::<BTreeSet<_>>());
    }
    assert_eq!(
        placed[0], placed[1],
        "who is placed is the same in every stable allocation"
    );
    let kinds = |kind: &str| {
        let warnings = theirs["warnings"].as_array().expect("warnings");
        warnings.iter().filter(|warning| warning["kind"] == kind).count()
    };
    assert_eq!(kinds("empty"), 3);
    assert!(kinds("repeated") > 100, "{}", kinds("repeated"));
    assert_eq!(theirs["warnings"][0]["line"], 2);
}
