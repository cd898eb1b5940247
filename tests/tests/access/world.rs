//! Everybody and everything that the access table names, made as it is needed.

mod agreements;
mod letters;
pub(crate) mod records;
mod signing;

use std::collections::HashMap;

use journeys::{Answer, PASSWORD, Site, Visitor};
use kernel::{JobId, OrganisationId};
use serde_json::json;
use storage::{AuditActor, AuditEntry, NewJob, Page, QueueStatus};

/// The columns of the table.
pub(crate) const ROLES: [&str; 7] = ["stranger", "admin", "officer", "other", "firm", "operator", "waiting"];

/// An id that nothing has.
const NOBODY: &str = "0199b0c1-0000-7000-8000-00000000000b";
/// A token that nothing has.
const NO_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const COLLEGE: &str = "上海示范职业技术学院";
const FIRM: &str = "上海示范精密制造有限公司";

type Fields = Vec<(&'static str, String)>;

/// Everybody and everything.
pub(crate) struct World {
    site: Site,
    visitors: HashMap<&'static str, Visitor>,
    addresses: HashMap<&'static str, String>,
    /// What was made and can be used once more.
    made: HashMap<&'static str, String>,
    /// What the last request was about.
    last: &'static str,
    register: Vec<String>,
    number: u32,
}

fn last_part(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

impl World {
    pub(crate) async fn new(site: Site) -> Self {
        let mut college = site.verified_college(COLLEGE).await;
        let other = site.verified_college("上海别家职业学院").await;
        let firm = site.verified_enterprise(FIRM).await;
        let waiting = site.college("上海等待职业学院").await;
        let operator = site.operator().await;
        let code = invite(&mut college.visitor).await.0;
        let mut officer = site.visitor();
        let newcomer = [
            ("person_name", "赵六"),
            ("email", "zhao@org.example"),
            ("password", PASSWORD),
        ];
        officer.post(&format!("/invitations/{code}"), &newcomer).await.is(303);
        let addresses = HashMap::from([
            ("admin", college.email),
            ("officer", "zhao@org.example".to_owned()),
            ("other", other.email),
            ("firm", firm.email),
            ("operator", "operator@qixiao.example".to_owned()),
            ("waiting", waiting.email),
        ]);
        let visitors = HashMap::from([
            ("stranger", site.visitor()),
            ("admin", college.visitor),
            ("officer", officer),
            ("other", other.visitor),
            ("firm", firm.visitor),
            ("operator", operator),
            ("waiting", waiting.visitor),
        ]);
        Self {
            site,
            visitors,
            addresses,
            made: HashMap::new(),
            last: "-",
            register: Vec::new(),
            number: 0,
        }
    }

    /// That visitor's browser. A copy: what happens to its cookies is forgotten.
    pub(crate) fn visitor(&self, role: &str) -> Visitor {
        self.visitors[role].clone()
    }

    /// What the last request was about is no longer what it was.
    pub(crate) fn used_up(&mut self) {
        self.made.remove(self.last);
        if self.last == "withdrawn" || self.last == "invitation" {
            self.made.remove("code");
        }
    }

    /// The path and the fields of a request about this object.
    pub(crate) async fn request(&mut self, method: &str, path: &str, object: &'static str) -> (String, Fields) {
        // So much later that no limit on what was tried before counts any more; a link is good for half an hour.
        if path.starts_with("/links/") && method == "POST" {
            self.site.pass(3_601);
            self.made.remove(object);
        } else if method == "POST" {
            self.site.pass(100);
        }
        self.last = object;
        let id = match object {
            "-" => String::new(),
            "none" if path.contains("{token}") => NO_TOKEN.to_owned(),
            "none" => NOBODY.to_owned(),
            _ => self.object(object).await,
        };
        // A slot is named by its agreement and itself.
        let (first, second) = id.split_once('/').unwrap_or((&id, &id));
        let whole = ["{id}", "{token}", "{code}", "{file}", "{name}"]
            .iter()
            .fold(path.to_owned(), |path, name| path.replace(name, first));
        let whole = whole.replace("{slot}", second).replace("{section}", "duties");
        if path == "/posts/{id}/aside" || path == "/posts/{id}/back" {
            self.object("need").await;
        }
        let fields = if method == "POST" {
            self.fields(path, id)
        } else {
            Vec::new()
        };
        (whole, fields)
    }

    /// Sends it, and answers with the status and the page; 401 stands for being led to sign in.
    pub(crate) async fn send(&mut self, role: &str, method: &str, path: &str, fields: &Fields) -> (u16, String) {
        let mut visitor = self.visitor(role);
        if path == "/sign-out" && role != "stranger" {
            // Of another session, so that the role stays signed in.
            let fields = [("email", self.addresses[role].as_str()), ("password", PASSWORD)];
            visitor.post("/sign-in", &fields).await.is(303);
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = match method {
            "GET" => visitor.get(path).await,
            _ => visitor.post(path, &fields).await,
        };
        let status = answer.status.as_u16();
        let led_to_sign_in = answer.location.as_ref().is_some_and(|to| to.starts_with("/sign-in"));
        (if led_to_sign_in { 401 } else { status }, answer.body)
    }

    /// Nothing waits to be written: sessions idle for an hour are written down when they are used again, jobs are done.
    pub(crate) async fn settle(&mut self) {
        for role in ROLES {
            self.visitor(role).get("/menu").await.is(200);
        }
        self.site.work().await;
    }

    /// Jobs that were given up for the table's sake are done after all.
    pub(crate) async fn leave_no_job(&mut self) {
        let mut operator = self.visitor("operator");
        for retry in operator.get("/operator/jobs").await.links("/operator/jobs/") {
            operator.post(&retry, &[]).await.is(303);
        }
    }

    fn fields(&mut self, path: &str, id: String) -> Fields {
        self.number += 1;
        let of = |fields: &[(&'static str, &str)]| {
            fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect()
        };
        match path {
            "/posts" | "/posts/{id}" => of(&OFFER),
            "/posts/{id}/close" => of(&[("reason", "filled")]),
            "/posts/{id}/aside" | "/posts/{id}/back" => vec![("partner", format!("posting:{}", self.made["need"]))],
            "/sign-up" => of(&[("side", "college"), ("name", "没写完")]),
            "/sign-in" => of(&[("email", "nobody@org.example"), ("password", "not the password")]),
            "/sign-in/letter" | "/reset" => vec![("email", format!("nobody{}@org.example", self.number))],
            "/workspace/acting" => vec![("membership", id)],
            "/workspace/claims" | "/workspace/claims/posts" => vec![("row", id)],
            "/workspace/members" => of(&[("by", "code"), ("role", "officer")]),
            "/join" => vec![("code", id)],
            "/mail/preferences/{token}" => of(&[("week", "daily"), ("hour", "9"), ("weekday", "1")]),
            "/mail/unsubscribe/{token}" => of(&[("act", "end")]),
            "/invitations/{token}" => {
                let email = format!("newcomer{}@org.example", self.number);
                vec![
                    ("person_name", "孙八".to_owned()),
                    ("email", email),
                    ("password", PASSWORD.to_owned()),
                ]
            }
            "/language" => of(&[("lang", "zh"), ("return_to", "/search")]),
            "/demo/become" => of(&[("role", "operator")]),
            path if path.ends_with("/answer") => of(&[("answer", "agree")]),
            path if path.starts_with("/agreements/") => Self::agreement_fields(path),
            "/operator/agreements/{id}/open" => of(&[("reason", "有人投诉")]),
            "/operator/agreements/{id}/void" => of(&[("void_reason", "企业已经注销")]),
            "/operator/mail/letters/{id}/resend" => of(&[("reason", "地址已经改正")]),
            path if path.starts_with("/operator/organisations/") => of(&[("reason", "看着不对")]),
            _ => Vec::new(),
        }
    }

    async fn object(&mut self, object: &'static str) -> String {
        if let Some(id) = self.made.get(object) {
            return id.clone();
        }
        let id = self.make(object).await;
        self.made.insert(object, id.clone());
        id
    }

    async fn make(&mut self, object: &str) -> String {
        match object {
            "draft" => self.post(&["save"]).await,
            "published" => self.post(&["publish"]).await,
            "closed" => self.post(&["publish", "close"]).await,
            "need" => last_part(&self.visitor("firm").post("/posts", &NEED).await.leads()),
            "free_row" => self.row("上海无人职业学院").await,
            "own_row" => self.row(COLLEGE).await,
            "claimed_row" => {
                let row = self.row(COLLEGE).await;
                self.visitor("admin")
                    .post("/workspace/claims", &[("row", &row)])
                    .await
                    .is(303);
                row
            }
            "verified" => self.organisation("admin").await,
            "of_waiting" => self.organisation("waiting").await,
            "claimed" => self.fresh_organisation().await,
            "suspended" => {
                let id = self.fresh_organisation().await;
                let path = format!("/operator/organisations/{id}/suspend");
                self.visitor("operator")
                    .post(&path, &[("reason", "看着不对")])
                    .await
                    .is(303);
                id
            }
            "link" => self.link().await,
            "used_link" => {
                let token = self.link().await;
                self.site.visitor().post(&format!("/links/{token}"), &[]).await.is(303);
                token
            }
            "membership" => self.membership("王小明").await,
            "member" => {
                self.number += 1;
                let (name, email) = (
                    format!("周{}", self.number),
                    format!("member{}@org.example", self.number),
                );
                let code = invite(&mut self.visitor("admin")).await.0;
                let newcomer = [
                    ("person_name", name.as_str()),
                    ("email", &email),
                    ("password", PASSWORD),
                ];
                self.site
                    .visitor()
                    .post(&format!("/invitations/{code}"), &newcomer)
                    .await
                    .is(303);
                self.membership(&name).await
            }
            "code" => invite(&mut self.visitor("admin")).await.0,
            "invitation" => invite(&mut self.visitor("admin")).await.1,
            "withdrawn" => self.withdrawn().await.1,
            "withdrawn_code" => self.withdrawn().await.0,
            "dead_job" => self.dead_job().await,
            "done_job" => {
                self.site.work().await;
                let mut tx = self.site.app().db().read().await.expect("the database reads");
                tx.jobs()
                    .list(QueueStatus::Done, Page::first(1))
                    .await
                    .expect("jobs are listed")[0]
                    .id
                    .to_string()
            }
            "letters_key" => self.letter_key("preferences").await,
            "ending_key" => self.letter_key("unsubscribe").await,
            "asset" => "qixiao.css".to_owned(),
            "trade" => "6-18-01-01".to_owned(),
            "letter_name" => "digest".to_owned(),
            "notice" | "search" | "dead_letter" | "sent_letter" => Box::pin(self.make_letter(object)).await,
            "sign_link" | "signed_link" | "mended_link" | "own_slot" | "others_slot" | "verify_code" | "effective"
            | "effective_link" => Box::pin(self.make_signing(object)).await,
            other => Box::pin(self.make_agreement(other)).await,
        }
    }

    async fn post(&self, acts: &[&str]) -> String {
        let mut admin = self.visitor("admin");
        let mut fields = OFFER.to_vec();
        fields.push(("act", acts[0]));
        let path = admin.post("/posts", &fields).await.leads();
        if acts.contains(&"close") {
            admin
                .post(&format!("{path}/close"), &[("reason", "filled")])
                .await
                .is(303);
        }
        last_part(&path)
    }

    /// A row of the register that nobody has claimed, of a college of this name.
    async fn row(&mut self, school: &str) -> String {
        self.number += 1;
        let code = 9_000 + self.number;
        self.register
            .push(format!("2025,上海市,{code},{school},460103,数控技术,3,\n"));
        self.site
            .import_programmes(&self.register.concat())
            .await
            .expect("a good file");
        let mut tx = self.site.app().db().read().await.expect("the database reads");
        tx.register()
            .of_school(&code.to_string())
            .await
            .expect("rows are listed")[0]
            .id
            .to_string()
    }

    async fn organisation(&self, role: &str) -> String {
        let home = self.visitor(role).get("/workspace").await;
        last_part(&home.link("/organisations/").expect("its own page"))
    }

    async fn fresh_organisation(&mut self) -> String {
        self.number += 1;
        let name = format!("上海第{}机械有限公司", self.number);
        let mut enterprise = self.site.enterprise(&name).await;
        last_part(
            &enterprise
                .visitor
                .get("/workspace")
                .await
                .link("/organisations/")
                .expect("its own page"),
        )
    }

    async fn link(&self) -> String {
        self.site
            .visitor()
            .post("/sign-in/letter", &[("email", &self.addresses["admin"])])
            .await
            .is(200);
        last_part(&self.site.link_to(&self.addresses["admin"]).await)
    }

    /// The key in a link at the foot of a letter to the admin.
    async fn letter_key(&self, page: &str) -> String {
        let letters = self.site.letters_to(&self.addresses["admin"]).await;
        let path = format!("/mail/{page}/");
        let links = letters.iter().rev().flat_map(crate::links_of);
        let link = links.into_iter().find(|link| link.starts_with(&path));
        last_part(&link.expect("a letter that can be ended"))
    }

    async fn withdrawn(&self) -> (String, String) {
        let mut admin = self.visitor("admin");
        let (code, id) = invite(&mut admin).await;
        admin
            .post(&format!("/workspace/members/invitations/{id}/withdraw"), &[])
            .await
            .is(303);
        (code, id)
    }

    /// The membership of the college by which the person of this name acts.
    async fn membership(&self, name: &str) -> String {
        let college: OrganisationId = self.organisation("admin").await.parse().expect("an id");
        let mut tx = self.site.app().db().read().await.expect("the database reads");
        let members = tx
            .memberships()
            .of_organisation(college, None)
            .await
            .expect("members are listed");
        let member = members.iter().find(|member| member.name == name).expect("a member");
        member.membership.id.to_string()
    }

    async fn dead_job(&self) -> String {
        self.site.work().await;
        let app = self.site.app();
        let now = app.clock().now();
        let job = NewJob {
            id: JobId::new(now, app.chance()),
            kind: "match".to_owned(),
            payload: json!({ "job": "match" }),
            priority: 40,
            run_at: now,
            dedup_key: None,
            created_at: now,
        };
        let mut tx = app.db().write().await.expect("the database writes");
        tx.jobs().enqueue(&job).await.expect("the job is enqueued");
        let entry = AuditEntry::new(
            kernel::AuditId::new(now, app.chance()),
            now,
            AuditActor::system(),
            "test",
        );
        tx.commit(entry).await.expect("the database writes");
        let claimed = app
            .db()
            .claim_jobs(now, now.plus_seconds(30), 1)
            .await
            .expect("the job is claimed");
        app.db()
            .give_up(claimed[0].lease(), now, "for the table's sake")
            .await
            .expect("the job is given up");
        job.id.to_string()
    }
}

/// What the firm asks for.
const NEED: [(&str, &str); 8] = [
    ("kind", "apprentices"),
    ("title", "车工学徒"),
    ("province", "310000"),
    ("lines.0.occupation", "车工"),
    ("lines.0.level", "L3"),
    ("lines.0.seats", "8"),
    ("lines.0.pay_min", "5000"),
    ("act", "publish"),
];

const OFFER: [(&str, &str); 4] = [
    ("kind", "programme"),
    ("title", "数控技术学徒班"),
    ("province", "310000"),
    ("lines.0.major", "数控技术"),
];

/// Invites by code: the code, and the invitation's id.
async fn invite(admin: &mut Visitor) -> (String, String) {
    let before = open_invitations(&admin.get("/workspace/members").await);
    let shown = admin
        .post("/workspace/members", &[("by", "code"), ("role", "officer")])
        .await;
    shown.is(200);
    let code = shown
        .body
        .split("id=\"code\"")
        .nth(1)
        .and_then(|rest| rest.split("value=\"").nth(1));
    let code = code.and_then(|rest| rest.split('"').next()).expect("a code").to_owned();
    let fresh = open_invitations(&shown).into_iter().find(|id| !before.contains(id));
    (code, fresh.expect("the new invitation is listed"))
}

fn open_invitations(page: &Answer) -> Vec<String> {
    let withdraw = page.links("/workspace/members/invitations/");
    withdraw
        .iter()
        .map(|path| last_part(path.trim_end_matches("/withdraw")))
        .collect()
}
