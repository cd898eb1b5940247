//! Writes every sample of every letter into a folder, to look at: `cargo run -p qixiao-mail --example letters -- FOLDER`.

use std::{error::Error, fs, path::Path};

use kernel::Locale;
use mail::{Letterhead, NAMES};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say which folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let letterhead = Letterhead::new("https://qixiao.example.cn");
    for name in NAMES {
        for locale in Locale::ALL {
            for (index, rendered) in letterhead.samples(name, locale)?.iter().enumerate() {
                let file = folder.join(format!("{name}-{index}.{}", locale.code()));
                fs::write(file.with_added_extension("html"), &rendered.html)?;
                fs::write(
                    file.with_added_extension("txt"),
                    format!("Subject: {}\n\n{}", rendered.subject, rendered.text),
                )?;
            }
        }
    }
    Ok(())
}
