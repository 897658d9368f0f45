//! What a test of a connection can say: it works, or what happened and what to do. The other side's own words are never
//! among it: a hostile server could send a password back in them.

/// How settings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsStatus {
    /// Saved, and not tested since.
    Untested,
    /// The last test went through.
    Working,
    /// The last test did not.
    Failing,
}

impl SettingsStatus {
    /// The word in the API and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Untested => "untested",
            Self::Working => "working",
            Self::Failing => "failing",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Untested, Self::Working, Self::Failing]
            .into_iter()
            .find(|known| known.word() == word)
    }
}

/// Declares the kinds of problem: the word and what to do.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $advice:literal)*) => {
        /// Where on the way a test ended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind { $($(#[doc = $doc])+ $name,)* }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word programs compare.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What to do.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

kinds! {
    /// The name has no address.
    HostUnknown "host_unknown"
        "Check the host's spelling, and that this machine can resolve names."
    /// The name leads where the hub must not go.
    HostForbidden "host_forbidden"
        "Name a mail server on the internet, on port 25, 465, 587 or 2525. The operator can allow inner ones with secrets.allow_private_smtp."
    /// Nobody listens there.
    ConnectionRefused "connection_refused"
        "Check the port: 587 is usual with starttls, 465 with tls. A firewall may be refusing too."
    /// There is no way there.
    Unreachable "unreachable"
        "Check the hub's network and its firewall; many hosting companies block port 25."
    /// No answer in time.
    TimedOut "timed_out"
        "Check the port, and whether a firewall drops the packets. With `tls` on a `starttls` port both sides wait for each other."
    /// The certificate is not one to trust.
    CertificateRefused "certificate_refused"
        "Use the name that is in the server's certificate, and a certificate that is in date and from a known authority."
    /// Encryption could not be agreed on.
    TlsFailed "tls_failed"
        "Check `security`: `tls` belongs to port 465, `starttls` to 587."
    /// The server does not offer encryption.
    StarttlsMissing "starttls_missing"
        "Use `tls` on port 465 if the server has it; otherwise the server must be set up for encryption."
    /// The server does not take this name and password.
    SignInRefused "sign_in_refused"
        "Check username and password; many providers want an app password instead of the account's own."
    /// The server takes no name and password at all, or none in a way we know.
    SignInMissing "sign_in_missing"
        "The server offers no PLAIN or LOGIN sign-in on this connection; check the port and `security`."
    /// The server does not take mail from this address.
    SenderRefused "sender_refused"
        "Use a `from` address that this account may send from."
    /// Whatever is there does not speak SMTP.
    NotUnderstood "not_understood"
        "Check host and port: what answers is no mail server, or it broke off."
    /// The server is there and says not now.
    TemporarilyRefused "temporarily_refused"
        "Try again in some minutes; the server may be limiting connections."
}

/// Why a test did not go through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionProblem {
    /// Where it ended.
    pub kind: ProblemKind,
    /// What happened, in our words.
    pub what: String,
}

impl ConnectionProblem {
    /// A problem in our words.
    #[must_use]
    pub fn new(kind: ProblemKind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
        }
    }
}
