//! The access table: every route for every role on own, foreign and missing things; nothing from another site; and no
//! GET that changes anything.

mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use journeys::{Site, stories};
use kernel::Locale;
use mail::{Letterhead, Message};
use world::{
    ROLES, World,
    records::{Around, RECORD_ROLES},
};

/// A line of the table.
struct Row {
    method: &'static str,
    path: &'static str,
    object: &'static str,
    answers: Vec<u16>,
}

/// The lines of the table of all but records.
fn table() -> Vec<Row> {
    read(include_str!("table.txt"), ROLES.len())
}

/// The lines of the table of records, whose roles are others.
fn record_table() -> Vec<Row> {
    read(include_str!("records.txt"), RECORD_ROLES.len())
}

fn read(table: &'static str, roles: usize) -> Vec<Row> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut word = || words.next().unwrap_or_else(|| panic!("too short: {line}"));
            let (method, path, object) = (word(), word(), word());
            let answers: Vec<u16> = words.map(|answer| answer.parse().expect("a status")).collect();
            assert_eq!(answers.len(), roles, "{line}");
            Row {
                method,
                path,
                object,
                answers,
            }
        })
        .collect()
}

#[test]
fn every_route_has_its_line_and_every_line_its_route() {
    let routes = web::routes::all();
    let routes: BTreeSet<(&str, &str)> = routes.iter().map(|route| (route.method.as_str(), route.path)).collect();
    let table: Vec<Row> = table().into_iter().chain(record_table()).collect();
    let lines: BTreeSet<(&str, &str)> = table.iter().map(|row| (row.method, row.path)).collect();
    assert_eq!(lines, routes);
    for (method, path) in routes {
        let tried = table
            .iter()
            .any(|row| (row.method, row.path, row.object) == (method, path, "none"));
        assert!(
            tried || !path.contains('{'),
            "{method} {path} is not tried with what does not exist"
        );
    }
}

stories! {
    async fn every_cell_answers_as_the_table_says(site: Site) {
        let mut world = Box::pin(World::new(site)).await;
        let mut wrong = Vec::new();
        for row in table() {
            for (role, expected) in ROLES.into_iter().zip(&row.answers) {
                let (path, fields) = world.request(row.method, row.path, row.object).await;
                let answer = world.send(role, row.method, &path, &fields).await;
                if answer.0 != *expected {
                    let Row { method, path, object, .. } = row;
                    wrong.push(format!("{method} {path} {object} as {role}: {} instead of {expected}", answer.0));
                }
                if row.method == "POST" && matches!(answer.0, 200 | 303) {
                    world.used_up();
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        world.leave_no_job().await;
    }

    async fn every_cell_of_a_record_answers_as_its_table_says(site: Site) {
        let mut world = Box::pin(World::new(site.clone())).await;
        let around = Box::pin(Around::new(&world)).await;
        let (mut wrong, mut told) = (Vec::new(), Vec::new());
        for row in record_table() {
            let Row { method, path, object, answers } = row;
            let (whole, fields) = around.request(method, path, object);
            let mut line = format!("{method:4} {path:45} {object:12}");
            for (role, expected) in RECORD_ROLES.into_iter().zip(&answers) {
                // Enough time for limits on what was tried before.
                site.pass(if method == "POST" { 100 } else { 0 });
                let (status, _) = around.send(role, method, &whole, &fields).await;
                let _ = write!(line, " {status}");
                if status != *expected {
                    wrong.push(format!("{method} {path} {object} as {role}: {status} instead of {expected}"));
                }
            }
            told.push(line);
        }
        assert!(wrong.is_empty(), "{}\n\n{}", wrong.join("\n"), told.join("\n"));
        world.leave_no_job().await;
    }

    async fn a_guessed_id_of_a_record_tells_nothing(site: Site) {
        let world = Box::pin(World::new(site)).await;
        let around = Box::pin(Around::new(&world)).await;
        for row in record_table().into_iter().filter(|row| row.object == "record") {
            for role in ["stranger", "elsewhere"] {
                let mut said = Vec::new();
                for object in ["record", "none"] {
                    let (path, fields) = around.request(row.method, row.path, object);
                    let id = path.split('/').find(|part| part.len() == 36).unwrap_or_default().to_owned();
                    let (status, body) = around.send(role, row.method, &path, &fields).await;
                    said.push((status, body.replace(&id, "ID")));
                }
                assert_eq!(said[0], said[1], "{} {} as {role}", row.method, row.path);
            }
        }
    }

    async fn who_has_a_record_gets_nothing_more_from_other_pages(site: Site) {
        let mut world = Box::pin(World::new(site)).await;
        let around = Box::pin(Around::new(&world)).await;
        let routes = web::routes::all();
        for row in table().into_iter().filter(|row| row.method == "GET") {
            let access = routes.iter().find(|route| route.path == row.path).map(|route| route.access);
            let (path, _) = world.request(row.method, row.path, row.object).await;
            for role in ["apprentice", "mentor"] {
                let (status, _) = around.send(role, "GET", &path, &[]).await;
                let for_all = row.answers[0] == status;
                let not_for_them = matches!(status, 303 | 403 | 404);
                let own = access == Some(web::routes::Access::SignedIn) && status == 200;
                assert!(for_all || not_for_them || own, "GET {path} as {role}: {status}");
            }
        }
    }

    async fn what_one_may_not_know_of_answers_as_if_it_were_not_there(site: Site) {
        let mut world = Box::pin(World::new(site)).await;
        for (path, object) in [("/posts/{id}", "draft"), ("/posts/{id}/edit", "draft"), ("/organisations/{id}", "claimed")] {
            for role in ["stranger", "other", "firm"] {
                let mut said = Vec::new();
                for object in [object, "none"] {
                    let (path, fields) = world.request("GET", path, object).await;
                    let id = path.split('/').nth(2).unwrap_or_default().to_owned();
                    let (status, body) = world.send(role, "GET", &path, &fields).await;
                    said.push((status, body.replace(&id, "ID")));
                }
                assert_eq!(said[0], said[1], "{path} as {role}");
            }
        }
    }

    async fn no_form_of_another_site_does_anything(site: Site) {
        let mut world = Box::pin(World::new(site.clone())).await;
        let mut requests = Vec::new();
        // The button of a mailbox is pressed from wherever it is; the key in its address alone authorises it.
        let kept = |row: &Row| row.method == "POST" && row.path != "/mail/unsubscribe/{token}";
        for row in table().into_iter().filter(kept) {
            requests.push(world.request(row.method, row.path, row.object).await);
        }
        let around = Box::pin(Around::new(&world)).await;
        world.settle().await;
        let before = site.app().db().fingerprint().await.expect("tables are read");
        for row in record_table().into_iter().filter(|row| row.method == "POST") {
            let (path, fields) = around.request(row.method, row.path, row.object);
            for role in RECORD_ROLES {
                around.visitor(role).post_from_elsewhere(&path, &fields).await.is(403);
            }
        }
        for (path, fields) in &requests {
            for role in ROLES {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                world.visitor(role).post_from_elsewhere(path, &fields).await.is(403);
            }
        }
        let after = site.app().db().fingerprint().await.expect("tables are read");
        assert!(after.differences(&before).is_empty(), "{:?} changed", after.differences(&before));
        world.leave_no_job().await;
    }

    async fn no_get_changes_anything(site: Site) {
        let mut world = Box::pin(World::new(site.clone())).await;
        let mut paths: BTreeSet<String> = BTreeSet::new();
        for row in table().into_iter().filter(|row| row.method == "GET") {
            paths.insert(world.request(row.method, row.path, row.object).await.0);
        }
        for search in ["/search?q=%E6%95%B0%E6%8E%A7&sort=newest", "/search?facets=1", "/posts/new?kind=course", "/sign-up?side=college"] {
            paths.insert(search.to_owned());
        }
        let around = Box::pin(Around::new(&world)).await;
        let of_records: BTreeSet<String> = record_table()
            .into_iter()
            .filter(|row| row.method == "GET")
            .map(|row| around.request(row.method, row.path, row.object).0)
            .collect();
        // Who opens a record is written down once a day; from then on looking changes nothing.
        for path in &of_records {
            for role in RECORD_ROLES {
                around.visitor(role).get(path).await;
            }
        }
        world.settle().await;
        let before = site.app().db().fingerprint().await.expect("tables are read");
        for path in &paths {
            for role in ROLES {
                world.visitor(role).get(path).await;
            }
        }
        for path in &of_records {
            for role in RECORD_ROLES {
                around.visitor(role).get(path).await;
            }
        }
        let after = site.app().db().fingerprint().await.expect("tables are read");
        assert!(after.differences(&before).is_empty(), "{:?} changed", after.differences(&before));
    }

    async fn no_link_of_any_letter_changes_anything_and_every_button_of_a_mailbox_ends_its_letters(site: Site) {
        let mut world = Box::pin(World::new(site.clone())).await;
        for object in ["suspended", "invitation", "mended_link", "effective", "effective_link", "passed"] {
            world.request("GET", "/agreements/{id}", object).await;
        }
        let around = Box::pin(Around::new(&world)).await;
        let letters = site.letters().await;
        let can_end = |letter: &&Message| letter.list.is_some();
        let own = letters.iter().rev().find(can_end).map(links_of).expect("a letter that can be ended");
        for page in ["/mail/preferences/", "/mail/unsubscribe/"] {
            assert!(own.iter().any(|link| link.starts_with(page)), "{own:?}");
        }
        let mut links: BTreeSet<String> = letters.iter().flat_map(links_of).collect();
        let of_story = links.len();
        let letterhead = Letterhead::new(SITE);
        for name in mail::NAMES {
            for locale in Locale::ALL {
                for sample in letterhead.samples(name, locale).expect("every sample renders") {
                    links.extend(links_in(&sample.text));
                    links.extend(links_in(&sample.html));
                }
            }
        }
        assert!(of_story > 40 && links.len() > of_story + 10, "{of_story} of the story, {} in all", links.len());

        // Whoever opens a record is written down once a day; from then on looking changes nothing.
        for link in links.iter().filter(|link| link.starts_with("/records/")) {
            for role in RECORD_ROLES {
                around.visitor(role).get(link).await;
            }
        }
        world.settle().await;
        let before = site.app().db().fingerprint().await.expect("tables are read");
        for link in &links {
            for role in ["stranger", "admin", "firm", "operator"] {
                world.visitor(role).get(link).await;
            }
            around.visitor("apprentice").get(link).await;
        }
        let after = site.app().db().fingerprint().await.expect("tables are read");
        assert!(after.differences(&before).is_empty(), "{:?} changed", after.differences(&before));

        let endings: BTreeSet<String> = letters
            .iter()
            .filter_map(|letter| letter.list.as_ref()?.unsubscribe.strip_prefix(SITE).map(str::to_owned))
            .collect();
        assert!(endings.len() > 5, "{endings:?}");
        for ending in &endings {
            let mut mailbox = site.visitor();
            mailbox.get(ending).await.shows("不再接收");
            let pressed = mailbox.post_from_elsewhere(ending, &[("List-Unsubscribe", "One-Click")]).await;
            pressed.is(200).shows("Unsubscribed");
            assert!(!mailbox.is_signed_in(), "a mailbox is let in nowhere");
            mailbox.get(ending).await.shows("已经停发");
        }
        world.leave_no_job().await;
    }
}

const SITE: &str = "https://qixiao.example";

/// Where the links of a letter lead on this site.
fn links_of(letter: &Message) -> Vec<String> {
    let mut links = links_in(&letter.content.text);
    links.extend(links_in(&letter.content.html));
    links
}

fn links_in(body: &str) -> Vec<String> {
    let pieces = body.split(SITE).skip(1);
    let ends = |c: char| c.is_whitespace() || "\"<>）。".contains(c);
    let links = pieces.map(|piece| piece.split(ends).next().unwrap_or_default().replace("&amp;", "&"));
    links.filter(|link| link.starts_with('/')).collect()
}
