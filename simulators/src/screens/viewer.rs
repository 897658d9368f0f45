//! Who a screen is: a session's cookie, and what its writes must carry.

use std::io::{Read, Write};
use std::net::SocketAddr;

use super::CrowdError;
use super::frames;

/// Who a screen is.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    pub(super) cookie: String,
    pub(super) csrf: String,
}

/// What each session's writes must carry, asked of the hub one after the other on one connection.
pub(super) fn learn(hub: SocketAddr, cookies: &[String]) -> Result<Vec<Viewer>, CrowdError> {
    let mut stream = std::net::TcpStream::connect(hub)?;
    stream.set_nodelay(true)?;
    let mut viewers = Vec::with_capacity(cookies.len());
    let mut buffer = vec![0; 16 * 1024];
    for cookie in cookies {
        let request = format!(
            "GET /api/v1/sessions/current HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-entrepot={cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        let csrf = loop {
            let count = stream.read(&mut buffer)?;
            answer.extend_from_slice(buffer.get(..count).unwrap_or_default());
            if let Some(csrf) = frames::after(&answer, b"\"csrf_token\":\"")
                && csrf.contains(&b'}')
            {
                break csrf
                    .iter()
                    .take_while(|byte| **byte != b'"')
                    .map(|byte| char::from(*byte))
                    .collect();
            }
            if count == 0 || answer.starts_with(b"HTTP/1.1 4") {
                return Err(CrowdError::Unexpected(String::from_utf8_lossy(&answer).into_owned()));
            }
        };
        let cookie = cookie.clone();
        viewers.push(Viewer { cookie, csrf });
    }
    Ok(viewers)
}
