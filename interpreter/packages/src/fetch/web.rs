//! HTTP and HTTPS.

use super::FetchError;
use crate::apt::Proxies;
use std::io::Read;
use std::time::Duration;
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

/// Redirects followed, at most.
const REDIRECTS_AT_MOST: usize = 5;

/// Without an answer for this long, a server counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a server sends.
pub(super) type Body = Box<dyn Read + Send>;

/// What speaks to servers.
#[derive(Debug)]
pub(super) struct Web {
    http: Result<Agent, String>,
    https: Result<Agent, String>,
}

impl Web {
    pub(super) fn new(proxies: &Proxies) -> Web {
        Web { http: agent(proxies.http.as_deref()), https: agent(proxies.https.as_deref()) }
    }

    /// The content at `address` from byte `from` on, and the byte from which it really comes: a server
    /// may send all of it.
    pub(super) fn get(&self, address: &str, from: u64) -> Result<(Body, u64), FetchError> {
        let failed = |fault: String| FetchError::Network { address: address.to_owned(), fault };
        let asked: Uri = address.parse().map_err(|error| failed(format!("no address: {error}")))?;
        let mut target = asked.clone();
        for _ in 0..REDIRECTS_AT_MOST {
            let agent = match target.scheme_str() {
                Some("https") => &self.https,
                _ => &self.http,
            };
            let agent = agent.as_ref().map_err(|fault| failed(fault.clone()))?;
            let mut request = agent.get(&target).header("accept-encoding", "identity");
            if from > 0 {
                request = request.header("range", format!("bytes={from}-"));
            }
            let response = request.call().map_err(|error| failed(error.to_string()))?;
            let status = response.status().as_u16();
            match status {
                200 => return Ok((Box::new(response.into_body().into_reader()), 0)),
                206 if starts_at(response.headers(), from) => {
                    return Ok((Box::new(response.into_body().into_reader()), from));
                }
                301 | 302 | 303 | 307 | 308 => {
                    let to = header(response.headers(), "location").unwrap_or_default();
                    target = redirected(&target, to).ok_or_else(|| FetchError::Redirect {
                        address: address.to_owned(),
                        target: to.to_owned(),
                    })?;
                }
                // The part asked for is not there: the file is another one now.
                416 if from > 0 => return self.get(address, 0),
                status => return Err(FetchError::Status { address: address.to_owned(), status }),
            }
        }
        Err(failed("one redirect follows another without an end".to_owned()))
    }
}

fn agent(proxy: Option<&str>) -> Result<Agent, String> {
    let proxy = match proxy {
        None => None,
        Some(address) => {
            let proxy = Proxy::new(address.trim_end_matches('/'));
            Some(proxy.map_err(|error| format!("the proxy {address}: {error}"))?)
        }
    };
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .tls_config(tls)
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .user_agent(concat!("tintype/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(config.new_agent())
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a part begins with byte `from` (RFC 9110, 14.4: `bytes FIRST-LAST/LENGTH`).
fn starts_at(headers: &HeaderMap, from: u64) -> bool {
    header(headers, "content-range")
        .and_then(|range| range.strip_prefix("bytes "))
        .and_then(|range| range.split('-').next())
        .is_some_and(|first| first.trim().parse() == Ok(from))
}

/// Where a redirect leads, if that is on the same server and no less secret.
fn redirected(from: &Uri, to: &str) -> Option<Uri> {
    let target: Uri = match to.starts_with('/') && !to.starts_with("//") {
        true => format!("{}://{}{to}", from.scheme_str()?, from.authority()?).parse().ok()?,
        false => to.parse().ok()?,
    };
    let port = |uri: &Uri| {
        uri.port_u16().or(match uri.scheme_str()? {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        })
    };
    let same_server = target.host()? == from.host()?;
    let safe = match (from.scheme_str()?, target.scheme_str()?) {
        ("http", "https") => port(&target) == Some(443) && port(from) == Some(80),
        (old, new) => old == new && port(&target) == port(from),
    };
    (same_server && safe).then_some(target)
}
