//! What a running server may be told: defaults, then `Leptos.toml` `[muster]`, then `MUSTER_*`, then flags.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use url::Url;

use crate::http::client::{Networks, refusal};

/// The settings of one process.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Without a slash at the end: `https://muster.example.com`.
    pub public_url: String,
    pub database_url: String,
    pub secret_key_file: PathBuf,
    /// Whether identity providers may live at any private address and speak plain http there: for this machine and tests.
    pub allow_private_idp: bool,
    /// The private networks in which identity providers may live, and speak plain http.
    pub allow_networks: Vec<IpNet>,
    /// Whose word counts from whom a request comes, and that it came by https: the proxies that end TLS.
    pub trusted_proxies: Vec<IpNet>,
    /// Where Entra's tenants publish their keys, without a slash at the end. Only tests put another in its place.
    pub entra_authority: String,
    pub log: String,
}

/// The same settings as flags and environment variables, each one optional.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = "MUSTER_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,

    /// The URL under which browsers and identity providers reach this server [default: http://localhost:3000]
    #[arg(long, env = "MUSTER_PUBLIC_URL", global = true, value_name = "URL")]
    public_url: Option<String>,

    /// sqlite://PATH or postgres://… [default: sqlite://data/muster.db]
    #[arg(long, env = "MUSTER_DATABASE_URL", global = true, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,

    /// The key that seals stored secrets; made with mode 0600 if absent [default: data/secret.key]
    #[arg(long, env = "MUSTER_SECRET_KEY_FILE", global = true, value_name = "FILE")]
    secret_key_file: Option<String>,

    /// true lets identity providers live at any private or loopback address, over plain http too: for trying Muster out; a
    /// server in use names its networks in MUSTER_ALLOW_NETWORKS [default: false]
    #[arg(long, env = "MUSTER_ALLOW_PRIVATE_IDP", global = true, value_name = "true|false")]
    allow_private_idp: Option<String>,

    /// Private networks in which identity providers may live, over plain http too, separated by commas: 10.0.0.0/8. Link-local
    /// addresses and those of a cloud's metadata are never called [default: none]
    #[arg(long, env = "MUSTER_ALLOW_NETWORKS", global = true, value_name = "NETWORKS")]
    allow_networks: Option<String>,

    /// Addresses and networks of the proxies that end TLS, separated by commas; empty for none. With an https public URL,
    /// SCIM is answered only where one of them says X-Forwarded-Proto: https. Only they are believed whom a request is for
    /// (X-Forwarded-For, Forwarded) [default: 127.0.0.0/8,::1, a proxy on this machine]
    #[arg(long, env = "MUSTER_TRUSTED_PROXIES", global = true, value_name = "ADDRESSES")]
    trusted_proxies: Option<String>,

    /// What is logged: a level or tracing directives, as in `info,muster=debug` [default: info,tower_sessions=error]
    #[arg(long, env = "MUSTER_LOG", global = true, value_name = "DIRECTIVES")]
    log: Option<String>,

    /// Serve plain http on a public URL that is not this machine's own (a test network, say)
    #[arg(long, global = true)]
    insecure_http: bool,
}

/// tower-sessions warns of every cookie whose session has ended: of what happens each day, as if somebody were breaking in.
const DEFAULT_LOG: &str = "info,tower_sessions=error";

/// The server listens on loopback by itself: what reaches it there is a proxy or a person of the same machine.
const DEFAULT_PROXIES: &str = "127.0.0.0/8,::1";

const ENTRA_AUTHORITY: &str = "https://login.microsoftonline.com";

const KEYS: [&str; 8] = [
    "listen",
    "public_url",
    "database_url",
    "secret_key_file",
    "allow_private_idp",
    "allow_networks",
    "trusted_proxies",
    "log",
];

impl Config {
    /// Puts the layers together.
    ///
    /// # Errors
    /// One line that names the key and the reason.
    pub fn load(flags: &Flags, file: &Path) -> Result<Self, String> {
        let file = FileLayer::read(file)?;
        let pick = |key: &str, flag: &Option<String>, default: &str| {
            flag.clone().or_else(|| file.get(key)).unwrap_or_else(|| default.to_string())
        };
        let config = Self {
            listen: parse_listen(&pick("listen", &flags.listen, "127.0.0.1:3000"))?,
            public_url: parse_public_url(
                &pick("public_url", &flags.public_url, "http://localhost:3000"),
                flags.insecure_http,
            )?,
            database_url: parse_database_url(pick("database_url", &flags.database_url, "sqlite://data/muster.db"))?,
            secret_key_file: pick("secret_key_file", &flags.secret_key_file, "data/secret.key").into(),
            allow_private_idp: parse_bool(
                "allow_private_idp",
                &pick("allow_private_idp", &flags.allow_private_idp, "false"),
            )?,
            allow_networks: parse_allowed(&pick("allow_networks", &flags.allow_networks, ""))?,
            trusted_proxies: parse_proxies(&pick("trusted_proxies", &flags.trusted_proxies, DEFAULT_PROXIES))?,
            entra_authority: ENTRA_AUTHORITY.into(),
            log: parse_log(pick("log", &flags.log, DEFAULT_LOG))?,
        };
        Ok(config)
    }

    /// The private networks that calls to identity providers may reach.
    pub fn networks(&self) -> Networks {
        if self.allow_private_idp { Networks::all_private() } else { Networks::of(self.allow_networks.clone()) }
    }

    /// Whether browsers reach us over https: decides the cookie's name and its Secure mark.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// `[muster]` of `Leptos.toml`; without the file, nothing is set.
struct FileLayer(std::collections::HashMap<String, config::Value>);

impl FileLayer {
    fn read(path: &Path) -> Result<Self, String> {
        let file = config::File::from(path).format(config::FileFormat::Toml).required(false);
        let whole = config::Config::builder()
            .add_source(file)
            .build()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let table = whole.get_table("muster").unwrap_or_default();
        match table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            Some(unknown) => {
                Err(format!("{}: [muster] has no key \"{unknown}\"; the keys are {}", path.display(), KEYS.join(", ")))
            }
            None => Ok(Self(table)),
        }
    }

    /// A list is what its items are, separated by commas.
    fn get(&self, key: &str) -> Option<String> {
        let value = self.0.get(key)?.clone();
        match value.clone().into_array() {
            Ok(items) => items
                .into_iter()
                .map(config::Value::into_string)
                .collect::<Result<Vec<_>, _>>()
                .ok()
                .map(|items| items.join(",")),
            Err(_) => value.into_string().ok(),
        }
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("MUSTER_LISTEN: \"{text}\" is not an address and port, such as 127.0.0.1:3000"))
}

fn parse_public_url(text: &str, insecure_http: bool) -> Result<String, String> {
    let wrong = |reason: &str| Err(format!("MUSTER_PUBLIC_URL: \"{text}\" {reason}"));
    let Ok(url) = Url::parse(text) else {
        return wrong("is not a URL, such as https://muster.example.com");
    };
    let Some(host) = url.host_str() else {
        return wrong("has no host");
    };
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong("must end after the host and port: Muster lives at the root of its own host name");
    }
    let loopback = host == "localhost" || host == "[::1]" || host.starts_with("127.");
    match url.scheme() {
        "https" => {}
        "http" if loopback || insecure_http => {}
        "http" => {
            return wrong("is plain http on another machine's name: use https, or --insecure-http for a test network");
        }
        _ => return wrong("must start with https:// or http://"),
    }
    Ok(text.trim_end_matches('/').to_string())
}

fn parse_database_url(text: String) -> Result<String, String> {
    let known = ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if known { Ok(text) } else { Err("MUSTER_DATABASE_URL: must start with sqlite:// or postgres://".into()) }
}

fn parse_bool(key: &str, text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("MUSTER_{}: \"{text}\" is neither true nor false", key.to_uppercase())),
    }
}

fn parse_proxies(text: &str) -> Result<Vec<IpNet>, String> {
    parse_networks("MUSTER_TRUSTED_PROXIES", text)
}

fn parse_allowed(text: &str) -> Result<Vec<IpNet>, String> {
    let networks = parse_networks("MUSTER_ALLOW_NETWORKS", text)?;
    match networks.iter().find_map(|network| refusal(network).map(|reason| (network, reason))) {
        Some((network, reason)) => Err(format!("MUSTER_ALLOW_NETWORKS: \"{network}\" {reason}")),
        None => Ok(networks),
    }
}

fn parse_networks(key: &str, text: &str) -> Result<Vec<IpNet>, String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let parse = |item: &str| {
        let network = item.parse::<IpNet>().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from));
        network.ok_or_else(|| format!("{key}: \"{item}\" is neither an address nor a network, such as 10.0.0.0/8"))
    };
    items.map(parse).collect()
}

fn parse_log(text: String) -> Result<String, String> {
    match text.parse::<tracing_subscriber::EnvFilter>() {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("MUSTER_LOG: \"{text}\" cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(flags: Flags) -> Result<Config, String> {
        Config::load(&flags, Path::new("/nonexistent/Leptos.toml"))
    }

    #[test]
    fn without_anything_the_defaults_hold() {
        let config = load(Flags::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url, "http://localhost:3000");
        assert!(!config.allow_private_idp);
    }

    #[test]
    fn a_wrong_value_is_named_with_the_reason() {
        let flags = |set: fn(&mut Flags)| {
            let mut flags = Flags::default();
            set(&mut flags);
            load(flags).unwrap_err()
        };
        assert!(flags(|f| f.listen = Some("nowhere".into())).starts_with("MUSTER_LISTEN: \"nowhere\""));
        assert!(flags(|f| f.allow_private_idp = Some("yes".into())).contains("MUSTER_ALLOW_PRIVATE_IDP"));
        assert!(flags(|f| f.public_url = Some("http://muster.example.com".into())).contains("--insecure-http"));
        assert!(flags(|f| f.public_url = Some("https://example.com/muster".into())).contains("MUSTER_PUBLIC_URL"));
        assert!(flags(|f| f.database_url = Some("mysql://x".into())).contains("MUSTER_DATABASE_URL"));
        assert!(flags(|f| f.trusted_proxies = Some("10.0.0.1, proxy".into())).contains("\"proxy\""));
        assert!(flags(|f| f.log = Some("muster=loud".into())).contains("MUSTER_LOG"));
    }

    #[test]
    fn proxies_are_addresses_and_networks_and_may_be_none() {
        let trusted = |text: &str| {
            let flags = Flags { trusted_proxies: Some(text.into()), ..Flags::default() };
            load(flags).unwrap().trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(trusted("10.0.0.0/8, 192.0.2.1,2001:db8::1"), ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128"]);
        assert_eq!(trusted(""), [] as [&str; 0]);
        assert_eq!(load(Flags::default()).unwrap().trusted_proxies.len(), 2);
    }

    #[test]
    fn private_networks_may_be_opened_but_never_those_of_a_clouds_metadata() {
        let allow = |text: &str| {
            load(Flags { allow_networks: Some(text.into()), ..Flags::default() })
                .map(|config| config.allow_networks.len())
        };
        assert_eq!(allow("10.0.0.0/8, 192.168.7.1,fd00::/8,127.0.0.0/8"), Ok(4));
        assert_eq!(allow(""), Ok(0));
        for (listed, word) in [
            ("169.254.0.0/16", "link-local"),
            ("10.0.0.0/8,169.254.169.254", "link-local"),
            ("fe80::/10", "link-local"),
            ("fd00:ec2::254", "metadata"),
            ("100.100.100.200/32", "metadata"),
            ("168.63.129.16", "metadata"),
            ("0.0.0.0/0", "not private"),
            ("8.8.8.0/24", "not private"),
            ("::/0", "not private"),
            ("10.0.0", "neither an address nor a network"),
        ] {
            let error = allow(listed).unwrap_err();
            assert!(error.starts_with("MUSTER_ALLOW_NETWORKS: ") && error.contains(word), "{listed}: {error}");
        }
    }

    #[test]
    fn the_file_is_read_and_unknown_keys_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Leptos.toml");
        std::fs::write(&path, "[muster]\nlisten = \"127.0.0.1:4000\"\nallow_private_idp = true\ntrusted_proxies = [\"10.0.0.1\", \"10.1.0.0/16\"]\n").unwrap();
        let config = Config::load(&Flags::default(), &path).unwrap();
        assert_eq!(config.listen.port(), 4000);
        assert!(config.allow_private_idp);
        assert_eq!(config.trusted_proxies.len(), 2);
        std::fs::write(&path, "[muster]\nlisten_on = \"x\"\n").unwrap();
        assert!(Config::load(&Flags::default(), &path).unwrap_err().contains("listen_on"));
    }
}
