import { Alert, Anchor, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import type { Campaign, Tenant } from '../../api/types';
import { Problem } from '../../api/problems';
import { usePerson } from '../../api/useSession';
import { yes, type Verdict } from '../../auth/permissions';
import { ActionButton } from '../../shared/ActionButton';
import { Failure } from '../../shared/States';
import { campaignCan } from '../can';
import { Basics, BrandSection, Dates, PromoterSection, TermsSection } from './BasicSections';
import { DrawSection } from './DrawSection';
import { dropDraft, keepDraft } from './draft';
import { ConsentsSection, EntryFormSection, LimitsSection } from './EntrySections';
import { inOrder, placeErrors, sectionOf, sections } from './errors';
import { focusPath, FormProvider, useCampaignForm } from './fields';
import { HostingSection } from './HostingSection';
import { PoolsSection } from './PoolsSection';
import { validate, type FieldErrors } from './validate';
import type { FormValues } from './values';

export type Intent = 'draft' | 'provision';

export interface SaveButton { intent: Intent; label: string; can?: Verdict }

interface Props {
  /** What stands there at first, a kept draft included. */
  initial: FormValues;
  /** What is saved; null for a new campaign. What differs from it is unsaved. */
  saved: FormValues;
  existing: Campaign | null;
  etag: string | null;
  tenants: Tenant[];
  draftKey: string;
  /** The last is the main one. */
  buttons: SaveButton[];
  save: (values: FormValues, intent: Intent) => Promise<void>;
  /** Shown above the form: a restored draft, for example. */
  notice?: ReactNode;
  /** At 412: takes what somebody else saved, dropping what was typed here. */
  reload?: () => void;
}

/** Milliseconds of rest after which what was typed is kept. */
const keepAfter = 400;

export function CampaignForm(props: Props) {
  const { initial, saved, existing, etag, draftKey, save, buttons } = props;
  const person = usePerson();
  const form = useCampaignForm({ mode: 'controlled', initialValues: initial, clearInputErrorOnChange: true });
  const [busy, setBusy] = useState<Intent | null>(null);
  const [failure, setFailure] = useState<Problem | null>(null);
  const [elsewhere, setElsewhere] = useState<string[]>([]);
  const summary = useRef<HTMLDivElement>(null);
  const isSaved = useRef(false);
  const dirty = JSON.stringify(form.values) !== JSON.stringify(saved);
  const kept = useKeptDraft(draftKey, form.values, dirty, etag, isSaved);
  const blocker = useBlocker({ shouldBlockFn: () => dirty && !isSaved.current, enableBeforeUnload: () => dirty && !isSaved.current, withResolver: true });
  const published = !!existing && !campaignCan.editPrizes(existing, person).allowed;
  const prizesClosed = existing ? reasonOf(campaignCan.editPrizes(existing, person)) : undefined;

  const showErrors = (errors: FieldErrors) => {
    form.setErrors(errors);
    requestAnimationFrame(() => summary.current?.focus());
  };
  const submit = async (intent: Intent) => {
    setFailure(null);
    setElsewhere([]);
    const wrong = validate(form.values, intent);
    if (Object.keys(wrong).length) return showErrors(wrong);
    form.clearErrors();
    setBusy(intent);
    isSaved.current = true;
    try {
      await save(form.values, intent);
      dropDraft(draftKey);
    } catch (error) {
      isSaved.current = false;
      const problem = error instanceof Problem ? error : new Problem(0, 'page.failed', 'This page failed', String(error));
      const said = problem.code === 'campaign.slug_taken' && !problem.errors.slug ? { ...problem.errors, slug: [problem.detail] } : problem.errors;
      const placed = placeErrors(said, form.values);
      setFailure(problem);
      setElsewhere(placed.elsewhere);
      showErrors(placed.fields);
    } finally {
      setBusy(null);
    }
  };
  const main = buttons[buttons.length - 1]!;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if ((main.can ?? yes).allowed && !busy) void submit(main.intent);
  };
  const errors = inOrder(form.errors as FieldErrors);
  return (
    <FormProvider form={form}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="sm" mb="md">
          {props.notice}
          <div ref={summary} tabIndex={-1} style={{ outlineOffset: 4 }}>
            {failure?.status === 412 ? <Conflict reload={props.reload} /> : (
              <Summary errors={errors} elsewhere={elsewhere} failure={failure} />
            )}
          </div>
        </Stack>
        <div className="form-layout">
          <Contents errors={errors} />
          <Stack>
            <Basics tenants={props.tenants} existing={!!existing} published={published} />
            <HostingSection existing={existing} />
            <Dates />
            <PromoterSection />
            <TermsSection />
            <BrandSection />
            <EntryFormSection />
            <LimitsSection />
            <ConsentsSection />
            <PoolsSection closed={prizesClosed} campaignId={existing?.id} />
            <DrawSection closed={prizesClosed} />
          </Stack>
        </div>
        <div className="save-bar">
          <Text size="sm" c="dimmed" role="status">
            {!dirty ? (existing ? 'No unsaved changes' : 'Nothing typed yet') : kept ? 'Unsaved; kept on this computer meanwhile' : 'Unsaved; this browser keeps no draft'}
          </Text>
          <Group gap="xs">
            {buttons.map((button) => (
              <ActionButton key={button.intent} type={button === main ? 'submit' : 'button'} variant={button === main ? 'filled' : 'default'} can={button.can} loading={busy === button.intent}
                onClick={button === main ? undefined : () => void submit(button.intent)}>{button.label}</ActionButton>
            ))}
          </Group>
        </div>
      </form>
      <Modal opened={blocker.status === 'blocked'} onClose={() => blocker.reset?.()} title={<Text fw={650}>Leave without saving?</Text>}>
        <Stack>
          <Text size="sm">{kept ? 'What you typed is kept on this computer, and is here again when you come back.' : 'This browser keeps no draft: what you typed will be lost.'}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => { dropDraft(draftKey); isSaved.current = true; blocker.proceed?.(); }}>Drop it and leave</Button>
            <Button variant="default" onClick={() => blocker.proceed?.()}>Leave</Button>
            <Button data-autofocus onClick={() => blocker.reset?.()}>Stay</Button>
          </Group>
        </Stack>
      </Modal>
    </FormProvider>
  );
}

const reasonOf = (verdict: Verdict) => (verdict.allowed ? undefined : verdict.reason);

function Summary({ errors, elsewhere, failure }: { errors: [string, string][]; elsewhere: string[]; failure: Problem | null }) {
  if (errors.length + elsewhere.length === 0) return failure ? <Failure error={failure} /> : null;
  const count = errors.length + elsewhere.length;
  return (
    <Alert color="red" variant="outline" role="alert" title={failure && failure.code !== 'campaign.invalid' ? failure.title : `${count} ${count === 1 ? 'thing needs' : 'things need'} your attention`}>
      <List size="sm">
        {errors.map(([path, sentence]) => {
          const section = sectionOf(path);
          return (
            <List.Item key={path}>
              <Anchor href={`#${section?.id ?? ''}`} size="sm" c="var(--link)" onClick={(e) => { e.preventDefault(); focusPath(path, section?.id); }}>{section?.title ?? path}</Anchor>: {sentence}
            </List.Item>
          );
        })}
        {elsewhere.map((sentence) => <List.Item key={sentence}>{sentence}</List.Item>)}
      </List>
    </Alert>
  );
}

const Conflict = ({ reload }: { reload?: () => void }) => (
  <Alert color="orange" variant="outline" role="alert" title="Somebody else changed this campaign while you were editing it">
    <Text size="sm">Nothing of yours was saved, so that nothing of theirs is overwritten. What you typed still stands below and is kept on this computer. Note what you need of it, then load the current version and make your changes again.</Text>
    {reload && <Button mt="sm" size="xs" variant="default" onClick={reload}>Drop my changes and load the current version</Button>}
  </Alert>
);

function Contents({ errors }: { errors: [string, string][] }) {
  const jump = (id: string) => {
    document.getElementById(id)?.scrollIntoView({ block: 'start' });
    document.getElementById(id)?.focus({ preventScroll: true });
  };
  return (
    <nav className="contents" aria-label="Parts of the form">
      {sections.map((section) => {
        const count = errors.filter(([path]) => sectionOf(path) === section).length;
        return (
          <a key={section.id} href={`#${section.id}`} onClick={(e) => { e.preventDefault(); jump(section.id); }}>
            {section.title}{count > 0 && <span className="count">{count}<span style={{ position: 'absolute', clipPath: 'inset(50%)' }}> to correct</span></span>}
          </a>
        );
      })}
    </nav>
  );
}

/** Keeps what is typed, shortly after each pause and when the page goes away. Answers whether the browser keeps it. */
function useKeptDraft(key: string, values: FormValues, dirty: boolean, etag: string | null, isSaved: { current: boolean }): boolean {
  const [kept, setKept] = useState(true);
  useEffect(() => {
    if (!dirty) return;
    const keep = () => {
      if (!isSaved.current) setKept(keepDraft(key, { values, at: new Date().toISOString(), etag }));
    };
    const timer = setTimeout(keep, keepAfter);
    window.addEventListener('pagehide', keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', keep);
    };
  }, [key, values, dirty, etag, isSaved]);
  return kept;
}
