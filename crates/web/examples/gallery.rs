//! Writes every sample of every page to a folder, with the assets beside it, to be looked at in a browser:
//! `cargo run -p qixiao-web --example gallery -- FOLDER [TEMPLATES]`.

use std::{error::Error, fs, path::PathBuf};

use kernel::Locale;
use web::{
    assets::{ASSETS, TEMPLATES},
    pages::render_samples,
    view::{Flash, Person, Tone, View, Viewer, ViewerRole, base},
};
use words::Text;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder to write to")?);
    let mut env = base();
    match arguments.next().map(PathBuf::from) {
        Some(templates) => env.set_loader(minijinja::path_loader(templates)),
        None => TEMPLATES
            .iter()
            .try_for_each(|(name, text)| env.add_template(name, text))?,
    }
    fs::create_dir_all(folder.join("assets"))?;
    for asset in ASSETS {
        fs::write(folder.join("assets").join(asset.name), asset.text)?;
    }
    let person = |role| {
        Viewer::Person(Person {
            name: "沈念".to_owned(),
            organisation: (role != ViewerRole::Operator).then(|| "示例电子信息职业技术学院".to_owned()),
            role,
            unread: 3,
        })
    };
    let mut failures = 0;
    for locale in Locale::ALL {
        for (viewer_name, viewer) in [
            ("stranger", Viewer::Stranger),
            ("college", person(ViewerRole::College)),
            ("enterprise", person(ViewerRole::Enterprise)),
            ("operator", person(ViewerRole::Operator)),
        ] {
            let view = View {
                locale,
                viewer,
                path: "/workspace".to_owned(),
                mailbox: true,
                demo: viewer_name != "stranger",
                flash: (viewer_name == "operator").then(|| Flash {
                    tone: Tone::Done,
                    text: Text::new("flash.draft_saved"),
                }),
                today: time::macros::date!(2026 - 11 - 20),
            };
            for sample in render_samples(&view, &env) {
                let name = format!("{}-{}-{viewer_name}-{}.html", sample.page, sample.number, locale.code());
                match sample.html {
                    Ok(html) => fs::write(folder.join(name), html)?,
                    Err(error) => {
                        failures += 1;
                        eprintln!("{name}: {}", error.source);
                    }
                }
            }
        }
    }
    if failures > 0 {
        Err(format!("{failures} samples do not render").into())
    } else {
        Ok(())
    }
}
