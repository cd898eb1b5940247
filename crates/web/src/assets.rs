//! Everything the pages are made of, embedded: templates, style sheet, script, mark.

use std::sync::LazyLock;

use minifier::css;
use minijinja::{Error, ErrorKind, Value};

/// A file served under `/assets/`.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Every file served under `/assets/`.
pub const ASSETS: [Asset; 3] = [
    Asset {
        name: "qixiao.css",
        media_type: "text/css; charset=utf-8",
        text: include_str!("../assets/qixiao.css"),
    },
    Asset {
        name: "qixiao.js",
        media_type: "text/javascript; charset=utf-8",
        text: include_str!("../assets/qixiao.js"),
    },
    Asset {
        name: "mark.svg",
        media_type: "image/svg+xml",
        text: include_str!("../assets/mark.svg"),
    },
];

impl Asset {
    /// The file of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        ASSETS.iter().find(|asset| asset.name == name)
    }

    /// What is served: the style sheet without its comments and the blanks that only its readers need.
    pub fn body(&self) -> &'static str {
        static SHEET: LazyLock<String> = LazyLock::new(|| {
            let sheet = include_str!("../assets/qixiao.css");
            // One that cannot be read is served as it stands; a test rules it out.
            css::minify(sheet).map_or_else(|_| sheet.to_owned(), |sheet| sheet.to_string())
        });
        if self.name == "qixiao.css" { &SHEET } else { self.text }
    }

    /// Changes whenever the text does (FNV-1a): what carries it in its address may be kept for ever.
    pub fn version(&self) -> String {
        let hash = self.body().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{:08x}", hash >> 32)
    }
}

/// The address of an asset with its version, for templates.
pub(crate) fn url(name: &str) -> Result<Value, Error> {
    let asset = Asset::find(name)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no asset {name}")))?;
    Ok(Value::from_safe_string(format!("/assets/{name}?v={}", asset.version())))
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// Every file under `templates/`: a test compares with the folder.
        pub const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),*];
    };
}

templates!(
    "agreements/agreement.html",
    "agreements/end.html",
    "agreements/end_agree.html",
    "agreements/end_sure.html",
    "agreements/list.html",
    "agreements/new.html",
    "agreements/parts.html",
    "agreements/pause.html",
    "agreements/resume.html",
    "agreements/running.html",
    "agreements/section.html",
    "agreements/text.html",
    "claims.html",
    "demand.html",
    "demand_trade.html",
    "demo.html",
    "demo_letter.html",
    "demo_mail.html",
    "error.html",
    "home.html",
    "invitation.html",
    "join.html",
    "layout.html",
    "link.html",
    "link_dead.html",
    "mail/ending.html",
    "mail/settings.html",
    "mail/wrong.html",
    "mail_sent.html",
    "members.html",
    "menu.html",
    "notices.html",
    "operator/agreement.html",
    "operator/agreements.html",
    "operator/imports.html",
    "operator/jobs.html",
    "operator/mail.html",
    "operator/mail_address.html",
    "operator/mail_letter.html",
    "operator/mail_parts.html",
    "operator/mail_preview.html",
    "operator/mail_previews.html",
    "operator/mail_suppressions.html",
    "operator/organisation.html",
    "operator/questions.html",
    "operator/queue.html",
    "organisation.html",
    "organisation_form.html",
    "parts/acting.html",
    "parts/bell.html",
    "parts/chosen.html",
    "parts/demand.html",
    "parts/facets.html",
    "parts/form.html",
    "parts/language.html",
    "parts/match.html",
    "parts/organisation.html",
    "parts/owner.html",
    "parts/person.html",
    "parts/places.html",
    "parts/show.html",
    "parts/trade.html",
    "post.html",
    "post_form.html",
    "post_kinds.html",
    "records/agreement.html",
    "records/apprentices.html",
    "records/assessment.html",
    "records/break.html",
    "records/complain.html",
    "records/join.html",
    "records/my.html",
    "records/opened.html",
    "records/operator.html",
    "records/parts.html",
    "records/people.html",
    "records/record.html",
    "records/review.html",
    "records/section.html",
    "records/start.html",
    "records/week.html",
    "records/weeks.html",
    "records/withdraw.html",
    "register.html",
    "register_invitation.html",
    "reset.html",
    "search.html",
    "search_facets.html",
    "searches.html",
    "sign/closed.html",
    "sign/code.html",
    "sign/decline.html",
    "sign/parts.html",
    "sign/read.html",
    "sign/signed.html",
    "sign_in.html",
    "sign_up.html",
    "sign_up_side.html",
    "trade.html",
    "trades.html",
    "verify/agreement.html",
    "verify/enter.html",
    "verify/file.html",
    "workspace.html",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_that_is_served_has_every_rule_and_no_comment() {
        let sheet = Asset::find("qixiao.css").unwrap();
        let body = sheet.body();
        assert!(!body.contains("/*") && body.len() + 2_000 < sheet.text.len());
        for mark in ['{', '}'] {
            assert_eq!(
                body.matches(mark).count(),
                bare(sheet.text).matches(mark).count(),
                "{mark}"
            );
        }
    }

    fn bare(sheet: &str) -> String {
        let pieces = sheet.split("*/").filter_map(|piece| piece.split("/*").next());
        pieces.collect()
    }
}
