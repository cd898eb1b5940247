//! Notices on their page.

use kernel::Locale;
use operations::notices::Notice;
use words::Text;

use crate::pages::NoticeRow;

/// A notice of the list.
pub(crate) fn notice_row(notice: &Notice, locale: Locale) -> NoticeRow {
    let new = &notice.notice;
    NoticeRow {
        path: format!("/notices/{}", new.id),
        href: new.path.clone(),
        subject: notice.notice.subject(locale).to_owned(),
        about: Text::of("mail_event", &new.event),
        at: new.created_at,
        unread: notice.read_at.is_none(),
    }
}
