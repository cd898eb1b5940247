//! What the operator looks at.

use kernel::Timestamp;
use marketplace::{Organisation, Standing};
use operations::operator::{AuditEntry, Dossier, Import, Job, Letter, Member, QueueStatus, Works};
use words::Text;

use super::Names;
use crate::pages::{Check, Decisions, FailedLetter, HistoryEvent, ImportRow, JobRow, MemberRow, QueueRow};

/// In whose words the present standing was explained.
pub(crate) fn remark(standing: &Standing) -> Option<String> {
    match standing {
        Standing::Returned { reason, .. } | Standing::Suspended { reason, .. } => Some(reason.clone()),
        Standing::Claimed | Standing::Verified { .. } => None,
    }
}

/// Since when an organisation has its standing.
pub(crate) const fn since(organisation: &Organisation) -> Timestamp {
    match organisation.standing {
        Standing::Claimed => organisation.created_at,
        Standing::Returned { at, .. } | Standing::Verified { at } | Standing::Suspended { at, .. } => at,
    }
}

/// What can be decided of an organisation now.
pub(crate) const fn decisions(standing: &Standing) -> Decisions {
    let waits = matches!(standing, Standing::Claimed | Standing::Returned { .. });
    let suspended = matches!(standing, Standing::Suspended { .. });
    Decisions {
        verify: waits,
        send_back: waits,
        suspend: !suspended,
        reinstate: suspended,
    }
}

/// What the program looked at, with its finding.
pub(crate) fn checks(dossier: &Dossier) -> Vec<Check> {
    let code = Check {
        passed: true,
        text: Text::new("check.credit_code"),
    };
    let hints = dossier.hints.iter().map(|hint| Check {
        passed: false,
        text: Text::of("hint", hint.key()),
    });
    let alone = dossier.namesakes.is_empty();
    let double = Check {
        passed: alone,
        text: if alone {
            Text::new("check.no_double")
        } else {
            Text::new("check.double")
        },
    };
    std::iter::once(code)
        .chain(hints)
        .chain(std::iter::once(double))
        .collect()
}

impl Names {
    /// An organisation of the queue.
    pub(crate) fn queue_row(&self, organisation: &Organisation) -> QueueRow {
        let profile = &organisation.profile;
        QueueRow {
            href: format!("/operator/organisations/{}", organisation.id),
            name: profile.name.clone(),
            kinds: profile.kinds.iter().map(|kind| kind.code()).collect(),
            credit_code: profile.credit_code.to_string(),
            place: self.place(Some(&profile.province), profile.district.as_deref()),
            since: since(organisation),
            hints: profile.hints().len(),
            fictional: organisation.fictional,
        }
    }

    /// What happened so far, as far as it concerns the organisation itself.
    pub(crate) fn history(&self, entries: &[(AuditEntry, String)]) -> Vec<HistoryEvent> {
        entries
            .iter()
            .filter_map(|(entry, who)| self.event(entry, who))
            .collect()
    }

    fn event(&self, entry: &AuditEntry, who: &str) -> Option<HistoryEvent> {
        let what = match entry.act.as_str() {
            "sign_up" => "organisation_signed_up",
            "describe_organisation" => "organisation_edited",
            "verify_organisation" => "organisation_verified",
            "return_organisation" => "organisation_returned",
            "suspend_organisation" => "organisation_suspended",
            "reinstate_organisation" => "organisation_reinstated",
            _ => return None,
        };
        Some(HistoryEvent {
            at: entry.at,
            who: self.by(who),
            what: Text::of("event", what),
            reason: entry.reason.clone(),
        })
    }

    /// Who did something; without a name it was done at the command line.
    fn by(&self, who: &str) -> String {
        if who.is_empty() {
            Text::new("operator.command_line").render(self.locale)
        } else {
            who.to_owned()
        }
    }

    /// An import.
    pub(crate) fn import_row(&self, import: &Import, who: &str) -> ImportRow {
        ImportRow {
            at: import.started_at,
            kind: import.kind.clone(),
            file: import.file_name.clone(),
            hash: kernel::to_hex(&import.file_hash).chars().take(12).collect(),
            rows: import.rows,
            added: import.added,
            changed: import.changed,
            who: self.by(who),
        }
    }
}

/// A member; the address is whole for those who invite, masked for others.
pub(crate) fn member_row(member: &Member, whole: bool, you: Option<kernel::PersonId>) -> MemberRow {
    let email = member.email.as_ref();
    MemberRow {
        name: member.name.clone(),
        email: email
            .map(|email| if whole { email.to_string() } else { email.masked() })
            .unwrap_or_default(),
        role: member.membership.role.code(),
        from: member.membership.from,
        you: you == Some(member.membership.person),
        end: None,
    }
}

/// A job.
pub(crate) fn job_row(job: &Job) -> JobRow {
    JobRow {
        path: format!("/operator/jobs/{}", job.id),
        kind: job.kind.clone(),
        state: job.status.code(),
        failures: job.failures,
        run_at: job.run_at,
        last_error: job.last_error.clone(),
    }
}

/// A letter that could not be sent.
pub(crate) fn failed_letter(letter: &Letter) -> FailedLetter {
    FailedLetter {
        name: Text::of("letter_name", &letter.name),
        recipient: letter.recipient.masked(),
        last_error: letter.last_error.clone(),
        at: letter.finished_at.unwrap_or(letter.created_at),
    }
}

/// How many letters there are in a state.
pub(crate) fn letters_in(works: &Works, state: QueueStatus) -> i64 {
    let count = works.letters.iter().find(|(of, _)| *of == state);
    count.map_or(0, |(_, count)| *count)
}

/// How many jobs there are in a state.
pub(crate) fn jobs_in(works: &Works, state: &str) -> i64 {
    let counts = works.counts.iter().filter(|count| count.status.code() == state);
    counts.map(|count| count.jobs).sum()
}
