//! The shape of the workspace, held over `cargo metadata` and the source tree: which crate may name which, what the pure
//! crates never reach, and where SQL may stand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// Every package and the packages of the workspace that it may depend on. Each names only packages above it, so no arrow
/// points back. `web` reaches neither `storage` nor `search`: it speaks, `operations` does.
const ARROWS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("vocabulary", &["kernel"]),
    ("law", &["kernel", "vocabulary"]),
    ("agreement", &["kernel", "vocabulary", "law"]),
    ("apprenticeship", &["kernel", "vocabulary", "law", "agreement"]),
    ("marketplace", &["kernel", "vocabulary"]),
    ("matching", &["kernel", "vocabulary"]),
    (
        "storage",
        &[
            "kernel",
            "vocabulary",
            "agreement",
            "apprenticeship",
            "marketplace",
            "matching",
        ],
    ),
    ("search", &["kernel", "vocabulary"]),
    (
        "words",
        &[
            "kernel",
            "vocabulary",
            "law",
            "agreement",
            "apprenticeship",
            "marketplace",
            "matching",
        ],
    ),
    ("mail", &["kernel", "words"]),
    ("document", &["kernel", "vocabulary", "agreement", "words"]),
    (
        "operations",
        &[
            "kernel",
            "vocabulary",
            "law",
            "agreement",
            "apprenticeship",
            "marketplace",
            "matching",
            "storage",
            "search",
            "words",
            "mail",
            "document",
        ],
    ),
    (
        "web",
        &[
            "kernel",
            "vocabulary",
            "law",
            "agreement",
            "apprenticeship",
            "marketplace",
            "matching",
            "words",
            "operations",
        ],
    ),
    (
        "qixiao",
        &[
            "kernel",
            "vocabulary",
            "law",
            "agreement",
            "apprenticeship",
            "marketplace",
            "matching",
            "storage",
            "search",
            "words",
            "mail",
            "document",
            "operations",
            "web",
        ],
    ),
];

/// Crates that decide and never touch the world, and `words`, which only speaks.
const PURE: [&str; 8] = [
    "kernel",
    "vocabulary",
    "law",
    "agreement",
    "apprenticeship",
    "marketplace",
    "matching",
    "words",
];

/// What no pure crate may reach, however far away; a trailing `-` covers the family.
const WORLDLY: [&str; 9] = [
    "tokio", "tokio-", "sqlx", "sqlx-", "axum", "axum-", "reqwest", "hyper", "hyper-",
];

const LONGEST_FILE: usize = 600;

static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    // Without a platform cargo would ask for the packages of every other one too, which no build here has fetched.
    let said = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let said = String::from_utf8(said).expect("rustc speaks UTF-8");
    let host = said
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host");
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--filter-platform".to_owned(), host.to_owned()])
        .exec()
        .expect("cargo metadata answers")
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests lie in the workspace")
        .to_owned()
}

/// `qixiao-kernel` is called `kernel`; `qixiao` and `journeys` keep their names.
fn short(package: &str) -> &str {
    package.strip_prefix("qixiao-").unwrap_or(package)
}

fn members() -> BTreeMap<&'static str, &'static Package> {
    METADATA
        .workspace_packages()
        .into_iter()
        .map(|package| (short(package.name.as_str()), package))
        .collect()
}

/// Names of the workspace's packages that `package` depends on in one way.
fn named(package: &Package, kind: DependencyKind) -> BTreeSet<&str> {
    let members = members();
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == kind)
        .map(|dependency| short(&dependency.name))
        .filter(|name| members.contains_key(name))
        .collect()
}

#[test]
fn no_arrow_points_back() {
    for (index, (package, allowed)) in ARROWS.iter().enumerate() {
        for name in *allowed {
            assert!(
                ARROWS[..index].iter().any(|(above, _)| above == name),
                "{package} may not name {name}: it does not stand above it in the table"
            );
        }
    }
    for (name, package) in members() {
        if matches!(name, "journeys" | "testbed") {
            continue;
        }
        let index = ARROWS
            .iter()
            .position(|(listed, _)| *listed == name)
            .unwrap_or_else(|| panic!("{name} is missing from the table of arrows"));
        let allowed: BTreeSet<&str> = ARROWS[index].1.iter().copied().collect();
        let normal = named(package, DependencyKind::Normal);
        assert!(normal.is_subset(&allowed), "{name} names {:?}", &normal - &allowed);
        let build = named(package, DependencyKind::Build);
        assert!(
            build.is_subset(&allowed),
            "{name} is built with {:?}",
            &build - &allowed
        );
        // A test may look further down, but no higher than the crate itself stands.
        let below: BTreeSet<&str> = ARROWS[..index]
            .iter()
            .map(|(listed, _)| *listed)
            .chain(["testbed"])
            .collect();
        let dev = named(package, DependencyKind::Development);
        assert!(dev.is_subset(&below), "the tests of {name} name {:?}", &dev - &below);
    }
}

/// The tests of every crate may use it.
#[test]
fn the_testbed_stands_on_none_of_ours() {
    let dependencies = members()["testbed"].dependencies.iter();
    let dependencies: Vec<&str> = dependencies.map(|dependency| dependency.name.as_str()).collect();
    assert_eq!(dependencies, ["rustls"]);
}

#[test]
fn pure_crates_reach_no_network_no_database_and_no_runtime() {
    let resolve = METADATA.resolve.as_ref().expect("cargo metadata resolves");
    let normal: BTreeMap<&PackageId, Vec<&PackageId>> = resolve
        .nodes
        .iter()
        .map(|node| {
            let below = node
                .deps
                .iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal))
                .map(|dep| &dep.pkg);
            (&node.id, below.collect())
        })
        .collect();
    for name in PURE {
        let start = &members()[name].id;
        // How each package was reached, so that a failure shows the way.
        let mut came_from: BTreeMap<&PackageId, Option<&PackageId>> = BTreeMap::from([(start, None)]);
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for below in &normal[at] {
                if !came_from.contains_key(below) {
                    came_from.insert(below, Some(at));
                    open.push(below);
                }
            }
        }
        for id in came_from.keys() {
            let found = METADATA[*id].name.as_str();
            let worldly = WORLDLY
                .iter()
                .any(|bad| found == *bad || (bad.ends_with('-') && found.starts_with(bad)));
            if worldly {
                let mut way = vec![found];
                let mut at = came_from[id];
                while let Some(id) = at {
                    way.push(METADATA[id].name.as_str());
                    at = came_from[id];
                }
                way.reverse();
                panic!("{name} reaches {found}: {}", way.join(" -> "));
            }
        }
    }
}

#[test]
fn only_storage_knows_the_database_driver() {
    for (name, package) in members() {
        let knows = package
            .dependencies
            .iter()
            .any(|dependency| dependency.name == "sqlx" || dependency.name.starts_with("sqlx-"));
        assert!(!knows || name == "storage", "{name} depends on sqlx");
    }
}

#[test]
fn every_crate_obeys_the_lints_of_the_workspace() {
    for (name, package) in members() {
        let manifest = fs::read_to_string(&package.manifest_path).expect("a manifest is text");
        assert!(
            manifest.replace(' ', "").contains("[lints]\nworkspace=true"),
            "{name} has lints of its own"
        );
    }
}

/// Every file under `folder` with one of the endings, without what is built or fetched.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        let Ok(entries) = fs::read_dir(&at) else { continue };
        for entry in entries {
            let path = entry.expect("a folder can be listed").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !matches!(name, "target" | "node_modules" | ".git" | "data" | "out") {
                    open.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let long: Vec<String> = files(&root().join("crates"), &[".rs"])
        .into_iter()
        .chain(files(&root().join("tests"), &[".rs", ".mjs"]))
        .filter_map(|path| {
            let lines = read(&path).lines().count();
            (lines > LONGEST_FILE).then(|| format!("{} has {lines} lines", shown(&path)))
        })
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn sql_stands_in_storage_only() {
    // Taken apart, so that this file does not find itself.
    let signs = [
        ["SELECT", " "],
        ["INSERT", " INTO "],
        ["DELETE", " FROM "],
        ["CREATE", " TABLE "],
    ]
    .map(|word| word.concat());
    let elsewhere: Vec<String> = files(&root().join("crates"), &[".rs", ".html", ".txt", ".toml"])
        .into_iter()
        .chain(files(&root().join("tests"), &[".rs", ".mjs"]))
        .filter(|path| {
            !["crates/storage", "crates/testbed"]
                .iter()
                .any(|owner| path.starts_with(root().join(owner)))
        })
        .filter(|path| {
            let text = read(path);
            signs.iter().any(|sign| text.contains(sign))
        })
        .map(|path| shown(&path))
        .collect();
    assert!(elsewhere.is_empty(), "SQL outside of storage: {elsewhere:#?}");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<String> {
        fs::read_dir(root().join("migrations").join(database))
            .expect("each database has its migrations")
            .map(|entry| {
                entry
                    .expect("a folder can be listed")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres);
    assert!(!sqlite.is_empty(), "there are no migrations at all");
}

/// Where a source file's own tests begin: at the first `#[cfg(test)]` that opens a block, by the custom of the language.
fn tests_at(text: &str) -> usize {
    text.match_indices("#[cfg(test)]")
        .map(|(at, _)| at)
        .find(|at| {
            let item = &text[*at..];
            item.find('{') < item.find(';')
        })
        .unwrap_or(text.len())
}

#[test]
fn nothing_that_ships_knows_the_machine_it_was_written_on() {
    let signs = [["/wo", "rk/"], ["/ro", "ot/"], ["../sha", "red"]].map(|word| word.concat());
    let endings = [
        ".rs",
        ".toml",
        ".md",
        ".html",
        ".txt",
        ".css",
        ".js",
        ".mjs",
        ".sql",
        ".json",
        ".yaml",
        ".service",
        ".csv",
        "Caddyfile",
        "Containerfile",
        ".conf",
        ".example",
        "run",
    ];
    let mut places = Vec::new();
    for path in files(&root(), &endings) {
        if path.starts_with(root().join("tests")) {
            continue;
        }
        let is_test_file = path.components().any(|part| part.as_os_str() == "tests")
            || path
                .file_stem()
                .is_some_and(|stem| stem == "tests" || stem.to_string_lossy().ends_with("_tests"));
        if is_test_file {
            continue;
        }
        let text = read(&path);
        let shipped = &text[..tests_at(&text)];
        for (number, line) in shipped.lines().enumerate() {
            if signs.iter().any(|sign| line.contains(sign)) {
                places.push(format!("{}:{}: {}", shown(&path), number + 1, line.trim()));
            }
        }
    }
    assert!(places.is_empty(), "{places:#?}");
}
