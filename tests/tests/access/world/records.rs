//! A record of the college's and the enterprise's of the table, in its first week of training, with everybody it has.

use std::collections::HashMap;

use journeys::{APPRENTICE, GUARDIAN, Visitor, assign_by_letter, fill_in_start};

use super::{NO_TOKEN, NOBODY, World, last_part};

/// The columns of the table of records.
pub(crate) const RECORD_ROLES: [&str; 9] = [
    "stranger",
    "apprentice",
    "guardian",
    "mentor",
    "tutor",
    "enterprise",
    "college",
    "elsewhere",
    "operator",
];

/// Everybody around one record.
pub(crate) struct Around {
    visitors: HashMap<&'static str, Visitor>,
    record: String,
    /// An invitation that nobody has taken, and one that somebody has.
    open_place: String,
    taken_place: String,
}

impl Around {
    pub(crate) async fn new(world: &World) -> Self {
        let site = world.site.clone();
        let (mut firm, mut college) = (world.visitor("firm"), world.visitor("admin"));
        let id = world.approved(false).await;
        site.send_to_a_minor(&firm, &world.addresses["firm"], id).await;
        site.all_sign(&world.addresses["firm"]).await;
        let path = format!("/records/{id}");
        let taken_place = last_part(&site.join_link_to(APPRENTICE).await);
        let apprentice = site.take_place(APPRENTICE, "张小雨", "0039").await;
        let guardian = site.take_place(GUARDIAN, "张示例", "0010").await;
        fill_in_start(&mut firm, &path).await;
        assign_by_letter(&mut firm, &path, "mentor", "赵示例", "zhao@firm.example").await;
        let mentor = site.take_place("zhao@firm.example", "赵示例", "").await;
        assign_by_letter(&mut firm, &path, "mentor", "周示例", "zhou@firm.example").await;
        let open_place = last_part(&site.join_link_to("zhou@firm.example").await);
        assign_by_letter(&mut college, &path, "tutor", "钱示例", "qian@college.example").await;
        let tutor = site.take_place("qian@college.example", "钱示例", "").await;
        // The first week is begun, and not handed in.
        let line = [
            ("act", "save"),
            ("edition", "0"),
            ("lines.0.day", "2026-11-20"),
            ("lines.0.what", "skill.enterprise."),
            ("lines.0.unit", "hour"),
            ("lines.0.extra", "7:30"),
        ];
        let week = format!("{path}/weeks/2026-11-16");
        apprentice.clone().post(&week, &line).await.is(303);
        let visitors = HashMap::from([
            ("stranger", site.visitor()),
            ("apprentice", apprentice),
            ("guardian", guardian),
            ("mentor", mentor),
            ("tutor", tutor),
            ("enterprise", firm),
            ("college", college),
            ("elsewhere", world.visitor("other")),
            ("operator", world.visitor("operator")),
        ]);
        Self {
            visitors,
            record: id.to_string(),
            open_place,
            taken_place,
        }
    }

    /// That visitor's browser. A copy: what happens to its cookies is forgotten.
    pub(crate) fn visitor(&self, role: &str) -> Visitor {
        self.visitors[role].clone()
    }

    /// The path and the fields of a request. What is posted is never whole, so that nothing is done: whoever may is told
    /// what to mend, everybody else that they may not.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        object: &str,
    ) -> (String, Vec<(&'static str, &'static str)>) {
        let id = match object {
            "-" => "",
            "record" => &self.record,
            "open_place" => &self.open_place,
            "taken_place" => &self.taken_place,
            "none" if path.contains("{token}") => NO_TOKEN,
            "none" => NOBODY,
            other => panic!("nobody knows {other}"),
        };
        let whole = path
            .replace("{id}", id)
            .replace("{token}", id)
            .replace("{section}", "rights")
            .replace("{monday}", "2026-11-16")
            .replace("{kind}", "json");
        let fields = match path {
            _ if method == "GET" => Vec::new(),
            "/records/{id}/sections/{section}" => vec![("act", "confirm"), ("version", "0")],
            "/records/{id}/weeks/{monday}" => vec![("act", "save"), ("edition", "99"), ("text", "不算数")],
            "/records/{id}/start" => vec![("insured_from", "明天")],
            "/records/{id}/withdraw" => vec![("sure", "yes")],
            _ => Vec::new(),
        };
        (whole, fields)
    }

    /// Sends it; 401 stands for being led to sign in.
    pub(crate) async fn send(&self, role: &str, method: &str, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let mut visitor = self.visitor(role);
        let answer = match method {
            "GET" => visitor.get(path).await,
            _ => visitor.post(path, fields).await,
        };
        let status = answer.status.as_u16();
        let led_to_sign_in = answer.location.as_ref().is_some_and(|to| to.starts_with("/sign-in"));
        (if led_to_sign_in { 401 } else { status }, answer.body)
    }
}
