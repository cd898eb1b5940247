//! Agreements as files, through the binary: their schema, what the rules say of them, and whether an export is unchanged.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use agreement::{
    evidence::{Content, Details, Entry, Event, Export, Material, SealKey, Subject, TrustedKeys},
    training::{Body, FIELDS, sample, sample_minor},
};
use kernel::{AgreementId, Fen, SeededChance, Timestamp};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// A day on which the samples may be signed.
const DAY: &str = "2026-08-25";

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Json {
        assert_eq!(
            self.out.lines().count(),
            1,
            "one document and nothing else: {}",
            self.out
        );
        serde_json::from_str(&self.out).expect("standard output is JSON")
    }
}

/// Runs the binary in an empty folder, in English unless an argument says otherwise.
fn run(args: &[&str]) -> Ran {
    let folder = TempDir::new().expect("a folder");
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_qixiao"))
        .current_dir(folder.path())
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C.UTF-8")
        .arg("agreement")
        .args(args)
        .output()
        .expect("the binary runs");
    let left = fs::read_dir(folder.path()).expect("the folder is there").count();
    assert_eq!(left, 0, "no database, no key, nothing is made");
    Ran {
        status: status.code().expect("it ended by itself"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A folder with one file in it.
struct File {
    _folder: TempDir,
    path: PathBuf,
}

impl File {
    fn of(bytes: &[u8]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("file.json");
        fs::write(&path, bytes).expect("the file is written");
        Self { _folder: folder, path }
    }

    fn body(body: &Body) -> Self {
        Self::of(&serde_json::to_vec_pretty(body).expect("a body is JSON"))
    }

    fn path(&self) -> &str {
        self.path.to_str().expect("UTF-8")
    }
}

fn golden(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../agreement/tests/golden")).join(name)
}

fn golden_path(name: &str) -> String {
    golden(name).to_str().expect("UTF-8").to_owned()
}

fn finding<'a>(answer: &'a Json, rule: &str) -> &'a Json {
    let findings = answer["findings"].as_array().expect("findings are a list");
    findings
        .iter()
        .find(|finding| finding["rule"] == rule)
        .unwrap_or_else(|| panic!("{rule} is not among {findings:#?}"))
}

/// Every object of the schema is closed, and every leaf says what it takes.
fn examine(at: &str, schema: &Json, leaves: &mut usize) {
    if let Some(properties) = schema["properties"].as_object() {
        assert_eq!(schema["type"], "object", "{at}");
        assert_eq!(schema["additionalProperties"], false, "{at}");
        for (name, inner) in properties {
            examine(&format!("{at}.{name}"), inner, leaves);
        }
    } else if schema["type"] == "array" {
        examine(&format!("{at}[]"), &schema["items"], leaves);
    } else {
        assert!(
            schema["type"].is_string() || schema["enum"].is_array(),
            "{at}: {schema}"
        );
        *leaves += 1;
    }
}

#[test]
fn the_schema_is_a_json_schema_of_every_field() {
    let ran = run(&["schema", "training"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let schema = ran.json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["$id"], "urn:qixiao:training:1");
    let mut leaves = 0;
    examine("", &schema, &mut leaves);
    assert!(leaves >= FIELDS.len(), "{leaves}");
    for spec in FIELDS {
        let (group, name) = spec.key.split_once('.').expect("a field stands in a group");
        assert!(
            schema["properties"][group]["properties"][name].is_object(),
            "{}",
            spec.key
        );
    }
}

#[test]
fn a_kind_without_a_schema_is_bad_usage_that_names_those_with_one() {
    let ran = run(&["schema", "internship"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.out.is_empty() && ran.err.contains("internship") && ran.err.contains("training"),
        "{}",
        ran.err
    );
}

#[test]
fn the_sample_checks_clean_and_says_what_it_took_for_granted() {
    for body in [sample(), sample_minor()] {
        let file = File::body(&body);
        let ran = run(&["check", file.path(), "--on", DAY, "--json"]);
        let answer = ran.json();
        assert_eq!(ran.status, 0, "{answer:#}");
        assert_eq!((&answer["clean"], &answer["stage"]), (&json!(true), &json!("sign")));
        assert_eq!((&answer["region"], &answer["on"]), (&json!("310118"), &json!(DAY)));
        let assumed = answer["assumed"].as_array().expect("a list");
        assert!(
            assumed
                .iter()
                .any(|one| one["rule"] == "ID-07" && one["fact"] == "facts.identity_checked")
        );
        let said = run(&["check", file.path(), "--on", DAY]);
        assert_eq!(said.status, 0);
        assert!(
            said.out.contains("0 to mend") && said.out.contains("Record that identity was checked"),
            "{}",
            said.out
        );
    }
}

#[test]
fn a_wage_below_the_minimum_names_rule_source_region_and_day() {
    let mut body = sample();
    body.pay.wage_items[0].amount = Some(Fen::new(100_000));
    let file = File::body(&body);
    let ran = run(&["check", file.path(), "--on", DAY, "--json"]);
    let answer = ran.json();
    let found = finding(&answer, "TA-14");
    // The law was read, the amount is known from the press only: a warning.
    assert_eq!((ran.status, &found["severity"]), (0, &json!("warn")), "{answer:#}");
    assert_eq!(found["field"], "pay.wage_items");
    assert_eq!(found["citations"][0]["source"], "中华人民共和国劳动法");
    assert_eq!(found["citations"][0]["evidence"], "text");
    let message = found["message"].as_str().expect("a sentence");
    assert!(message.contains("¥2,740"), "{message}");
    let used = found["used"].as_array().expect("a list");
    let wage = used.iter().find(|used| used["key"] == "wage.min_monthly");
    let wage = wage.expect("the minimum wage");
    assert_eq!((&wage["value"], &wage["region"]), (&json!(274_000), &json!("310000")));
    assert_eq!(
        (&wage["effective_from"], &wage["evidence"]),
        (&json!("2025-07-01"), &json!("quote"))
    );
    assert!(
        wage["source_title"]
            .as_str()
            .is_some_and(|title| title.contains("最低工资")),
        "{wage}"
    );
    let zh = run(&["check", file.path(), "--on", DAY, "--locale", "zh"]).out;
    assert!(
        zh.contains("TA-14") && zh.contains("低于月最低工资标准") && zh.contains("劳动法第四十八条"),
        "{zh}"
    );
    assert!(zh.contains("上海市，2025年7月1日起"), "{zh}");
    let en = run(&["check", file.path(), "--on", DAY, "--locale", "en"]).out;
    assert!(
        en.contains("below the minimum wage of ¥2,740") && en.contains("Shanghai, since 1 Jul 2025"),
        "{en}"
    );
}

#[test]
fn the_numbers_of_another_day_are_those_of_that_day() {
    let mut body = sample();
    body.pay.wage_items[0].amount = Some(Fen::new(100_000));
    let file = File::body(&body);
    let answer = run(&["check", file.path(), "--on", "2022-08-25", "--json"]).json();
    let used = finding(&answer, "TA-14")["used"].to_string();
    assert!(used.contains("259000"), "{used}");
}

#[test]
fn a_short_labour_contract_may_be_signed_and_not_filed() {
    let mut body = sample();
    body.labour_contract.end = serde_json::from_value(json!("2027-06-30")).expect("a day");
    body.labour_contract.probation_months = Some(0);
    body.service.months = None;
    let file = File::body(&body);
    let sign = run(&["check", file.path(), "--on", DAY, "--json"]);
    assert_eq!(sign.status, 0, "{}", sign.out);
    let filed = run(&["check", file.path(), "--on", DAY, "--stage", "file", "--json"]);
    let answer = filed.json();
    assert_eq!(filed.status, 1);
    let found = finding(&answer, "TA-03");
    assert_eq!((&found["blocks"], &found["stage"]), (&json!(true), &json!("file")));
}

#[test]
fn a_deposit_blocks_and_so_does_an_empty_agreement() {
    let mut body = sample();
    body.cost.deposit = Some(Fen::new(50_000));
    let file = File::body(&body);
    let ran = run(&["check", file.path(), "--on", DAY, "--json"]);
    let answer = ran.json();
    assert_eq!((ran.status, &answer["blocking"]), (1, &json!(1)), "{answer:#}");
    assert_eq!(finding(&answer, "TA-19")["blocks"], true);

    let empty = File::of(b"{}");
    let ran = run(&["check", empty.path(), "--on", DAY, "--json"]);
    let answer = ran.json();
    assert_eq!(ran.status, 1);
    assert!(answer["unknown"].as_u64() > Some(0), "{answer:#}");
    let missing = answer["missing"].as_array().expect("a list");
    assert!(
        missing.iter().any(|one| one["field"] == "enterprise.name"),
        "{missing:?}"
    );
}

#[test]
fn broken_json_is_named_by_file_line_and_column() {
    let file = File::of(b"{\n  \"cost\": { \"deposit\": 0,, }\n}");
    let ran = run(&["check", file.path()]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.is_empty(), "{}", ran.out);
    assert!(ran.err.contains(&format!("{}:2:26: ", file.path())), "{}", ran.err);
}

#[test]
fn wrong_and_unknown_fields_are_named_by_their_path() {
    let mut body = serde_json::to_value(sample()).expect("a body is JSON");
    body["pay"]["wage_items"][1]["amount"] = json!("1400");
    body["pay"]["colour"] = json!("red");
    let file = File::of(body.to_string().as_bytes());
    let ran = run(&["check", file.path()]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains(": pay.colour: There is no such field."), "{}", ran.err);
    assert!(
        ran.err.contains(": pay.wage_items.1.amount: Amounts are in fen"),
        "{}",
        ran.err
    );

    let ran = run(&["check", file.path(), "--json", "--locale", "zh"]);
    assert_eq!((ran.status, ran.err.as_str()), (2, ""));
    let problems = ran.json()["problems"].clone();
    assert_eq!(
        (&problems[0]["field"], &problems[0]["problem"]),
        (&json!("pay.colour"), &json!("unknown_field"))
    );
    assert_eq!(problems[0]["message"], "没有这个字段。");
}

#[test]
fn a_file_that_is_not_there_or_a_day_that_is_none_is_bad_input() {
    let ran = run(&["check", "nowhere.json"]);
    assert!(ran.status == 2 && ran.err.contains("nowhere.json"), "{}", ran.err);
    let ran = run(&["check", "nowhere.json", "--on", "2026-02-30"]);
    assert!(ran.status == 2 && ran.err.contains("2026-02-30"), "{}", ran.err);
}

#[test]
fn the_golden_export_verifies() {
    let (export, keys) = (golden_path("export-1.json"), golden_path("trusted-1.json"));
    let ran = run(&["verify", &export, "--trusted", &keys, "--json"]);
    let answer = ran.json();
    assert_eq!(ran.status, 0, "{answer:#}");
    assert_eq!((&answer["verified"], &answer["faults"]), (&json!(true), &json!([])));
    assert!(
        answer["seals"]
            .as_array()
            .is_some_and(|seals| seals.iter().all(|seal| seal["trusted"] == true))
    );
    assert!(
        answer["signatures"]
            .as_array()
            .is_some_and(|signatures| !signatures.is_empty())
    );
    let said = run(&["verify", &export, "--trusted", &keys]);
    assert!(
        said.status == 0 && said.out.contains("as it was sealed"),
        "{}",
        said.out
    );
}

#[test]
fn without_a_trusted_key_the_key_is_named_and_nobody_vouches_for_it() {
    let export = golden_path("export-1.json");
    let ran = run(&["verify", &export, "--json"]);
    let answer = ran.json();
    assert_eq!((ran.status, &answer["verdict"]), (1, &json!("untrusted")), "{answer:#}");
    let key = answer["seals"][0]["key"].as_str().expect("the key is named").to_owned();
    let public_key = answer["seals"][0]["public_key"].as_str().expect("and shown").to_owned();
    let said = run(&["verify", &export]);
    assert_eq!(said.status, 1);
    assert!(
        said.out.contains(&key) && said.out.contains(&public_key),
        "{}",
        said.out
    );
    assert!(said.out.contains("nobody vouches for"), "{}", said.out);
}

#[test]
fn a_changed_export_names_the_part() {
    let whole = fs::read_to_string(golden("export-1.json")).expect("the golden export");
    let keys = golden_path("trusted-1.json");
    // A wage, a wage that leaves no JSON behind, and the end of the chain.
    for (from, to, part, name) in [
        ("\"fen\":380000", "\"fen\":480000", "section", "pay"),
        ("\"fen\":380000", "\"fen\":3800x0", "section", "pay"),
        ("\"note\":\"佩戴", "\"note\":\"不戴", "section", "safety"),
    ] {
        let changed = whole.replacen(from, to, 1);
        assert_ne!(changed, whole, "{from}");
        let file = File::of(changed.as_bytes());
        let ran = run(&["verify", file.path(), "--trusted", &keys, "--json"]);
        let answer = ran.json();
        assert_eq!((ran.status, &answer["verdict"]), (1, &json!("changed")), "{answer:#}");
        assert_eq!(
            (&answer["faults"][0]["part"], &answer["faults"][0]["name"]),
            (&json!(part), &json!(name))
        );
        let zh = run(&["verify", file.path(), "--trusted", &keys, "--locale", "zh"]);
        assert!(zh.status == 1 && zh.out.starts_with("有改动。"), "{}", zh.out);
    }
}

#[test]
fn what_is_no_export_is_bad_input_and_so_is_a_key_file_that_is_none() {
    let file = File::body(&sample());
    let ran = run(&["verify", file.path()]);
    assert!(ran.status == 2 && ran.err.contains("not an export"), "{}", ran.err);
    let keys = File::of(b"[{\"public_key\":\"00\"}]");
    let ran = run(&["verify", &golden_path("export-1.json"), "--trusted", keys.path()]);
    assert!(
        ran.status == 2 && ran.err.contains(&format!("{}:1:", keys.path())),
        "{}",
        ran.err
    );
}

/// A body or an export, printed into a folder that goes with it.
fn print(file: &str, more: &[&str]) -> (Ran, TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let pdf = folder.path().join("out.pdf");
    let mut args = vec!["render", file, "--pdf", pdf.to_str().expect("UTF-8")];
    args.extend(more);
    (run(&args), folder, pdf)
}

#[test]
fn an_agreement_is_printed_as_a_draft_and_the_same_file_gives_the_same_pdf() {
    let file = File::body(&sample());
    let (ran, _folder, pdf) = print(file.path(), &["--json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let answer = ran.json();
    let bytes = fs::read(&pdf).expect("the PDF is there");
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(answer["bytes"], json!(bytes.len()));
    assert_eq!(answer["signed"], json!(false));
    assert!(answer["pages"].as_u64().is_some_and(|pages| pages >= 5), "{answer}");
    assert!(
        answer["first_us"].as_u64() > Some(0) && answer["again_us"].as_u64() > Some(0),
        "{answer}"
    );
    let (ran, _again, again) = print(file.path(), &["--locale", "zh"]);
    assert!(ran.out.contains("草稿"), "{}", ran.out);
    assert_eq!(fs::read(&again).expect("the PDF is there"), bytes);
    let ran = run(&["verify", pdf.to_str().expect("UTF-8"), "--json"]);
    assert_eq!((ran.status, &ran.json()["verdict"]), (1, &json!("unsealed")));
}

#[test]
fn a_character_without_a_picture_names_its_field() {
    let mut body = sample();
    body.apprentice.name = Some("王䶮".to_owned());
    let file = File::body(&body);
    let (ran, _folder, pdf) = print(file.path(), &["--json"]);
    assert_eq!(ran.status, 2);
    let problems = &ran.json()["problems"];
    assert_eq!(
        (&problems[0]["field"], &problems[0]["problem"]),
        (&json!("apprentice.name"), &json!("unprintable"))
    );
    assert!(!pdf.exists(), "nothing is written");
    let (ran, ..) = print(file.path(), &["--locale", "zh"]);
    assert!(
        ran.err.contains("apprentice.name") && ran.err.contains('䶮'),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_that_is_no_agreement_is_not_printed() {
    let (ran, _folder, pdf) = print(File::of(b"{\"training\": 3}").path(), &[]);
    assert!(ran.status == 2 && ran.err.contains("training"), "{}", ran.err);
    let golden = fs::read_to_string(golden("export-1.json")).expect("the golden export");
    let changed = File::of(golden.replacen("示例", "样例", 1).as_bytes());
    let (ran, ..) = print(changed.path(), &["--json"]);
    assert_eq!(
        (ran.status, &ran.json()["problems"][0]["problem"]),
        (1, &json!("changed")),
        "{}",
        ran.err
    );
    assert!(!pdf.exists());
}

/// A sealed export of the sample, with the list of keys to trust.
fn sealed() -> (Export, SealKey) {
    let (chance, at) = (SeededChance::new(7), Timestamp::from_micros(1_795_156_200_000_000));
    let agreement = AgreementId::new(at, &chance);
    let material = Material {
        agreement,
        version: 1,
        schema: "qixiao/training/1".to_owned(),
        template: "training/1".to_owned(),
        rule_set: "training/1".to_owned(),
        packs: Vec::new(),
        sections: sample()
            .parts()
            .into_iter()
            .map(|(key, fields)| (key.to_owned(), Json::Object(fields)))
            .collect(),
    };
    let content = Content::freeze(material, &chance).expect("the sample is frozen");
    let details = Details::new(json!({}), &chance).expect("plain");
    let entry = Entry {
        agreement,
        at,
        act: "take_effect".to_owned(),
        actor: "system".to_owned(),
        slot: None,
        content_version: 1,
        content_hash: Some(content.hash()),
    };
    let event = Event::next(None, entry, &details, None);
    let key = SealKey::from_secret(&SealKey::draw_secret(&chance));
    let seal = key.seal(Subject::from(&content), event.tip(), None, at);
    let keys = [key.public()];
    (
        Export::new(content, vec![event], vec![Some(details)], vec![seal], &keys),
        key,
    )
}

#[test]
fn an_export_is_printed_as_what_was_signed() {
    let (export, _) = sealed();
    let file = File::of(export.render().as_bytes());
    let (ran, _folder, pdf) = print(file.path(), &["--json"]);
    assert_eq!((ran.status, &ran.json()["signed"]), (0, &json!(true)), "{}", ran.err);
    let bytes = fs::read(&pdf).expect("the PDF is there");
    let name = b"agreement.json";
    assert!(
        bytes.windows(name.len()).any(|window| window == name),
        "the export is attached"
    );
    let without = export.without_section("pay");
    let (ran, ..) = print(File::of(without.render().as_bytes()).path(), &["--json"]);
    assert_eq!((ran.status, &ran.json()["problems"][0]["field"]), (2, &json!("pay")));
}

#[test]
fn a_sealed_pdf_is_verified_and_a_changed_byte_names_its_part() {
    let (export, key) = sealed();
    let body = sample();
    let at = Timestamp::from_micros(1_795_156_300_000_000);
    let paper = document::Paper {
        body: &body,
        export: Some(&export),
        lookup: None,
        at: Some(at),
        sealing: Some(document::Sealing { key: &key, at }),
    };
    let pdf = document::render(&paper, &vocabulary::Vocabulary::builtin()).expect("a paper");
    let trusted = serde_json::to_vec(&TrustedKeys::only(key.public())).expect("JSON");
    let trusted = File::of(&trusted);
    let whole = File::of(&pdf.bytes);
    let ran = run(&["verify", whole.path(), "--trusted", trusted.path(), "--json"]);
    let answer = ran.json();
    assert_eq!((ran.status, &answer["verdict"]), (0, &json!("intact")), "{answer}");
    assert_eq!(answer["paper"]["key"], json!(key.public().id().to_string()));
    let ran = run(&["verify", whole.path(), "--json"]);
    assert_eq!((ran.status, &ran.json()["verdict"]), (1, &json!("untrusted")));
    let mut changed = pdf.bytes.clone();
    let at = changed.len() - 40;
    changed[at] ^= 1;
    let ran = run(&[
        "verify",
        File::of(&changed).path(),
        "--trusted",
        trusted.path(),
        "--json",
    ]);
    let answer = ran.json();
    assert_eq!((ran.status, &answer["verdict"]), (1, &json!("changed")), "{answer}");
    assert_eq!(answer["faults"][0]["part"], json!("pdf_seal"));
    let said = run(&["verify", File::of(&changed).path(), "--trusted", trusted.path()]);
    assert!(said.out.contains("the seal of the PDF"), "{}", said.out);
}
