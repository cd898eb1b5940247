//! Accounts: signing up, in and out, links in letters, and who is behind a session.

mod links;
mod password;
mod session;
mod sign_up;

pub use links::{LinkLook, LinkPurpose, ask_for_link, ask_to_confirm, look_at_link, send_link_again, use_link};
pub(crate) use links::{confirm_invented, reset_link, send_confirmation};
pub use password::MIN_LENGTH;
pub(crate) use password::stored as stored_password;
pub(crate) use session::open_session;
pub use session::{SESSION_DAYS, act_for, actor, choose_language, memberships, sign_in, sign_out};
pub(crate) use sign_up::{NewPerson, new_account, read_person};
pub use sign_up::{SignUp, sign_up};

use kernel::Timestamp;

use crate::{App, Cx, Failure, Result};

/// Counts one attempt of `what` by `whom` and refuses the one above `most` in a window of `minutes`. Whom is stored as
/// a keyed hash: no addresses lie about.
pub(crate) async fn limit(app: &App, cx: &Cx, what: &str, whom: &str, most: i64, minutes: i64) -> Result<()> {
    let window = minutes * 60;
    let start = Timestamp::from_micros(cx.now.seconds().div_euclid(window) * window * 1_000_000);
    let key = kernel::to_hex(&app.keys().fingerprint(what, whom)[..16]);
    let hits = app.db().hit_rate_window(&format!("{what}:{key}"), start).await?;
    if hits > most {
        let seconds = start.plus_seconds(window).seconds() - cx.now.seconds();
        return Err(Failure::TooMany { seconds });
    }
    Ok(())
}
