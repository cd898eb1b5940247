//! Writes every sample of every letter into a folder, to look at: `cargo run -p qixiao-mail --example letters -- FOLDER`.

use std::{error::Error, fs, path::Path};

use kernel::Locale;
use mail::{
    AgreementApproved, AgreementChanged, AgreementReady, AgreementRecalled, AgreementVoided, AgreementWithYou,
    AllSigned, ConfirmEmail, Invitation, Letter, Letterhead, OrganisationReturned, OrganisationSuspended,
    OrganisationVerified, PleaseSign, RecallAsked, ResetPassword, SignDeclined, SignExpired, SignInLink, SignMoved,
    SignReminder, SignedBy,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say which folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    write::<SignInLink>(folder)?;
    write::<ResetPassword>(folder)?;
    write::<ConfirmEmail>(folder)?;
    write::<Invitation>(folder)?;
    write::<OrganisationVerified>(folder)?;
    write::<OrganisationReturned>(folder)?;
    write::<OrganisationSuspended>(folder)?;
    write::<PleaseSign>(folder)?;
    write::<SignReminder>(folder)?;
    write::<SignedBy>(folder)?;
    write::<SignDeclined>(folder)?;
    write::<SignExpired>(folder)?;
    write::<SignMoved>(folder)?;
    write::<AllSigned>(folder)?;
    write::<AgreementWithYou>(folder)?;
    write::<AgreementChanged>(folder)?;
    write::<AgreementApproved>(folder)?;
    write::<AgreementReady>(folder)?;
    write::<AgreementRecalled>(folder)?;
    write::<RecallAsked>(folder)?;
    write::<AgreementVoided>(folder)?;
    Ok(())
}

fn write<L: Letter>(folder: &Path) -> Result<(), Box<dyn Error>> {
    let letterhead = Letterhead::new("https://qixiao.example.cn");
    for locale in Locale::ALL {
        for (index, letter) in L::samples().iter().enumerate() {
            let rendered = letterhead.render(letter, locale)?;
            let file = folder.join(format!("{}-{index}.{}", L::NAME, locale.code()));
            fs::write(file.with_added_extension("html"), &rendered.html)?;
            fs::write(
                file.with_added_extension("txt"),
                format!("Subject: {}\n\n{}", rendered.subject, rendered.text),
            )?;
        }
    }
    Ok(())
}
