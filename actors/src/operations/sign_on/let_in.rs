//! What a provider vouched for becomes a session: of whom it is linked to, of whom its address belongs to, or of somebody new.

use domain::audit::{Actor, Entry, Subject, Trail};
use domain::ids::{ExternalIdentityId, PersonId};
use domain::people::{EmailAddress, MAX_NAME_CHARS, is_usable_name};
use serde_json::json;
use storage::external_identities::{self, ExternalIdentity};
use storage::invitations::{self, Offer};
use storage::people::{self as stored, NO_PASSWORD, Person};
use storage::{IdentityTx, audit_log};

use crate::mail::Letter;
use crate::operations::OperationError;
use crate::operations::invitations::{join, take};
use crate::operations::organizations::{NewOrganization, insert_organization};
use crate::operations::people::{Visit, commit_all_recorded, commit_recorded};
use crate::operations::sessions::{Prepared, SignIn, ask, forget_old, prepare, prepare_first};
use crate::people::{Kind, People, forgive};
use crate::sso::{Provider, SignOnError, Vouched};

/// A sign-in whose provider was believed.
struct Arrival<'a> {
    people: &'a People,
    visit: &'a Visit,
    provider: &'a Provider,
    vouched: &'a Vouched,
}

/// Signs in whom the provider means, or asks for their second factor: a provider's word stands for the password and for no
/// more. As with a password, the session is new and acts for the first of their organizations.
pub(super) async fn let_in(
    people: &People,
    visit: &Visit,
    provider: &Provider,
    vouched: &Vouched,
) -> Result<SignIn, OperationError> {
    let arrival = Arrival {
        people,
        visit,
        provider,
        vouched,
    };
    let known = external_identities::find(&people.identities, provider.issuer(), &vouched.subject).await?;
    if let Some(identity) = known {
        // Whom it is linked to is settled; only a list of domains still looks at the address.
        if !provider.admits_all() {
            let _admitted = arrival.address()?;
        }
        return arrival.of_known(&identity).await;
    }
    let email = arrival.address()?;
    match stored::find_by_email(&people.identities, &email).await? {
        Some(person) => arrival.by_linking(&person, &email).await,
        None => match invitations::find_of_email(&people.identities, email.as_str(), people.clock.now()).await? {
            Some(offer) => arrival.as_invited(&offer, &email).await,
            None => arrival.with_a_shop_of_their_own(&email).await,
        },
    }
}

impl Arrival<'_> {
    /// The address that the provider verified, of a domain that is admitted.
    fn address(&self) -> Result<EmailAddress, OperationError> {
        let claimed = self.vouched.email.as_deref().filter(|_| self.vouched.is_email_verified);
        let claimed = claimed.ok_or(SignOnError::EmailNotVerified)?;
        let email = EmailAddress::parse(claimed).ok_or(SignOnError::EmailNotVerified)?;
        // Letters of other scripts have lower cases in ASCII: such an address is not the one that it would become.
        if claimed.trim().to_ascii_lowercase() != email.as_str() {
            return Err(SignOnError::EmailNotVerified.into());
        }
        let domain = email.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        if !self.provider.admits(domain) {
            return Err(SignOnError::DomainNotAdmitted.into());
        }
        Ok(email)
    }

    async fn of_known(&self, identity: &ExternalIdentity) -> Result<SignIn, OperationError> {
        let session = prepare_first(self.people, self.visit, identity.person).await?;
        let tx = self.people.identities.begin().await?;
        if !external_identities::touch(&tx, identity.id, self.people.clock.now()).await? {
            return Err(SignOnError::Over.into());
        }
        if let Some(asked) = ask(self.people, &tx, identity.person).await? {
            commit_recorded(tx, session.org(), &self.asked(identity.person)).await?;
            return Ok(SignIn::SecondFactor(asked));
        }
        session.insert(&tx).await?;
        commit_recorded(tx, session.org(), &self.begun(identity.person, &session)).await?;
        Ok(SignIn::Begun(session.begun()))
    }

    async fn by_linking(&self, person: &Person, email: &EmailAddress) -> Result<SignIn, OperationError> {
        let session = prepare_first(self.people, self.visit, person.id).await?;
        let identity = self.identity(person.id, email);
        let tx = self.people.identities.begin().await?;
        // Half a proof links nothing for good: whoever has a second factor comes in by their address and that factor each time.
        if let Some(asked) = ask(self.people, &tx, person.id).await? {
            commit_recorded(tx, session.org(), &self.asked(person.id)).await?;
            return Ok(SignIn::SecondFactor(asked));
        }
        if !external_identities::insert(&tx, &identity).await? {
            return Err(SignOnError::Over.into());
        }
        session.insert(&tx).await?;
        let entries = [self.linked(person.id), self.begun(person.id, &session)];
        commit_all_recorded(tx, session.org(), &entries).await?;
        // Whoever the provider vouches for is let in, however often others tried their password.
        forgive(self.people, Kind::Password, email, self.visit.from).await;
        let url = &self.people.settings.public_url;
        self.people
            .post
            .send(Letter::identity_linked(&person.email, self.provider.title(), url));
        Ok(SignIn::Begun(session.begun()))
    }

    /// Somebody new whom an organization waits for: the verified address is the proof that the letter would have been. When
    /// whoever invited them could not do so any more, nobody waits for them.
    async fn as_invited(&self, offer: &Offer, email: &EmailAddress) -> Result<SignIn, OperationError> {
        let person = self.new_person(email);
        let session = prepare(self.people, self.visit, person.id, Some(offer.org));
        let tx = self.come_to_be(&person, email, &session).await?;
        let tx = tx.narrow_to(offer.org).await?;
        let Some(invitation) = take(&tx, offer, self.people.clock.now()).await? else {
            tx.roll_back().await?;
            return self.with_a_shop_of_their_own(email).await;
        };
        join(&tx, person.id, &invitation, self.trail(person.id)).await?;
        audit_log::append(&tx, &self.linked(person.id)).await?;
        audit_log::append(&tx, &self.begun(person.id, &session)).await?;
        tx.commit().await?;
        Ok(SignIn::Begun(session.begun()))
    }

    /// Somebody new whom nobody waits for: as by signing up, they get an organization of their own.
    async fn with_a_shop_of_their_own(&self, email: &EmailAddress) -> Result<SignIn, OperationError> {
        let person = self.new_person(email);
        let organization = NewOrganization::fresh(&*self.people.clock, &person.name);
        let session = prepare(self.people, self.visit, person.id, Some(organization.id));
        let tx = self.come_to_be(&person, email, &session).await?;
        let tx = tx.narrow_to(organization.id).await?;
        let entry = self
            .trail(person.id)
            .entry("organization.create", Subject::new("organization", organization.id))
            .after(json!({ "name": organization.name, "owner": person.id }));
        insert_organization(&tx, &organization, Some(person.id), self.people.clock.now()).await?;
        audit_log::append(&tx, &entry).await?;
        audit_log::append(&tx, &self.linked(person.id)).await?;
        audit_log::append(&tx, &self.begun(person.id, &session)).await?;
        tx.commit().await?;
        Ok(SignIn::Begun(session.begun()))
    }

    /// Begins a transaction with the new person, their identity and their session in it.
    async fn come_to_be(
        &self,
        person: &Person,
        email: &EmailAddress,
        session: &Prepared,
    ) -> Result<IdentityTx, OperationError> {
        forget_old(self.people).await?;
        let tx = self.people.identities.begin().await?;
        let is_first = stored::insert(&tx, person, self.people.clock.now()).await?
            && external_identities::insert(&tx, &self.identity(person.id, email)).await?;
        if !is_first {
            return Err(SignOnError::Over.into());
        }
        session.insert(&tx).await?;
        Ok(tx)
    }

    fn new_person(&self, email: &EmailAddress) -> Person {
        let claimed = self.vouched.name.as_deref().map(str::trim);
        let cut = claimed.map(|name| name.chars().take(MAX_NAME_CHARS).collect::<String>());
        let name = cut.filter(|name| is_usable_name(name));
        Person {
            id: PersonId::new(self.people.clock.fresh_id()),
            email: email.to_string(),
            name: name.unwrap_or_else(|| email.local_part().to_owned()),
            password_hash: NO_PASSWORD.to_owned(),
        }
    }

    fn identity(&self, person: PersonId, email: &EmailAddress) -> ExternalIdentity {
        let now = self.people.clock.now();
        ExternalIdentity {
            id: ExternalIdentityId::new(self.people.clock.fresh_id()),
            issuer: self.provider.issuer().to_owned(),
            subject: self.vouched.subject.clone(),
            person,
            email: email.to_string(),
            linked_at: now,
            last_used_at: now,
        }
    }

    fn trail(&self, person: PersonId) -> Trail {
        self.visit.trail(self.people.clock.now(), Actor::Person(person))
    }

    fn linked(&self, person: PersonId) -> Entry {
        self.trail(person)
            .entry("identity.link", Subject::new("person", person))
            .after(json!({ "provider": self.provider.name(), "issuer": self.provider.issuer() }))
    }

    fn asked(&self, person: PersonId) -> Entry {
        self.trail(person)
            .entry("session.ask_second_factor", Subject::new("person", person))
            .after(json!({ "provider": self.provider.name() }))
    }

    fn begun(&self, person: PersonId, session: &Prepared) -> Entry {
        self.trail(person)
            .entry("session.begin", Subject::new("session", session.id()))
            .after(json!({ "provider": self.provider.name() }))
    }
}
