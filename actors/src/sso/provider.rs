//! One provider: what it publishes of itself, fetched when first needed and kept for a while; sending browsers to it; redeeming
//! what they bring back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreIdTokenClaims,
    CoreJsonWebKeySet, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, SubjectIdentifier, TokenResponse, UserInfoError,
};
use tracing::{info, warn};

use super::bounded_client::{BoundedClient, CallFailed, is_safe};
use super::verification::{Expected, Unbelievable, verify};
use super::{ProviderSettings, RoundTrip, SignOnError};
use crate::clock::Clock;

/// After so long a provider is asked again what it publishes.
const PUBLISHED_FOR: Duration = Duration::from_secs(3_600);
/// For so long a provider that did not answer is not asked again: everybody who waits would wait.
const SILENT_FOR: Duration = Duration::from_secs(5);
/// A token with a key that nobody knows makes the hub ask for the provider's keys, at most so often.
const KEYS_EVERY: Duration = Duration::from_secs(30);

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

type NotRedeemed = RequestTokenError<CallFailed, StandardErrorResponse<CoreErrorResponseType>>;

/// A provider of the settings.
pub struct Provider {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    client: BoundedClient,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

/// What is known of a provider, and when it was asked, in the clock's uptime.
#[derive(Default)]
struct Known {
    published: Option<(Arc<CoreProviderMetadata>, Duration)>,
    silent_since: Option<Duration>,
    keys_asked_at: Option<Duration>,
}

/// What a provider says of a person, once it was believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The person, as the provider calls them.
    pub subject: String,
    /// An address, with or without the provider's word that it is theirs.
    pub email: Option<String>,
    /// Whether the provider checked that.
    pub is_email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
}

impl Provider {
    /// One that was never asked. None when its addresses are none.
    pub(super) fn new(
        settings: ProviderSettings,
        public_url: &str,
        client: BoundedClient,
        clock: Arc<dyn Clock>,
    ) -> Option<Self> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).ok()?;
        let redirect = RedirectUrl::new(format!("{public_url}/sso/{}/callback", settings.name)).ok()?;
        is_safe(issuer.url()).then_some(Self {
            settings,
            issuer,
            redirect,
            client,
            clock,
            known: Mutex::default(),
        })
    }

    /// Its name in paths.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// What people read on its button.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.settings.title
    }

    /// What it calls itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether addresses of all domains come in.
    #[must_use]
    pub fn admits_all(&self) -> bool {
        self.settings.email_domains.is_empty()
    }

    /// Whether addresses of this domain come in.
    #[must_use]
    pub fn admits(&self, domain: &str) -> bool {
        self.admits_all() || self.settings.email_domains.iter().any(|one| one == domain)
    }

    /// Where a browser goes to begin this round trip.
    ///
    /// # Errors
    /// When the provider cannot be reached or makes no sense.
    pub async fn way_there(&self, trip: &RoundTrip) -> Result<String, SignOnError> {
        let client = self.client_for(&*self.published().await?);
        let (challenge, state, nonce) = (
            PkceCodeChallenge::from_code_verifier_sha256(&trip.verifier()),
            trip.state(),
            trip.nonce(),
        );
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || nonce,
        );
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let (url, _, _) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        if is_safe(&url) {
            Ok(url.into())
        } else {
            Err(self.fails(SignOnError::Malformed, "its sign-in page is not of https"))
        }
    }

    /// Redeems the code that a browser brought back, and believes or refuses what the provider says.
    ///
    /// # Errors
    /// By name; see [`SignOnError`].
    pub async fn redeem(&self, code: String, trip: &RoundTrip) -> Result<Vouched, SignOnError> {
        let published = self.published().await?;
        let client = self.client_for(&published);
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| self.fails(SignOnError::Malformed, "it has no token endpoint"))?;
        let answer = request
            .set_pkce_verifier(trip.verifier())
            .request_async(&self.client)
            .await;
        let answer = answer.map_err(|error| self.not_redeemed(&error))?;
        let claims = self.believe(&published, &answer, trip).await?;
        let mut vouched = Vouched::from_token(&claims);
        if vouched.email.is_none() {
            let more = self.ask_about(&client, &answer, claims.subject()).await?;
            vouched.complete(more.as_ref());
        }
        Ok(vouched)
    }

    /// What the ID token says, if it holds. A key that is not known may be new: the keys are fetched again, now and then.
    async fn believe(
        &self,
        published: &CoreProviderMetadata,
        answer: &CoreTokenResponse,
        trip: &RoundTrip,
    ) -> Result<CoreIdTokenClaims, SignOnError> {
        let missing = || self.fails(SignOnError::Malformed, "no ID token came");
        let token = answer.id_token().ok_or_else(missing)?;
        let (client_id, nonce) = (ClientId::new(self.settings.client_id.clone()), trip.nonce());
        let hold = |keys: &CoreJsonWebKeySet| {
            let expected = Expected {
                issuer: &self.issuer,
                client_id: &client_id,
                keys,
                nonce: &nonce,
                access_token: answer.access_token(),
                now: self.clock.now(),
            };
            verify(token, &expected).cloned()
        };
        let held = match hold(published.jwks()) {
            Err(Unbelievable::KeyUnknown) => hold(&self.newer_keys(published).await?),
            known => known,
        };
        held.map_err(|error| match error {
            Unbelievable::KeyUnknown => self.fails(SignOnError::Refused, "signed with a key of nobody's"),
            Unbelievable::Because(error, why) => self.fails(error, &why),
        })
    }

    /// What the provider tells about the person beside the token; some put no address into it.
    async fn ask_about(
        &self,
        client: &Client,
        answer: &CoreTokenResponse,
        subject: &SubjectIdentifier,
    ) -> Result<Option<CoreUserInfoClaims>, SignOnError> {
        let token = answer.access_token().clone();
        let Ok(request) = client.user_info(token, Some(subject.clone())) else {
            return Ok(None);
        };
        let told = request.request_async(&self.client).await;
        told.map(Some).map_err(|error| match error {
            UserInfoError::Request(failed) => self.not_called(failed),
            UserInfoError::ClaimsVerification(_) => self.fails(SignOnError::Refused, "it told about somebody else"),
            _ => self.fails(SignOnError::Malformed, "what it told about the person"),
        })
    }

    fn client_for(&self, published: &CoreProviderMetadata) -> Client {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let methods = published.token_endpoint_auth_methods_supported();
        let takes_basic = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client_id = ClientId::new(self.settings.client_id.clone());
        CoreClient::from_provider_metadata(published.clone(), client_id, secret)
            .set_auth_type(if takes_basic {
                AuthType::BasicAuth
            } else {
                AuthType::RequestBody
            })
            .set_redirect_uri(self.redirect.clone())
    }

    /// What the provider publishes, from memory or from it. Two that ask at once ask twice: nothing is locked meanwhile.
    async fn published(&self) -> Result<Arc<CoreProviderMetadata>, SignOnError> {
        let now = self.clock.uptime();
        let is_recent = |at: Duration, bound: Duration| now.saturating_sub(at) < bound;
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((published, _)) = known.published.as_ref().filter(|(_, at)| is_recent(*at, PUBLISHED_FOR)) {
                return Ok(Arc::clone(published));
            }
            if known.silent_since.is_some_and(|at| is_recent(at, SILENT_FOR)) {
                return Err(SignOnError::Unreachable);
            }
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.client).await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(published) => {
                let published = Arc::new(published);
                known.published = Some((Arc::clone(&published), now));
                known.silent_since = None;
                Ok(published)
            }
            Err(error) => {
                known.silent_since = Some(now);
                Err(self.not_discovered(&error))
            }
        }
    }

    /// The provider's keys, asked for again unless that was just done.
    async fn newer_keys(&self, published: &CoreProviderMetadata) -> Result<CoreJsonWebKeySet, SignOnError> {
        let now = self.clock.uptime();
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let asked = known.keys_asked_at.replace(now);
            if let Some(at) = asked.filter(|at| now.saturating_sub(*at) < KEYS_EVERY) {
                known.keys_asked_at = Some(at);
                return Err(self.fails(
                    SignOnError::Refused,
                    "signed with an unknown key, and the keys are fresh",
                ));
            }
        }
        let found = CoreJsonWebKeySet::fetch_async(published.jwks_uri(), &self.client).await;
        let keys = found.map_err(|error| self.not_discovered(&error))?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.published = Some((Arc::new(published.clone().set_jwks(keys.clone())), now));
        Ok(keys)
    }

    fn not_redeemed(&self, error: &NotRedeemed) -> SignOnError {
        match error {
            RequestTokenError::ServerResponse(said) => match said.error() {
                CoreErrorResponseType::InvalidGrant => self.fails(SignOnError::Refused, "it does not take the code"),
                CoreErrorResponseType::Extension(_) => self.fails(SignOnError::Misconfigured, "an error of its own"),
                other => self.fails(SignOnError::Misconfigured, other.as_ref()),
            },
            RequestTokenError::Request(failed) => self.not_called(*failed),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                self.fails(SignOnError::Malformed, "its tokens make no sense")
            }
        }
    }

    fn not_discovered(&self, error: &DiscoveryError<CallFailed>) -> SignOnError {
        match error {
            DiscoveryError::Request(failed) => self.not_called(*failed),
            DiscoveryError::Response(status, ..) => {
                self.fails(SignOnError::Unreachable, &format!("it answered {status}"))
            }
            DiscoveryError::Validation(_) => self.fails(SignOnError::Misconfigured, "it calls itself otherwise"),
            _ => self.fails(SignOnError::Malformed, "what it publishes makes no sense"),
        }
    }

    fn not_called(&self, failed: CallFailed) -> SignOnError {
        let error = match failed {
            CallFailed::NoAnswer => SignOnError::Unreachable,
            CallFailed::TooLarge | CallFailed::Address => SignOnError::Malformed,
        };
        self.fails(error, &failed.to_string())
    }

    /// Says in the log what its operator can mend. Never a token, a code, a claim, or the provider's own words.
    fn fails(&self, error: SignOnError, why: &str) -> SignOnError {
        let provider = self.settings.name.as_str();
        if matches!(error, SignOnError::Refused) {
            info!(provider, why, "what a provider said was not believed");
        } else {
            warn!(provider, why, %error, "single sign-on failed");
        }
        error
    }
}

impl Vouched {
    fn from_token(claims: &CoreIdTokenClaims) -> Self {
        Self {
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            is_email_verified: claims.email_verified() == Some(true),
            name: claims
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string()),
        }
    }

    fn complete(&mut self, told: Option<&CoreUserInfoClaims>) {
        let Some(told) = told else { return };
        self.email = told.email().map(|email| email.to_string());
        self.is_email_verified = told.email_verified() == Some(true);
        let name = told.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        self.name = self.name.take().or(name);
    }
}
