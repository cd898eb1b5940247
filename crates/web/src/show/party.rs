//! Organisations as others see them.

use kernel::PostingKind;
use marketplace::{Organisation, OrganisationKind, OrganisationSide, Standing, register::Presence};
use words::Text;

use super::Names;
use crate::pages::{Choice, OrganisationCard, Party};

impl Names {
    /// Name, standing and address of an organisation of the platform.
    pub(crate) fn party(organisation: &Organisation) -> Party {
        Party {
            name: organisation.profile.name.clone(),
            href: Some(format!("/organisations/{}", organisation.id)),
            standing: organisation.standing.code(),
            fictional: organisation.fictional,
        }
    }

    /// The owner of something published, of whom no more than the name is known. Only verified ones are published.
    pub(super) fn publisher(name: &str, id: Option<kernel::OrganisationId>, fictional: bool) -> Party {
        Party {
            name: name.to_owned(),
            href: id.map(|id| format!("/organisations/{id}")),
            standing: "verified",
            fictional,
        }
    }

    /// A college of the register, with the organisation of the platform that it is, if any.
    pub(super) fn school(name: &str, presence: Presence) -> Party {
        Party {
            name: name.to_owned(),
            href: presence.organisation().map(|id| format!("/organisations/{id}")),
            standing: match presence {
                Presence::Absent => "listed",
                Presence::Joined(_) => "unclaimed",
                Presence::Claimed(_) => "verified",
            },
            fictional: false,
        }
    }

    /// An organisation with what it says of itself.
    pub(crate) fn card(&self, organisation: &Organisation, posts: i64) -> OrganisationCard {
        let profile = &organisation.profile;
        OrganisationCard {
            party: Self::party(organisation),
            kinds: profile.kinds.iter().map(|kind| kind.code()).collect(),
            place: self.place(Some(&profile.province), profile.district.as_deref()),
            industries: self.industries(&profile.industries),
            introduction: profile.introduction.clone(),
            posts,
        }
    }

    /// The kinds an organisation of this side can be; an enterprise is one thing only and has no choice.
    pub(crate) fn kind_choices(&self, side: OrganisationSide) -> Vec<Choice> {
        if side == OrganisationSide::Enterprise {
            return Vec::new();
        }
        [OrganisationKind::School, OrganisationKind::TrainingBody]
            .map(|kind| Choice::new(kind.code(), Text::of("org_kind", kind.code()).render(self.locale)))
            .to_vec()
    }
}

/// The kinds of posts that a side makes.
pub(crate) fn kinds_of(side: OrganisationSide) -> Vec<PostingKind> {
    let wanted = match side {
        OrganisationSide::College => kernel::Side::Offer,
        OrganisationSide::Enterprise => kernel::Side::Need,
        OrganisationSide::Neither => return Vec::new(),
    };
    PostingKind::ALL
        .into_iter()
        .filter(|kind| kind.side() == wanted)
        .collect()
}

/// What the operator asked to mend.
pub(crate) fn returned(standing: &Standing) -> Option<String> {
    match standing {
        Standing::Returned { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}
