//! How single sign-on ends badly. Nothing here holds a token, a code or a claim.

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignOnError {
    /// The settings name no such provider.
    #[error("there is no such provider")]
    ProviderUnknown,
    /// The provider did not answer, or not in time.
    #[error("the provider cannot be reached")]
    Unreachable,
    /// The provider answered something that OpenID Connect does not know.
    #[error("the provider's answer makes no sense")]
    Malformed,
    /// The provider does not take the hub's client id, secret, scopes or address; for its operator to mend.
    #[error("the provider does not know the hub as it is set up")]
    Misconfigured,
    /// The person, or the provider, said no.
    #[error("the sign-in was not allowed at the provider")]
    Denied,
    /// This browser did not begin this sign-in.
    #[error("this browser did not begin this sign-in")]
    StateMismatch,
    /// The sign-in was finished before, or took too long.
    #[error("the sign-in is over")]
    Over,
    /// What came from the provider does not hold: its code, signature, issuer, audience or nonce.
    #[error("the provider's word does not hold")]
    Refused,
    /// The provider's token is from the future or the past.
    #[error("the provider's clock and the hub's differ")]
    ClockSkew,
    /// The provider does not vouch for an address.
    #[error("the provider does not vouch for an e-mail address")]
    EmailNotVerified,
    /// The settings admit other domains only.
    #[error("addresses of this domain are not admitted")]
    DomainNotAdmitted,
    /// Without it the person could not sign in any more.
    #[error("that is the last way in")]
    LastWayIn,
}
