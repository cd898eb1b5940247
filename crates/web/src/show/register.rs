//! Rows of the programme register, and what a college does with its own.

use marketplace::{
    Posting,
    register::{Presence, RegisterRow},
};
use operations::register::{Claims, RowLook};
use words::Text;

use super::{Names, encode, matches::by_partner};
use crate::pages::{ClaimGroup, ClaimRow, ClaimedPost, ClaimsPage, Link, RegisterAct, RegisterPage};

/// How many other majors of the college a row's page names.
const SIBLINGS: usize = 8;

/// Where a row's page is.
pub(crate) fn path(row: &RegisterRow) -> String {
    format!("/register/{}", row.id)
}

fn link(row: &RegisterRow) -> Link {
    Link::new(path(row), &row.entry.major_name)
}

impl Names {
    /// The page of a row.
    pub(crate) fn register_page(&self, look: &RowLook, stranger: bool) -> RegisterPage {
        let entry = &look.row.entry;
        let act = if look.may_claim {
            RegisterAct::Claim
        } else if look.may_invite {
            RegisterAct::Invite { again: look.invited }
        } else if stranger && look.row.college == Presence::Absent {
            RegisterAct::Join
        } else {
            RegisterAct::None
        };
        let class = self.vocabulary.major(&entry.major_code);
        RegisterPage {
            path: path(&look.row),
            school_name: entry.school_name.clone(),
            school_code: entry.school_code.clone(),
            year: entry.year,
            major_code: entry.major_code.clone(),
            major_name: entry.major_name.clone(),
            trade_href: self.trade_path(&entry.major_code),
            class_name: class.map(|major| major.class_name.clone()),
            category: self.category(&entry.major_code),
            duration_years: entry.duration_years,
            province: self.province(&entry.province),
            remark: entry.remark.clone(),
            presence: match look.row.college {
                Presence::Absent => "absent",
                Presence::Joined(_) => "joined",
                Presence::Claimed(_) => "claimed",
            },
            college: look
                .college
                .as_ref()
                .map(|owner| Link::new(format!("/organisations/{}", owner.id), &owner.profile.name)),
            post: look
                .post
                .as_ref()
                .map(|(id, title)| Link::new(format!("/posts/{id}"), title)),
            siblings: self.siblings(look),
            siblings_href: format!("/search?q={}&kind=register", encode(&entry.school_name)),
            matches: self.match_views(&by_partner(&look.matches), None, false),
            act,
        }
    }

    /// Other majors of the college; the lengths of study tell twins apart.
    fn siblings(&self, look: &RowLook) -> Vec<Link> {
        let majors = || look.siblings.iter().chain([&look.row]).map(|row| &row.entry.major_code);
        let shown = look.siblings.iter().take(SIBLINGS);
        shown
            .map(|row| {
                let mut link = link(row);
                if majors().filter(|&code| *code == row.entry.major_code).count() > 1 {
                    let years = Text::new("common.years").with("n", row.entry.duration_years);
                    link.name = format!("{} · {}", link.name, years.render(self.locale));
                }
                link
            })
            .collect()
    }

    /// The claims page of a college.
    pub(crate) fn claims_page(&self, claims: Claims, college: &str) -> ClaimsPage {
        let open = claims.open.into_iter().map(|row| (row, None));
        let taken = claims.taken.into_iter().map(|(row, by)| (row, Some(by)));
        let claimed = claims.claimed.into_iter().map(|row| (row, None));
        ClaimsPage {
            query: college.to_owned(),
            verified: claims.verified,
            open: self.groups(open.chain(taken)),
            claimed: self.groups(claimed),
            posted: claims.posted.iter().map(claimed_post).collect(),
            nothing_chosen: false,
        }
    }

    fn groups(&self, rows: impl Iterator<Item = (RegisterRow, Option<String>)>) -> Vec<ClaimGroup> {
        let mut groups: Vec<ClaimGroup> = Vec::new();
        for (row, taken_by) in rows {
            let shown = ClaimRow {
                id: row.id.to_string(),
                href: path(&row),
                major_name: row.entry.major_name.clone(),
                major_code: row.entry.major_code.clone(),
                category: self.category(&row.entry.major_code),
                duration_years: row.entry.duration_years,
                taken_by,
            };
            let entry = row.entry;
            let place = groups.iter().position(|group| {
                (&group.school_name, &group.school_code, group.year)
                    == (&entry.school_name, &entry.school_code, entry.year)
            });
            match place {
                Some(at) => groups[at].rows.push(shown),
                None => groups.push(ClaimGroup {
                    school_name: entry.school_name,
                    school_code: entry.school_code,
                    year: entry.year,
                    rows: vec![shown],
                }),
            }
        }
        groups
    }
}

fn claimed_post(posting: &Posting) -> ClaimedPost {
    ClaimedPost {
        post: Link::new(format!("/posts/{}", posting.id), &posting.content.title),
        status: posting.status.code(),
    }
}
