//! Asking the DNS for TXT records.

use std::time::Duration;

use async_trait::async_trait;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{ResolverBuilder, TokioResolver};

use super::model::DomainName;

/// However many servers there are to be asked.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where TXT records come from: the DNS, or a test's hand.
#[async_trait]
pub trait TxtResolver: Send + Sync {
    /// The text of each TXT record at the name, its strings joined. None is an answer too.
    ///
    /// # Errors
    /// The reason in a few words, when there was no answer: a server that failed, or silence.
    async fn txt(&self, name: &DomainName) -> Result<Vec<String>, String>;
}

/// The servers of the machine's `/etc/resolv.conf`.
pub struct SystemResolver;

#[async_trait]
impl TxtResolver for SystemResolver {
    async fn txt(&self, name: &DomainName) -> Result<Vec<String>, String> {
        // Made anew each time: lookups are rare, and a changed file counts at once.
        let builder = TokioResolver::builder_tokio().map_err(|error| error.to_string())?;
        match tokio::time::timeout(PATIENCE, lookup(builder, name)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
        }
    }
}

async fn lookup(mut builder: ResolverBuilder<TokioRuntimeProvider>, name: &DomainName) -> Result<Vec<String>, String> {
    // Somebody waits for a record that they have just made.
    builder.options_mut().cache_size = 0;
    let resolver = builder.build().map_err(|error| error.to_string())?;
    // With the dot at its end the name is whole: no search domain is put behind it. The resolver follows a CNAME.
    match resolver.txt_lookup(format!("{name}.")).await {
        Ok(answer) => Ok(answer.answers().iter().filter_map(|record| text(&record.data)).collect()),
        Err(error) if says_none(&error) => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
    }
}

/// RFC 7208 3.3 says it for SPF, and all do it: one record's strings are joined without anything between them.
fn text(data: &RData) -> Option<String> {
    let RData::TXT(txt) = data else { return None };
    Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned())
}

/// RFC 2308: a name without such records (NODATA) and a name that is not there (NXDOMAIN) are answers.
fn says_none(error: &NetError) -> bool {
    let NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code, .. })) = error else { return false };
    matches!(*response_code, ResponseCode::NoError | ResponseCode::NXDomain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::config::{NameServerConfig, ResolverConfig};
    use hickory_resolver::proto::op::{Message, OpCode};
    use hickory_resolver::proto::rr::rdata::{CNAME, TXT};
    use hickory_resolver::proto::rr::{Name, Record};
    use std::net::{IpAddr, Ipv4Addr};
    use tokio::net::UdpSocket;

    fn record(name: &str, data: RData) -> Record {
        Record::from_rdata(Name::from_ascii(name).unwrap(), 60, data)
    }

    fn txt(strings: &[&str]) -> RData {
        RData::TXT(TXT::new(strings.iter().map(ToString::to_string).collect()))
    }

    /// What a name server says about a few names.
    fn answer(name: &str) -> (ResponseCode, Vec<Record>) {
        match name {
            "split.acme.com." => (ResponseCode::NoError, vec![record(name, txt(&["muster-", "verification=", "aB3"]))]),
            "several.acme.com." => {
                (ResponseCode::NoError, vec![record(name, txt(&["one"])), record(name, txt(&["two"]))])
            }
            "alias.acme.com." => {
                let there = Name::from_ascii("there.acme.net.").unwrap();
                let alias = record(name, RData::CNAME(CNAME(there)));
                (ResponseCode::NoError, vec![alias, record("there.acme.net.", txt(&["here"]))])
            }
            "nodata.acme.com." => (ResponseCode::NoError, Vec::new()),
            "servfail.acme.com." => (ResponseCode::ServFail, Vec::new()),
            "refused.acme.com." => (ResponseCode::Refused, Vec::new()),
            _ => (ResponseCode::NXDomain, Vec::new()),
        }
    }

    /// A name server on loopback; it does not answer about `silent.acme.com`. Returns its port.
    async fn serve() -> u16 {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut buffer = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let asked = Message::from_vec(&buffer[..length]).unwrap();
                let query = asked.queries[0].clone();
                if query.name().to_string().starts_with("silent.") {
                    continue;
                }
                let (code, records) = answer(&query.name().to_string());
                let mut message = Message::response(asked.metadata.id, OpCode::Query);
                message.metadata.response_code = code;
                message.add_query(query);
                message.add_answers(records);
                socket.send_to(&message.to_vec().unwrap(), from).await.unwrap();
            }
        });
        port
    }

    async fn ask(port: u16, name: &str) -> Result<Vec<String>, String> {
        let mut server = NameServerConfig::udp(IpAddr::V4(Ipv4Addr::LOCALHOST));
        server.connections[0].port = port;
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        builder.options_mut().timeout = Duration::from_millis(200);
        lookup(builder, &DomainName::parse(name).unwrap()).await
    }

    #[tokio::test]
    async fn texts_are_joined_and_aliases_followed() {
        let port = serve().await;
        assert_eq!(ask(port, "split.acme.com").await, Ok(vec!["muster-verification=aB3".into()]));
        let mut several = ask(port, "several.acme.com").await.unwrap();
        several.sort();
        assert_eq!(several, ["one", "two"]);
        assert_eq!(ask(port, "alias.acme.com").await, Ok(vec!["here".into()]));
    }

    #[tokio::test]
    async fn that_there_is_nothing_is_an_answer_and_a_failure_is_none() {
        let port = serve().await;
        for nothing in ["nodata.acme.com", "nowhere.acme.com"] {
            assert_eq!(ask(port, nothing).await, Ok(Vec::new()), "{nothing}");
        }
        for failure in ["servfail.acme.com", "refused.acme.com", "silent.acme.com"] {
            let reason = ask(port, failure).await.unwrap_err();
            assert!(!reason.is_empty(), "{failure}");
        }
    }
}
