//! Everything the pages are made of, embedded: templates, style sheet, script, mark.

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

    /// Changes whenever the text does (FNV-1a): what carries it in its address may be kept for ever.
    pub fn version(&self) -> String {
        let hash = self.text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
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
    "agreements/list.html",
    "agreements/new.html",
    "agreements/parts.html",
    "agreements/section.html",
    "agreements/text.html",
    "claims.html",
    "demo.html",
    "error.html",
    "home.html",
    "invitation.html",
    "join.html",
    "layout.html",
    "link.html",
    "demo_letter.html",
    "demo_mail.html",
    "link_dead.html",
    "mail_sent.html",
    "members.html",
    "menu.html",
    "operator/imports.html",
    "operator/jobs.html",
    "operator/organisation.html",
    "operator/queue.html",
    "organisation.html",
    "organisation_form.html",
    "parts/acting.html",
    "parts/chosen.html",
    "parts/facets.html",
    "parts/form.html",
    "parts/language.html",
    "parts/match.html",
    "parts/organisation.html",
    "parts/owner.html",
    "parts/person.html",
    "parts/places.html",
    "parts/show.html",
    "post.html",
    "post_form.html",
    "post_kinds.html",
    "register.html",
    "register_invitation.html",
    "reset.html",
    "search.html",
    "search_facets.html",
    "sign/closed.html",
    "sign/code.html",
    "sign/decline.html",
    "sign/parts.html",
    "sign/read.html",
    "sign/signed.html",
    "sign_in.html",
    "sign_up.html",
    "sign_up_side.html",
    "verify/agreement.html",
    "verify/enter.html",
    "verify/file.html",
    "workspace.html",
);
