//! Settings of people: where browsers find the hub, how long sessions live, how mail leaves.

use std::path::Path;

use actors::mail::{MailSettings, MailWay, SmtpSecurity, SmtpSettings};
use actors::people::PeopleSettings;
use jiff::SignedDuration;

use super::Reader;

const MAIL_FOLDER: &str = "mail";

/// Reads them. `port` is the one the hub listens on.
pub(super) fn read(reader: &mut Reader, data_dir: &Path, port: u16) -> PeopleSettings {
    let idle = reader.number("sessions.idle_minutes", 1, 60 * 24 * 30);
    let longest = reader.number("sessions.longest_hours", 1, 24 * 90);
    PeopleSettings {
        public_url: public_url(reader, port),
        session_idle: SignedDuration::from_mins(i64::try_from(idle).unwrap_or_default()),
        session_longest: SignedDuration::from_hours(i64::try_from(longest).unwrap_or_default()),
        mail: MailSettings {
            from: reader.text_of("mail.from", 3, 254),
            way: way(reader, data_dir),
        },
    }
}

/// The address as browsers say it in `Origin`: no slash at the end, no path.
fn public_url(reader: &mut Reader, port: u16) -> String {
    let key = "server.public_url";
    let text = reader.text(key).trim_end_matches('/').to_owned();
    if text.is_empty() {
        return format!("http://localhost:{port}");
    }
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
    if !rest.is_some_and(|host| !host.is_empty() && host.chars().all(is_host)) {
        reader.mistake(
            key,
            "must be an address such as https://hub.example.com, in lower case and without a path",
        );
    }
    text
}

fn way(reader: &mut Reader, data_dir: &Path) -> MailWay {
    let host = reader.text("mail.smtp_host");
    let port = u16::try_from(reader.number("mail.smtp_port", 0, 65_535)).unwrap_or_default();
    let security = match reader
        .one_of("mail.smtp_security", &["tls", "starttls", "plain"])
        .as_str()
    {
        "starttls" => SmtpSecurity::StartTls,
        "plain" => SmtpSecurity::Plain,
        _ => SmtpSecurity::Tls,
    };
    let (name, password) = (reader.text("mail.smtp_username"), reader.text("mail.smtp_password"));
    if host.is_empty() {
        return MailWay::Files(data_dir.join(MAIL_FOLDER));
    }
    MailWay::Smtp(SmtpSettings {
        host,
        port,
        security,
        credentials: (!name.is_empty()).then_some((name, password)),
    })
}
