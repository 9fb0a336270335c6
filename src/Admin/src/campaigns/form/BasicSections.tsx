import { NativeSelect, Text, Textarea } from '@mantine/core';
import { useMemo, useRef } from 'react';
import type { Tenant } from '../../api/types';
import { zones } from '../../shared/time';
import { suggestSlug } from '../slug';
import { contrast, textOn } from './colour';
import { Section, TextField, TimeField, useCampaignFormContext, WholeField } from './fields';

export function Basics({ tenants, existing, published }: { tenants: Tenant[]; existing: boolean; published: boolean }) {
  const form = useCampaignFormContext();
  // The slug follows the name until somebody types one.
  const follows = useRef(!existing && (form.values.slug === '' || form.values.slug === suggestSlug(form.values.name)));
  const name = form.getInputProps('name');
  const slug = form.getInputProps('slug');
  const client = form.getInputProps('tenantId');
  return (
    <Section id="basics">
      <div className="grid">
        <NativeSelect className="s6" label="Client" required {...client} disabled={existing}
          description={existing ? 'A campaign stays with its client' : undefined}
          data={[{ value: '', label: 'Choose…' }, ...tenants.map((t) => ({ value: t.id, label: t.name }))]} />
        <TextField className="s6" path="languages" label="Languages" description="Language tags, the first is the default" />
        <TextField className="s6" label="Name" required maxLength={200} path="name"
          onChange={(e) => {
            name.onChange(e);
            if (follows.current) form.setFieldValue('slug', suggestSlug(e.currentTarget.value));
          }} />
        <TextField className="s6" label="Slug" path="slug" maxLength={40} placeholder="summer-paris" disabled={published}
          description={published ? 'Fixed once published' : 'Part of the site’s address; unique in the installation'}
          onChange={(e) => {
            follows.current = e.currentTarget.value === '';
            slug.onChange(e);
          }} />
        <WholeField className="s6" path="forecastEntries" label="Forecast of entries" description="How many you expect (CAP Code 8.10)" />
        <Textarea className="s6" label="Further origins" description="Other pages that may show the form, one per line" autosize minRows={1} placeholder="https://www.example.com"
          {...form.getInputProps('allowedOrigins')} />
      </div>
    </Section>
  );
}

export function Dates() {
  const form = useCampaignFormContext();
  const names = useMemo(() => [...new Set([form.values.timeZone, ...zones()])].sort(), [form.values.timeZone]);
  return (
    <Section id="dates" intro="Entries are taken from opening until just before closing. The time zone decides what a day is.">
      <div className="grid">
        <TimeField className="s4" path="opensAt" label="Opens" />
        <TimeField className="s4" path="closesAt" label="Closes" />
        <NativeSelect className="s4" label="Time zone" data={names} {...form.getInputProps('timeZone')} description="Times above are local to it" inputWrapperOrder={['label', 'input', 'description', 'error']} />
      </div>
    </Section>
  );
}

export const PromoterSection = () => (
  <Section id="promoter" intro="Stands in the conditions beside the form (CAP Code 8.17.9).">
    <div className="grid">
      <TextField className="s4" path="promoter.name" label="Promoter’s name" placeholder="Acme Ltd" />
      <TextField className="s8" path="promoter.address" label="Promoter’s address" placeholder="1 High Street, Leeds LS1 1AA" />
    </div>
  </Section>
);

export function TermsSection() {
  const form = useCampaignFormContext();
  return (
    <Section id="terms" intro="A change of the text makes a new version; entrants agree to the version they saw.">
      <div className="grid">
        <Textarea label="Terms and conditions" autosize minRows={5} maxRows={18} {...form.getInputProps('terms.text')} />
        <Textarea label="Free route" description="How to enter without buying anything, as easy as any other way" autosize minRows={2} maxRows={8} {...form.getInputProps('terms.freeRoute')} />
      </div>
    </Section>
  );
}

export function BrandSection() {
  const form = useCampaignFormContext();
  const { headline, primaryColour, logoUrl } = form.values.brand;
  const colour = /^#[0-9a-f]{6}$/i.test(primaryColour) ? primaryColour : '#0b5fff';
  const onWhite = contrast(colour, '#ffffff');
  return (
    <Section id="brand">
      <div className="grid">
        <div className="s6 grid">
          <TextField path="brand.headline" label="Headline" placeholder="Win a weekend in Paris" />
          <TextField path="brand.primaryColour" label="Main colour" maxLength={7} rightSectionWidth={52}
            description={onWhite < 4.5 ? `As text on white its contrast is ${onWhite.toFixed(1)}:1, below 4.5:1: people may not be able to read links.` : `Contrast on white ${onWhite.toFixed(1)}:1`}
            rightSection={<input className="swatch" type="color" aria-label="Pick the main colour" value={colour} onChange={(e) => form.setFieldValue('brand.primaryColour', e.currentTarget.value)} />} />
          <TextField path="brand.logoUrl" label="Logo’s address" type="url" placeholder="https://…" />
        </div>
        <div className="s6">
          <Text size="sm" fw={500} mb={4} aria-hidden>Preview</Text>
          <div className="preview" aria-hidden>
            <div className="preview-top" style={{ background: colour, color: textOn(colour) }}>
              {/^https:\/\/\S+$/.test(logoUrl) && <img src={logoUrl} alt="" height={32} style={{ display: 'block', marginBottom: 8 }} referrerPolicy="no-referrer" />}
              {headline || form.values.name || 'Headline'}
            </div>
            <div className="preview-body">
              Enter your details for a chance to win.<br />
              <span style={{ display: 'inline-block', marginTop: 10, padding: '8px 16px', borderRadius: 6, background: colour, color: textOn(colour), fontWeight: 600 }}>Enter now</span>
            </div>
          </div>
        </div>
      </div>
    </Section>
  );
}
