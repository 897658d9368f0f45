import { Page, Section } from '@/shared/components/page';
import { Identities } from '../components/identities';
import { Looks } from '../components/looks';
import { PasswordForm } from '../components/password-form';
import { Sessions } from '../components/sessions';
import { YouForm } from '../components/you-form';
import { words } from '../words';

export function ProfilePage() {
  return (
    <Page title={words().title} lead={words().lead} isNarrow>
      <YouForm />
      <Section title={words().looks} lead={words().looksLead}>
        <Looks />
      </Section>
      <Section title={words().password} lead={words().passwordLead}>
        <PasswordForm />
      </Section>
      <Section title={words().identities} lead={words().identitiesLead}>
        <Identities />
      </Section>
      <Section title={words().sessions} lead={words().sessionsLead}>
        <Sessions />
      </Section>
    </Page>
  );
}
