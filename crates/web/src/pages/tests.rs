//! Every sample of every page, in every language, for every viewer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use kernel::Locale;
use time::macros::date;
use words::Text;

use super::{PAGES, Sample, render_samples};
use crate::{
    assets::{ASSETS, TEMPLATES},
    view::{Flash, Person, Tone, View, Viewer, ViewerRole, base},
};

fn views() -> Vec<View> {
    let person = |role| {
        Viewer::Person(Person {
            name: "沈念".to_owned(),
            organisation: (role != ViewerRole::Operator).then(|| "示例电子信息职业技术学院".to_owned()),
            role,
            unread: match role {
                ViewerRole::College => 3,
                ViewerRole::Operator => 100,
                _ => 0,
            },
        })
    };
    let viewers = [
        Viewer::Stranger,
        person(ViewerRole::College),
        person(ViewerRole::Enterprise),
        person(ViewerRole::Operator),
        person(ViewerRole::Nobody),
    ];
    let mut views = Vec::new();
    for locale in Locale::ALL {
        for viewer in &viewers {
            views.push(View {
                locale,
                viewer: viewer.clone(),
                path: "/search?q=数控".to_owned(),
                demo: *viewer != Viewer::Stranger,
                mailbox: *viewer != Viewer::Stranger,
                flash: (*viewer != Viewer::Stranger).then(|| Flash {
                    tone: Tone::Done,
                    text: Text::new("flash.draft_saved"),
                }),
                today: date!(2026 - 11 - 20),
            });
        }
    }
    views
}

fn for_every_sample(mut check: impl FnMut(&View, &str, &str)) {
    let mut env = base();
    for (name, text) in TEMPLATES {
        env.add_template(name, text).unwrap();
    }
    for view in views() {
        for Sample { page, number, html, .. } in render_samples(&view, &env) {
            let name = format!("{page} {number} {} {:?}", view.locale.code(), view.viewer);
            let html = html.unwrap_or_else(|error| panic!("{name}: {}", error.source));
            check(&view, &name, &html.replace("&#x2f;", "/"));
        }
    }
}

/// Every tag of the page: its name and its attributes as written.
fn tags(html: &str) -> impl Iterator<Item = (&str, &str)> {
    html.split('<').skip(1).filter_map(|piece| {
        let tag = piece.split_once('>')?.0;
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        Some((&tag[..end], &tag[end..]))
    })
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let start = attributes.find(&format!(" {name}=\""))? + name.len() + 3;
    attributes[start..].split_once('"').map(|(value, _)| value)
}

#[test]
fn every_page_renders_for_everybody_and_stays_small() {
    let linked: usize = ASSETS
        .iter()
        .filter(|it| it.name != "mark.svg")
        .map(|it| it.body().len())
        .sum();
    for_every_sample(|view, name, html| {
        let bytes = html.len() + linked;
        assert!(bytes < 60 * 1024, "{name} has {bytes} bytes");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(
            html.contains(&format!("<html lang=\"{}\">", view.locale.tag())),
            "{name}"
        );
        assert!(!html.contains("macro "), "{name} prints a macro");
        let filled = html
            .split('{')
            .skip(1)
            .all(|rest| !rest.split('}').next().unwrap().chars().all(char::is_alphanumeric));
        assert!(filled, "{name} has an unfilled placeholder");
    });
}

/// Who steers by voice says what stands there.
#[test]
fn the_bell_is_called_by_the_number_that_it_shows() {
    let mut shown = BTreeSet::new();
    for_every_sample(|_, name, html| {
        for bell in html.split("<a class=\"icon bell\"").skip(1) {
            let label = attribute(bell, "aria-label").unwrap();
            let inside = bell.split("</a>").next().unwrap();
            if let Some((_, number)) = inside.split_once("<b>") {
                let number = number.split("</b>").next().unwrap();
                assert!(label.contains(number), "{name}: {number} is called {label}");
                shown.insert(number.to_owned());
            }
        }
    });
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), ["3", "99+"]);
}

#[test]
fn no_page_needs_what_the_content_policy_forbids() {
    for_every_sample(|_, name, html| {
        for (tag, attributes) in tags(html) {
            assert!(
                tag != "style" && attribute(attributes, "style").is_none(),
                "{name}: style in {tag}{attributes}"
            );
            assert!(
                tag != "script" || attribute(attributes, "src").is_some(),
                "{name}: a script of its own"
            );
            assert!(
                ![" onclick=", " onchange=", " onsubmit=", " onload="]
                    .iter()
                    .any(|at| attributes.contains(at)),
                "{name}: a handler in {tag}{attributes}"
            );
            for target in ["href", "src", "action", "formaction"]
                .iter()
                .filter_map(|at| attribute(attributes, at))
            {
                assert!(
                    target.starts_with('/') || target.starts_with('#') || target.starts_with("tel:"),
                    "{name} leads to {target}"
                );
            }
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_id_is_one() {
    for_every_sample(|_, name, html| {
        let mut ids = BTreeSet::new();
        for id in tags(html).filter_map(|(_, attributes)| attribute(attributes, "id")) {
            assert!(ids.insert(id), "{name}: two elements are #{id}");
        }
        let labelled: BTreeSet<&str> = tags(html)
            .filter(|(tag, _)| *tag == "label")
            .filter_map(|(_, at)| attribute(at, "for"))
            .collect();
        for (tag, attributes) in tags(html) {
            let hidden = attribute(attributes, "type") == Some("hidden");
            let ticked = matches!(attribute(attributes, "type"), Some("checkbox" | "radio"));
            if matches!(tag, "input" | "select" | "textarea") && !hidden && !ticked {
                let id = attribute(attributes, "id").unwrap_or_else(|| panic!("{name}: no id in {tag}{attributes}"));
                assert!(labelled.contains(id), "{name}: no label for #{id}");
            }
            assert!(
                tag != "img" || attribute(attributes, "alt").is_some(),
                "{name}: no alt in {attributes}"
            );
            for reference in ["for", "aria-labelledby", "aria-describedby"] {
                for id in attribute(attributes, reference).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {reference} names #{id}, which is not there");
                }
            }
            if let Some(anchor) = attribute(attributes, "href").and_then(|href| href.strip_prefix('#')) {
                assert!(ids.contains(anchor), "{name}: a link to #{anchor}, which is not there");
            }
        }
    });
}

#[test]
fn every_template_is_listed_and_belongs_to_one_page() {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found = BTreeSet::new();
    walk(&root, &root, &mut found);
    let listed: BTreeSet<String> = TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(listed, found);
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (page, template) in PAGES {
        assert!(
            owners.insert(template, page).is_none(),
            "{template} belongs to two pages"
        );
    }
    for name in &listed {
        let used = TEMPLATES.iter().any(|(_, text)| text.contains(&format!("\"{name}\"")));
        assert!(
            owners.contains_key(name.as_str()) != used,
            "{name} is a page's or a part, not both, not neither"
        );
    }
}

#[test]
fn the_style_sheet_and_the_script_stay_small() {
    for (name, limit) in [("qixiao.css", 20_480), ("qixiao.js", 7_168), ("mark.svg", 1_024)] {
        let asset = ASSETS.iter().find(|asset| asset.name == name).unwrap();
        assert!(asset.body().len() < limit, "{name} has {} bytes", asset.body().len());
    }
}
