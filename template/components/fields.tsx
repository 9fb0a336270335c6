'use client';

import type { InputHTMLAttributes, ReactNode } from 'react';
import { texts } from '../lib/texts';
import type { FormField } from '../lib/types';

/** The id of an input, from its name. */
export const idOf = (name: string): string => `field-${name.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`;

interface FrameProps { name: string; label: string; required: boolean; hint?: string | undefined; error?: string | undefined; children: (describedBy: string | undefined) => ReactNode }

function FieldFrame({ name, label, required, hint, error, children }: FrameProps) {
  const id = idOf(name);
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={error ? 'field field-wrong' : 'field'}>
      <label htmlFor={id}>{label}{!required && <span className="field-optional"> ({texts.form.optional})</span>}</label>
      {hint && <p className="field-hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p className="field-error" id={`${id}-error`}>{error}</p>}
      {children(describedBy)}
    </div>
  );
}

type TextProps = { name: string; label: string; required?: boolean; hint?: string | undefined; error?: string | undefined; disabled?: boolean }
  & Pick<InputHTMLAttributes<HTMLInputElement>, 'type' | 'autoComplete' | 'inputMode' | 'min' | 'max' | 'maxLength' | 'spellCheck' | 'autoCapitalize' | 'step'>;

export function TextField({ name, label, required = false, hint, error, ...input }: TextProps) {
  return (
    <FieldFrame {...{ name, label, required, hint, error }}>
      {(describedBy) => (
        <input id={idOf(name)} name={name} aria-required={required || undefined} aria-invalid={error ? true : undefined} aria-describedby={describedBy} {...input} />
      )}
    </FieldFrame>
  );
}

export function TextArea({ name, label, required = false, hint, error, autoComplete, maxLength }: Pick<TextProps, 'name' | 'label' | 'required' | 'hint' | 'error' | 'autoComplete' | 'maxLength'>) {
  return (
    <FieldFrame {...{ name, label, required, hint, error }}>
      {(describedBy) => (
        <textarea id={idOf(name)} name={name} rows={4} aria-required={required || undefined} aria-invalid={error ? true : undefined} aria-describedby={describedBy} autoComplete={autoComplete} maxLength={maxLength} />
      )}
    </FieldFrame>
  );
}

interface TickProps { name: string; children: ReactNode; hint?: string; error?: string | undefined; required?: boolean; onChange?: (ticked: boolean) => void }

/** A checkbox, never ticked beforehand: consent that was not given is no consent. */
export function TickField({ name, children, hint, error, required = false, onChange }: TickProps) {
  const id = idOf(name);
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={error ? 'field tick field-wrong' : 'field tick'}>
      {error && <p className="field-error" id={`${id}-error`}>{error}</p>}
      <div className="tick-row">
        <input type="checkbox" id={id} name={name} aria-required={required || undefined} aria-invalid={error ? true : undefined} aria-describedby={describedBy}
          onChange={onChange && ((event) => onChange(event.currentTarget.checked))} />
        <label htmlFor={id}>{children}</label>
      </div>
      {hint && <p className="field-hint tick-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

/** A field that the campaign added. */
export function CampaignField({ field, error }: { field: FormField; error?: string | undefined }) {
  const name = `answers.${field.name}`;
  const { label, required } = field;
  const common = { id: idOf(name), name, 'aria-required': required || undefined, 'aria-invalid': error ? true : undefined } as const;
  switch (field.type) {
    case 'checkbox':
      return <TickField name={name} error={error} required={required}>{label}</TickField>;
    case 'textarea':
      return <FieldFrame {...{ name, label, required, error }}>{(describedBy) => <textarea {...common} aria-describedby={describedBy} rows={4} maxLength={2000} />}</FieldFrame>;
    case 'select':
      return (
        <FieldFrame {...{ name, label, required, error }}>
          {(describedBy) => (
            <select {...common} aria-describedby={describedBy} defaultValue="">
              <option value="">{texts.form.choose}</option>
              {(field.options ?? []).map((option) => <option key={option} value={option}>{option}</option>)}
            </select>
          )}
        </FieldFrame>
      );
    case 'number':
      return <TextField {...{ name, label, required, error }} type="text" inputMode="decimal" autoComplete="off" maxLength={40} />;
    default:
      return <TextField {...{ name, label, required, error }} type={field.type} autoComplete="off" maxLength={500} />;
  }
}
