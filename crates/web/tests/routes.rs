//! The table of routes: nothing twice, and no page that leads or posts to where there is nothing.

use std::collections::BTreeSet;

use axum::http::Method;
use kernel::{Date, Locale};
use web::{
    assets,
    pages::render_samples,
    routes::{self, Route},
    view::{self, Person, View, Viewer, ViewerRole},
};

#[test]
fn no_route_is_there_twice() {
    let mut seen = BTreeSet::new();
    for route in routes::all() {
        assert!(
            seen.insert(format!("{} {}", route.method, route.path)),
            "{} {} is there twice",
            route.method,
            route.path
        );
    }
}

#[test]
fn every_page_leads_to_and_posts_to_a_route() {
    let routes = routes::all();
    let mut env = view::base();
    for (name, source) in assets::TEMPLATES {
        env.add_template(name, source).unwrap();
    }
    let mut wrong = BTreeSet::new();
    let mut posted = BTreeSet::new();
    for viewer in viewers() {
        let view = View {
            locale: Locale::Zh,
            viewer,
            path: "/".to_owned(),
            demo: true,
            mailbox: true,
            flash: None,
            today: Date::MIN,
        };
        for sample in render_samples(&view, &env) {
            let html = sample.html.unwrap();
            for (method, address) in addresses(&html) {
                let path = address.split(['?', '#']).next().unwrap_or_default();
                if !routes.iter().any(|route| leads(route, &method, path)) {
                    wrong.insert(format!("{}: {method} {path}", sample.page));
                }
                if method == Method::POST {
                    posted.extend(
                        routes
                            .iter()
                            .filter(|route| leads(route, &method, path))
                            .map(|route| route.path),
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unused: Vec<&str> = routes
        .iter()
        .filter(|route| route.method == Method::POST && !posted.contains(route.path))
        .map(|route| route.path)
        .collect();
    assert!(unused.is_empty(), "forms that no page has: {unused:?}");
}

fn viewers() -> Vec<Viewer> {
    let roles = [
        ViewerRole::College,
        ViewerRole::Enterprise,
        ViewerRole::Operator,
        ViewerRole::Nobody,
    ];
    let person = |role| {
        Viewer::Person(Person {
            name: "沈念".to_owned(),
            organisation: None,
            role,
            unread: 1,
        })
    };
    std::iter::once(Viewer::Stranger).chain(roles.map(person)).collect()
}

/// Whether a route is that of a path.
fn leads(route: &Route, method: &Method, path: &str) -> bool {
    let (wanted, have) = (path.split('/'), route.path.split('/'));
    route.method == *method
        && wanted.clone().count() == have.clone().count()
        && wanted
            .zip(have)
            .all(|(wanted, have)| wanted == have || (have.starts_with('{') && !wanted.is_empty()))
}

/// Every address of this site that a page leads to, and how.
fn addresses(html: &str) -> Vec<(Method, String)> {
    let mut found = Vec::new();
    let mut form = Method::GET;
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let attribute = |name: &str| {
            let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            let value = tag[start..].split('"').next()?;
            Some(value.replace("&amp;", "&").replace("&#x2f;", "/"))
        };
        if tag.starts_with("form ") {
            let post = attribute("method").is_some_and(|method| method == "post");
            form = if post { Method::POST } else { Method::GET };
            found.push((
                form.clone(),
                attribute("action").expect("a form says where it posts to"),
            ));
        }
        if let Some(action) = attribute("formaction") {
            found.push((form.clone(), action));
        }
        for name in ["href", "src"] {
            found.extend(attribute(name).map(|address| (Method::GET, address)));
        }
    }
    found.retain(|(_, address)| address.starts_with('/'));
    found
}
