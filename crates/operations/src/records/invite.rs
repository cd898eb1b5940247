//! Invitations to take a place in a record: a letter with a link, or a code to hand over.

use kernel::{Date, InvitationId, Locale, PersonId, Timestamp};
use mail::{AgreementTitle, LinkPath};
use storage::{AgreementKey, Invitee, RecordInvitation, RecordRole, Tx, Write};

use super::notices::read_by;
use crate::{
    App, Cx, Result, Token, letters,
    token::{spoken_code, spoken_code_hash},
};

/// For how many days a place can be taken.
const DAYS: i64 = 60;

/// Somebody to be invited: by letter where there is an address, else with a code.
pub(super) struct Inviting {
    pub(super) role: RecordRole,
    pub(super) invitee: Invitee,
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) by: Option<PersonId>,
    /// In which language they were asked to sign.
    pub(super) language: Option<Locale>,
}

/// An invitation that was made.
pub(super) struct Made {
    /// The code, of one without an address.
    pub(super) code: Option<String>,
    pub(super) path: String,
    pub(super) expires_at: Timestamp,
}

/// Invites somebody, in the transaction of the fact it follows from.
pub(super) async fn invite(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    key: &AgreementKey,
    title: &AgreementTitle,
    inviting: Inviting,
) -> Result<Made> {
    let Inviting {
        role,
        invitee,
        from,
        until,
        by,
        language,
    } = inviting;
    // An apprentice's and a guardian's place is one: only the newest invitation leads there.
    if role.is_own() {
        tx.record_invitations()
            .withdraw_role(key.agreement(), role, cx.now)
            .await?;
    }
    let expires_at = cx.now.plus_days(DAYS);
    let id = app.id(cx.now, InvitationId::new);
    let mut invitation = RecordInvitation::new(id, key.agreement(), role, cx.now, expires_at);
    (invitation.from, invitation.until, invitation.invited_by) = (from, until, by);
    let token = Token::new(app.chance());
    let code = invitee.email.is_none().then(|| spoken_code(app.chance()));
    let hash = code.as_deref().map(spoken_code_hash);
    tx.record_invitations()
        .insert(key, &invitation, &invitee, (&token.hash(), hash.as_ref()), app.chance())
        .await?;
    let path = format!("/join/{}", token.expose());
    if let Some(email) = &invitee.email {
        let letter = mail::RecordInvitation {
            agreement: title.clone(),
            role: role.code().to_owned(),
            expires_at,
            path: LinkPath::new(&path),
        };
        let cx = match language {
            Some(language) => cx.read_in(language),
            None => read_by(cx, tx, email).await?,
        };
        letters::post(app, &cx, tx, email, &letter).await?;
    }
    Ok(Made { code, path, expires_at })
}
