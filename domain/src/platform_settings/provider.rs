//! Who can be connected, and the fields each one needs. This table is the only place that knows; the API, the check and
//! the documentation read it.

/// Somebody on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// The Shopee Open Platform.
    Shopee,
    /// TikTok Shop.
    TiktokShop,
    /// Stripe.
    Stripe,
    /// PayPal.
    Paypal,
    /// The organization's own mail server.
    Smtp,
}

/// What a field's text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Visible characters.
    Text,
    /// Digits.
    Digits,
    /// A DNS name or an IP address.
    Host,
    /// A port, 1 to 65535.
    Port,
    /// An e-mail address.
    Email,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// One field of a provider's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in the API and in the sealed place.
    pub name: &'static str,
    /// What its text must look like.
    pub kind: FieldKind,
    /// Sealed, and never given out again.
    pub is_secret: bool,
    /// Whether the settings are of no use without it.
    pub is_required: bool,
}

const fn plain(name: &'static str, kind: FieldKind) -> FieldSpec {
    FieldSpec {
        name,
        kind,
        is_secret: false,
        is_required: true,
    }
}

const fn secret(name: &'static str) -> FieldSpec {
    FieldSpec {
        is_secret: true,
        ..plain(name, FieldKind::Text)
    }
}

const fn optional(spec: FieldSpec) -> FieldSpec {
    FieldSpec {
        is_required: false,
        ..spec
    }
}

const ENVIRONMENT: FieldSpec = plain("environment", FieldKind::Choice(&["live", "sandbox"]));
const SHOPEE: &[FieldSpec] = &[
    plain("partner_id", FieldKind::Digits),
    secret("partner_key"),
    ENVIRONMENT,
];
const TIKTOK_SHOP: &[FieldSpec] = &[
    plain("app_key", FieldKind::Text),
    secret("app_secret"),
    optional(plain("service_id", FieldKind::Digits)),
];
const STRIPE: &[FieldSpec] = &[
    optional(plain("publishable_key", FieldKind::Text)),
    secret("secret_key"),
    optional(secret("webhook_secret")),
];
const PAYPAL: &[FieldSpec] = &[
    plain("client_id", FieldKind::Text),
    secret("client_secret"),
    optional(plain("webhook_id", FieldKind::Text)),
    ENVIRONMENT,
];
const SMTP: &[FieldSpec] = &[
    plain("host", FieldKind::Host),
    plain("port", FieldKind::Port),
    plain("security", FieldKind::Choice(&["tls", "starttls", "none"])),
    optional(plain("username", FieldKind::Text)),
    optional(secret("password")),
    plain("from", FieldKind::Email),
];

impl Provider {
    /// Everybody.
    pub const ALL: &'static [Self] = &[Self::Shopee, Self::TiktokShop, Self::Stripe, Self::Paypal, Self::Smtp];

    /// The word in the API and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shopee => "shopee",
            Self::TiktokShop => "tiktok_shop",
            Self::Stripe => "stripe",
            Self::Paypal => "paypal",
            Self::Smtp => "smtp",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word() == word)
    }

    /// The fields it takes, in the order a form shows them.
    #[must_use]
    pub const fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::Shopee => SHOPEE,
            Self::TiktokShop => TIKTOK_SHOP,
            Self::Stripe => STRIPE,
            Self::Paypal => PAYPAL,
            Self::Smtp => SMTP,
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn field(self, name: &str) -> Option<&'static FieldSpec> {
        self.fields().iter().find(|spec| spec.name == name)
    }
}
