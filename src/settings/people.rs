//! Settings of people: where browsers find the hub, how long sessions live, how mail leaves.

use std::path::Path;

use actors::mail::{MailSettings, MailWay, SmtpSecurity, SmtpSettings};
use actors::people::PeopleSettings;
use jiff::SignedDuration;

use super::Reader;

const MAIL_FOLDER: &str = "mail";

/// Reads them. `public_url` is where browsers find the hub.
pub(super) fn read(reader: &mut Reader, data_dir: &Path, public_url: String) -> PeopleSettings {
    let idle = reader.number("sessions.idle_minutes", 1, 60 * 24 * 30);
    let longest = reader.number("sessions.longest_hours", 1, 24 * 90);
    PeopleSettings {
        public_url,
        session_idle: SignedDuration::from_mins(i64::try_from(idle).unwrap_or_default()),
        session_longest: SignedDuration::from_hours(i64::try_from(longest).unwrap_or_default()),
        mail: MailSettings {
            from: reader.text_of("mail.from", 3, 254),
            way: way(reader, data_dir),
        },
    }
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
