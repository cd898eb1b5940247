//! Configuration: defaults, then `qixiao.toml`, then `QIXIAO_*`; the only place that reads the environment.
//!
//! Unknown keys are refused. Every secret may also be given as `*_file`, the path of a file that holds it.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use figment::{
    Figment, Profile,
    providers::{Env, Format as _, Serialized, Toml},
};
use kernel::Locale;
use serde::{Deserialize, Serialize};

/// A value that no log and no `check` prints.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    /// The secret itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("********")
    }
}

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The address people reach the product at, for letters never take a host from a request; where it listens when not set.
    pub(crate) public_url: Option<String>,
    /// The address to listen on.
    pub(crate) listen: String,
    /// The folder of everything that is kept: database, index, key file, mail folder.
    pub(crate) data: PathBuf,
    /// Behind how many trusted reverse proxies: so many entries from the right of `X-Forwarded-For` are believed.
    pub(crate) trusted_proxies: usize,
    /// `text` or `json` on standard error.
    pub(crate) log_format: LogFormat,
    /// What to log, as in `RUST_LOG`.
    pub(crate) log: String,
    /// Where the key that encrypts protected fields is kept; `master.key` in the data folder when not set.
    pub(crate) key_file: Option<PathBuf>,
    /// The database.
    pub(crate) database: Database,
    /// Search.
    pub(crate) search: Search,
    /// Mail.
    pub(crate) mail: Mail,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON document a line.
    Json,
}

/// The database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Database {
    /// `postgres://..`; SQLite in the data folder when not set.
    pub(crate) url: Option<Secret>,
    /// A file that holds the address.
    pub(crate) url_file: Option<PathBuf>,
}

/// Search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Search {
    /// The address of a Meilisearch server; the embedded engine when not set.
    pub(crate) url: Option<String>,
    /// Its key.
    pub(crate) key: Option<Secret>,
    /// A file that holds the key.
    pub(crate) key_file: Option<PathBuf>,
    /// What the index is called there.
    pub(crate) index: Option<String>,
}

/// Mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mail {
    /// Where letters go.
    pub(crate) transport: MailTransport,
    /// Whom letters come from: `企校 <no-reply@example.cn>`.
    pub(crate) from: String,
    /// SMTP host.
    pub(crate) smtp_host: String,
    /// SMTP port; the usual one of `smtp_tls` when not set.
    pub(crate) smtp_port: Option<u16>,
    /// `starttls`, `tls` or `none`.
    pub(crate) smtp_tls: SmtpTls,
    /// A file with certificates (PEM) of authorities that may have issued the server's, besides those that everybody trusts.
    pub(crate) smtp_ca_file: Option<PathBuf>,
    /// SMTP user name.
    pub(crate) smtp_user: Option<String>,
    /// SMTP password.
    pub(crate) smtp_password: Option<Secret>,
    /// A file that holds the password.
    pub(crate) smtp_password_file: Option<PathBuf>,
    /// How many letters are under way at a time; providers limit it.
    pub(crate) smtp_connections: u32,
    /// The most letters a minute to a domain, by domain: `"qq.com" = 60`.
    pub(crate) per_minute: BTreeMap<String, u32>,
    /// The domain that signs letters (DKIM); with a selector and a key file, or none of the three.
    pub(crate) dkim_domain: Option<String>,
    /// Under which name the public half of the key stands in the DNS: `SELECTOR._domainkey.DOMAIN`.
    pub(crate) dkim_selector: Option<String>,
    /// The private key: PEM, RSA or Ed25519, without a password.
    pub(crate) dkim_key_file: Option<PathBuf>,
}

/// Where letters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailTransport {
    /// Files in `mail/` of the data folder.
    Folder,
    /// An SMTP server.
    Smtp,
}

/// How the SMTP connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SmtpTls {
    /// Upgraded by STARTTLS, required.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: for a relay on the same machine.
    None,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: MailTransport::Folder,
            from: "企校 Qixiao <no-reply@qixiao.example>".to_owned(),
            smtp_host: String::new(),
            smtp_port: None,
            smtp_tls: SmtpTls::Starttls,
            smtp_ca_file: None,
            smtp_user: None,
            smtp_password: None,
            smtp_password_file: None,
            smtp_connections: 4,
            per_minute: BTreeMap::new(),
            dkim_domain: None,
            dkim_selector: None,
            dkim_key_file: None,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: None,
            listen: "127.0.0.1:8080".to_owned(),
            data: PathBuf::from("./data"),
            trusted_proxies: 0,
            log_format: LogFormat::Text,
            log: "info,tantivy=warn,sqlx=warn".to_owned(),
            key_file: None,
            database: Database::default(),
            search: Search::default(),
            mail: Mail::default(),
        }
    }
}

/// What the command line says, over everything else.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Overrides {
    /// `--data`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<PathBuf>,
    /// `--listen`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<String>,
}

/// A configuration and where each value came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The configuration.
    pub(crate) config: Config,
    /// Key, printed value, origin.
    pub(crate) origins: Vec<(String, String, String)>,
}

/// The file that is read when none is named and this one is there.
const DEFAULT_FILE: &str = "qixiao.toml";

/// Loads the configuration: defaults, `file` (or `qixiao.toml` when it is there), the environment, `overrides`.
pub(crate) fn load(file: Option<&Path>, overrides: &Overrides) -> anyhow::Result<Loaded> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    match file {
        Some(file) if !file.exists() => bail!("there is no configuration file {}", file.display()),
        Some(file) => figment = figment.merge(Toml::file_exact(file)),
        None if Path::new(DEFAULT_FILE).exists() => figment = figment.merge(Toml::file_exact(DEFAULT_FILE)),
        None => {}
    }
    let sections = ["database", "search", "mail"];
    let environment = Env::prefixed("QIXIAO_")
        .filter(|key| {
            !key.as_str().to_ascii_lowercase().starts_with("test_") && !key.as_str().eq_ignore_ascii_case("config")
        })
        .filter(|key| {
            !["require_", "bin"]
                .iter()
                .any(|own| key.as_str().to_ascii_lowercase().starts_with(own))
        })
        .map(move |key| {
            let key = key.as_str().to_ascii_lowercase();
            let split = sections.iter().find_map(|section| {
                key.strip_prefix(section)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .map(|rest| format!("{section}.{rest}"))
            });
            split.unwrap_or(key).into()
        });
    figment = figment
        .merge(environment)
        .merge(Serialized::from(overrides, Profile::Default));
    let mut config: Config = figment.extract().context("the configuration cannot be read")?;
    config.public_url = Some(config.public_url());
    let origins = origins(&figment, &config, overrides);
    config.read_secret_files()?;
    config.validate()?;
    Ok(Loaded { config, origins })
}

/// The language of the terminal, by the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says one; English for any that
/// the product does not speak.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub(crate) fn locale_of_the_terminal() -> Locale {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|said| !said.is_empty())
        .and_then(|said| Locale::from_code(&said))
        .unwrap_or(Locale::En)
}

impl Config {
    fn read_secret_files(&mut self) -> anyhow::Result<()> {
        let read = |value: &mut Option<Secret>, file: &Option<PathBuf>, name: &str| -> anyhow::Result<()> {
            match (value.is_some(), file) {
                (true, Some(_)) => bail!("{name} and {name}_file are both set: keep one"),
                (false, Some(path)) => {
                    let text =
                        std::fs::read_to_string(path).with_context(|| format!("{name}_file {}", path.display()))?;
                    *value = Some(Secret(text.trim().to_owned()));
                    Ok(())
                }
                _ => Ok(()),
            }
        };
        read(&mut self.database.url, &self.database.url_file, "database.url")?;
        read(&mut self.search.key, &self.search.key_file, "search.key")?;
        read(
            &mut self.mail.smtp_password,
            &self.mail.smtp_password_file,
            "mail.smtp_password",
        )
    }

    fn validate(&self) -> anyhow::Result<()> {
        let url = self.public_url();
        if !(url.starts_with("http://") || url.starts_with("https://")) || url.ends_with('/') {
            bail!("public_url must start with http:// or https:// and not end with a slash: {url}");
        }
        if self.mail.transport == MailTransport::Smtp && self.mail.smtp_host.is_empty() {
            bail!("mail.transport is smtp, but mail.smtp_host is not set");
        }
        let mail = &self.mail;
        let dkim = [
            mail.dkim_domain.is_some(),
            mail.dkim_selector.is_some(),
            mail.dkim_key_file.is_some(),
        ];
        if dkim.contains(&true) && dkim.contains(&false) {
            bail!("mail.dkim_domain, mail.dkim_selector and mail.dkim_key_file go together: set all three or none");
        }
        if !(1..=64).contains(&mail.smtp_connections) {
            bail!("mail.smtp_connections must be from 1 to 64: {}", mail.smtp_connections);
        }
        for (domain, rate) in &mail.per_minute {
            if *rate == 0 || domain != &domain.to_lowercase() || !domain.contains('.') || domain.contains('@') {
                bail!("mail.per_minute must name domains in small letters, each with at least 1: {domain:?} = {rate}");
            }
        }
        if let Some(url) = &self.database.url
            && !["postgres://", "postgresql://", "sqlite:"]
                .iter()
                .any(|scheme| url.expose().starts_with(scheme))
        {
            bail!("database.url must start with postgres:// or sqlite:");
        }
        Ok(())
    }

    /// The address people reach the product at. What listens on every address of the machine is reached on this one.
    pub(crate) fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            let listened = match self.listen.rsplit_once(':') {
                Some(("0.0.0.0" | "[::]", port)) => format!("localhost:{port}"),
                _ => self.listen.clone(),
            };
            format!("http://{listened}")
        })
    }

    /// The address of the database.
    pub(crate) fn database_url(&self) -> String {
        match &self.database.url {
            Some(url) => url.expose().to_owned(),
            None => format!("sqlite://{}", self.data.join("qixiao.db").display()),
        }
    }

    /// Where the key file is.
    pub(crate) fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("master.key"))
    }
}

/// Every value with where it came from, secrets masked.
fn origins(figment: &Figment, config: &Config, overrides: &Overrides) -> Vec<(String, String, String)> {
    let mut keys = Vec::new();
    if let Ok(value) = figment::value::Value::serialize(config) {
        collect("", &value, &mut keys);
    }
    keys.into_iter()
        .map(|(key, value)| {
            let secret = ["database.url", "search.key", "mail.smtp_password"].contains(&key.as_str());
            let shown = if secret && value != "-" {
                "********".to_owned()
            } else {
                value
            };
            let given = (key == "data" && overrides.data.is_some()) || (key == "listen" && overrides.listen.is_some());
            let origin = match figment.find_metadata(&key) {
                _ if given => "command line".to_owned(),
                Some(metadata) => match &metadata.source {
                    Some(figment::Source::File(path)) => path.display().to_string(),
                    _ if metadata.name.contains("environment") => "environment".to_owned(),
                    _ => "default".to_owned(),
                },
                None => "default".to_owned(),
            };
            (key, shown, origin)
        })
        .collect()
}

fn collect(prefix: &str, value: &figment::value::Value, keys: &mut Vec<(String, String)>) {
    use figment::value::Value;
    match value {
        Value::Dict(_, dict) => {
            for (name, inner) in dict {
                let key = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                collect(&key, inner, keys);
            }
        }
        Value::String(_, text) => keys.push((prefix.to_owned(), text.clone())),
        Value::Num(_, number) => keys.push((
            prefix.to_owned(),
            number.to_u128().map_or_else(String::new, |n| n.to_string()),
        )),
        Value::Bool(_, flag) => keys.push((prefix.to_owned(), flag.to_string())),
        Value::Empty(..) => keys.push((prefix.to_owned(), "-".to_owned())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_text(text: &str) -> anyhow::Result<Loaded> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("qixiao.toml");
        std::fs::write(&file, text).unwrap();
        load(Some(&file), &Overrides::default())
    }

    #[test]
    fn without_a_file_everything_is_embedded() {
        let config = Config::default();
        assert!(config.database_url().starts_with("sqlite://"));
        assert_eq!(config.mail.transport, MailTransport::Folder);
        assert!(config.validate().is_ok());
    }

    /// The link of a letter opens the product that sent it.
    #[test]
    fn the_public_address_is_where_it_listens_unless_it_is_set() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("qixiao.toml");
        let reached = |text: &str, listen: Option<&str>| {
            std::fs::write(&file, text).unwrap();
            let overrides = Overrides {
                listen: listen.map(str::to_owned),
                ..Overrides::default()
            };
            load(Some(&file), &overrides).unwrap().config.public_url()
        };
        assert_eq!(reached("", None), "http://127.0.0.1:8080");
        assert_eq!(reached("", Some("127.0.0.1:8099")), "http://127.0.0.1:8099");
        assert_eq!(reached("listen = \"0.0.0.0:80\"\n", None), "http://localhost:80");
        assert_eq!(reached("", Some("[::]:8099")), "http://localhost:8099");
        let set = "public_url = \"https://qixiao.example\"\n";
        assert_eq!(reached(set, Some("127.0.0.1:8099")), "https://qixiao.example");
    }

    #[test]
    fn a_misspelt_key_is_refused_by_name() {
        let error = format!("{:?}", from_text("[mail]\nsmtp_hots = \"x\"\n").unwrap_err());
        assert!(error.contains("smtp_hots"), "{error}");
    }

    #[test]
    fn a_secret_may_lie_in_a_file_but_not_in_two_places() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("key");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let loaded = from_text(&format!("[search]\nkey_file = {:?}\n", secret.display().to_string())).unwrap();
        assert_eq!(loaded.config.search.key.unwrap().expose(), "s3cret");
        let both = from_text(&format!(
            "[search]\nkey = \"a\"\nkey_file = {:?}\n",
            secret.display().to_string()
        ));
        assert!(both.is_err());
    }

    #[test]
    fn check_prints_no_secret() {
        let loaded = from_text("[database]\nurl = \"postgres://u:hunter2@db/qixiao\"\n").unwrap();
        let printed = format!("{:?}{:?}", loaded.origins, loaded.config);
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(loaded.origins.iter().any(|(key, value, origin)| key == "database.url"
            && value == "********"
            && origin.contains("qixiao.toml")));
    }

    #[test]
    fn smtp_needs_a_host_and_the_public_address_a_scheme() {
        assert!(from_text("[mail]\ntransport = \"smtp\"\n").is_err());
        assert!(from_text("[mail]\nsmtp_connections = 0\n").is_err());
        let rates = from_text("[mail.per_minute]\n\"qq.com\" = 60\n").unwrap();
        assert_eq!(rates.config.mail.per_minute.get("qq.com"), Some(&60));
        for wrong in ["\"qq.com\" = 0", "\"QQ.com\" = 1", "qq = 1", "\"a@qq.com\" = 1"] {
            let error = format!("{:?}", from_text(&format!("[mail.per_minute]\n{wrong}\n")).unwrap_err());
            assert!(error.contains("mail.per_minute"), "{error}");
        }
        let error = format!("{:?}", from_text("[mail]\ndkim_domain = \"example.cn\"\n").unwrap_err());
        assert!(error.contains("mail.dkim_selector"), "{error}");
        assert!(from_text("public_url = \"qixiao.example\"\n").is_err());
    }
}
