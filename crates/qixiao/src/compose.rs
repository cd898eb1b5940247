//! Puts the product together from its configuration: the only place that knows which parts there are.

use std::{fs, io::Write as _, path::Path, sync::Arc};

use anyhow::{Context as _, bail};
use kernel::{Chance as _, Clock as _};
use mail::{Credentials, Folder, Security, Sender, Signing, Smtp, SmtpSettings, Transport};
use matching::Weights;
use operations::{App, Parts, Settings, import, setup};
use search::{Analyzer, EmbeddedEngine, Engine, MeilisearchEngine};
use storage::{Db, keys::Keys};

use crate::{
    config::{Config, MailTransport, SmtpTls},
    system::{SystemChance, SystemClock},
};

/// What a command needs of the search engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EngineUse {
    /// The server and the worker write the index.
    Writer,
    /// A command leaves the index alone: what it changes is indexed by the server's jobs.
    None,
}

/// Whether the data has to be fictional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// Only real data: fictional data is refused.
    Real,
    /// Only fictional data: real data is refused.
    Demonstration,
    /// Either.
    Any,
}

/// The product, put together.
pub(crate) async fn compose(config: &Config, engine: EngineUse, data: Data) -> anyhow::Result<App> {
    fs::create_dir_all(&config.data)
        .with_context(|| format!("the data folder {} cannot be made", config.data.display()))?;
    let db = connect(config).await?;
    let demonstration = setup::demonstration(&db).await? != setup::Demonstration::None;
    match data {
        Data::Real if demonstration => bail!(
            "{} holds fictional demonstration data; `serve` refuses it. Choose another folder with --data, or run `qixiao demo`",
            config.data.display()
        ),
        Data::Demonstration if !demonstration && !setup::is_empty(&db).await? => bail!(
            "{} holds real data; `demo` does not mix with it. Choose another folder with --data",
            config.data.display()
        ),
        _ => {}
    }
    let keys = keys(config, &db).await?;
    let vocabulary = import::load_vocabulary(&db)
        .await
        .context("the imported lists cannot be read")?;
    let engine = self::engine(config, engine, &vocabulary)?;
    Ok(App::new(Parts {
        engine,
        transport: transport(config)?,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        keys: Arc::new(keys),
        weights: Weights::default(),
        vocabulary: Arc::new(vocabulary),
        settings: Settings {
            public_url: config.public_url(),
            demonstration: demonstration || data == Data::Demonstration,
            sender: config
                .mail
                .from
                .parse::<Sender>()
                .context("mail.from is not an address")?,
            rates: config.mail.per_minute.clone(),
        },
        db,
    }))
}

/// The database, brought up to date.
pub(crate) async fn connect(config: &Config) -> anyhow::Result<Db> {
    let where_from = if config.database.url.is_some() {
        "database.url"
    } else {
        "the data folder"
    };
    Db::connect(&config.database_url())
        .await
        .with_context(|| format!("the database of {where_from} cannot be opened"))
}

/// The keys of the key file, which is made at the first start and never again: without it protected fields are lost.
async fn keys(config: &Config, db: &Db) -> anyhow::Result<Keys> {
    let path = config.key_path();
    let keys = match fs::read_to_string(&path) {
        Ok(text) => {
            let bytes = kernel::from_hex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let bytes = bytes
                .with_context(|| format!("{} is no key file: 64 hexadecimal digits are expected", path.display()))?;
            Some(Keys::from_bytes(&bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("the key file {} cannot be read", path.display())),
    };
    match (setup::key_state(db, keys.as_ref()).await?, keys) {
        (setup::KeyState::Right, Some(keys)) => Ok(keys),
        (setup::KeyState::Fresh, keys) => {
            let keys = match keys {
                Some(keys) => keys,
                None => make_key_file(&path)?,
            };
            setup::bind_key(db, &keys, SystemClock.now(), &SystemChance).await?;
            Ok(keys)
        }
        (setup::KeyState::Wrong, _) => bail!("{} is not the key file of this database", path.display()),
        (setup::KeyState::Missing | setup::KeyState::Right, _) => bail!(
            "the key file {} is missing; without it names and addresses stay readable, but protected fields do not. Put it back from your backup",
            path.display()
        ),
    }
}

fn make_key_file(path: &Path) -> anyhow::Result<Keys> {
    let mut master = [0; 32];
    SystemChance.fill(&mut master);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options
        .open(path)
        .with_context(|| format!("the key file {} cannot be made", path.display()))?;
    writeln!(file, "{}", kernel::to_hex(&master))?;
    file.sync_all()?;
    tracing::warn!(path = %path.display(), "made the key file; keep a copy of it apart from the backups");
    Ok(Keys::from_bytes(&master))
}

fn engine(config: &Config, engine: EngineUse, vocabulary: &vocabulary::Vocabulary) -> anyhow::Result<Arc<dyn Engine>> {
    let analyzer = || Analyzer::builtin(vocabulary).context("the words of search cannot be read");
    match (&config.search.url, engine) {
        (Some(url), _) => Ok(Arc::new(meilisearch(config, url, analyzer()?)?)),
        (None, EngineUse::Writer) => Ok(Arc::new(
            EmbeddedEngine::open(&config.data.join("index"), analyzer()?)
                .context("the search index cannot be opened")?,
        )),
        (None, EngineUse::None) => Ok(Arc::new(crate::no_engine::NoEngine)),
    }
}

/// The engine on a Meilisearch server.
pub(crate) fn meilisearch(config: &Config, url: &str, analyzer: Analyzer) -> anyhow::Result<MeilisearchEngine> {
    let key = config.search.key.as_ref().map(crate::config::Secret::expose);
    let index = config.search.index.as_deref().unwrap_or("qixiao");
    MeilisearchEngine::new(url, key, index, analyzer).context("the Meilisearch settings cannot be used")
}

/// What signs letters.
fn signing(mail: &crate::config::Mail) -> anyhow::Result<Option<Signing>> {
    let (Some(domain), Some(selector), Some(file)) = (&mail.dkim_domain, &mail.dkim_selector, &mail.dkim_key_file)
    else {
        return Ok(None);
    };
    let pem = std::fs::read_to_string(file).with_context(|| format!("mail.dkim_key_file {}", file.display()))?;
    let signing = Signing::new(domain, selector, &pem);
    Ok(Some(
        signing.with_context(|| format!("mail.dkim_key_file {}", file.display()))?,
    ))
}

fn transport(config: &Config) -> anyhow::Result<Transport> {
    let mail = &config.mail;
    Ok(match mail.transport {
        MailTransport::Folder => Transport::Folder(Folder::new(config.data.join("mail"))),
        MailTransport::Smtp => {
            let credentials = match (&mail.smtp_user, &mail.smtp_password) {
                (Some(user), Some(password)) => Some(Credentials {
                    user: user.clone(),
                    password: password.expose().to_owned(),
                }),
                (None, None) => None,
                _ => bail!("mail.smtp_user and mail.smtp_password go together: set both or neither"),
            };
            let settings = SmtpSettings {
                port: mail.smtp_port,
                security: match mail.smtp_tls {
                    SmtpTls::Starttls => Security::StartTls,
                    SmtpTls::Tls => Security::Tls,
                    SmtpTls::None => Security::None,
                },
                authorities: match &mail.smtp_ca_file {
                    Some(path) => {
                        std::fs::read(path).with_context(|| format!("mail.smtp_ca_file {}", path.display()))?
                    }
                    None => Vec::new(),
                },
                credentials,
                connections: mail.smtp_connections,
                ..SmtpSettings::new(&mail.smtp_host)
            };
            let smtp = Smtp::new(&settings).context("the SMTP settings cannot be used")?;
            Transport::Smtp(match signing(mail)? {
                Some(signing) => smtp.signing(signing),
                None => smtp,
            })
        }
    })
}
