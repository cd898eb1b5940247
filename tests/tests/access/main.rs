//! The access table: every route for every role on own, foreign and missing things; nothing from another site; and no
//! GET that changes anything.

mod world;

use std::collections::BTreeSet;

use journeys::{Site, stories};
use world::{ROLES, World};

/// A line of the table.
struct Row {
    method: &'static str,
    path: &'static str,
    object: &'static str,
    answers: Vec<u16>,
}

/// The lines of the table.
fn table() -> Vec<Row> {
    let lines = include_str!("table.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut word = || words.next().unwrap_or_else(|| panic!("too short: {line}"));
            let (method, path, object) = (word(), word(), word());
            let answers: Vec<u16> = words.map(|answer| answer.parse().expect("a status")).collect();
            assert_eq!(answers.len(), ROLES.len(), "{line}");
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
    let table = table();
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
        for row in table().into_iter().filter(|row| row.method == "POST") {
            requests.push(world.request(row.method, row.path, row.object).await);
        }
        world.settle().await;
        let before = site.app().db().fingerprint().await.expect("tables are read");
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
        world.settle().await;
        let before = site.app().db().fingerprint().await.expect("tables are read");
        for path in &paths {
            for role in ROLES {
                world.visitor(role).get(path).await;
            }
        }
        let after = site.app().db().fingerprint().await.expect("tables are read");
        assert!(after.differences(&before).is_empty(), "{:?} changed", after.differences(&before));
    }
}
