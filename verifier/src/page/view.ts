import type { Certificate } from '../core/certificate';
import { replacements } from '../core/checks/events';
import { type Check, type CheckName, plural } from '../core/report';

const words = { ok: 'Holds', fail: 'Fails', note: 'Note' } as const;

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

function element(name: string, text = '', className = ''): HTMLElement {
  const made = document.createElement(name);
  // Always as text: what a certificate says is its maker's.
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

/** Shows the result and moves the focus to its heading. */
export function show(checks: readonly Check[], certificate: Certificate | null, ownRef: string | undefined): void {
  const verdict = verdictOf(checks, certificate);
  const heading = byId('verdict');
  [heading.textContent, heading.className] = [verdict.text, verdict.kind];
  byId('summary').textContent = verdict.summary;
  showOwn(checks);
  byId('checks').querySelector('tbody')?.replaceChildren(...checks.map(row));
  byId('facts').replaceChildren(...(certificate !== null && checks[0]?.status === 'ok' ? [...facts(certificate), places(certificate, ownRef)] : []));
  byId('result').hidden = false;
  heading.focus();
}

export function hide(): void {
  byId('result').hidden = true;
}

function verdictOf(checks: readonly Check[], certificate: Certificate | null): { text: string; kind: Check['status']; summary: string } {
  const count = (status: Check['status']) => checks.filter((c) => c.status === status).length;
  const failing = checks.filter((c) => c.status === 'fail').map((c) => c.name);
  const counted = `${plural(count('ok'), 'check holds', 'checks hold')}, ${plural(count('fail'), 'fails', 'fail')}, ${plural(count('note'), 'note')}.`;
  const draw = failing.filter((name) => name !== 'inclusion');
  if (draw.length > 0) return { text: draw.every((name) => name === 'instant') ? 'The instant wins do not hold' : 'This certificate does not hold', kind: 'fail', summary: `${counted} Failing: ${failing.join(', ')}.` };
  if (failing.length > 0) return { text: 'The certificate holds, but your entry was not found as you gave it', kind: 'fail', summary: counted };
  if (!checks.some((c) => c.name === 'schema')) return { text: 'The instant wins hold', kind: 'ok', summary: counted };
  const level = checks.find((c) => c.name === 'level');
  if (level?.reason.includes('not evidence')) return { text: 'Every check holds, but this level is not evidence', kind: 'note', summary: counted };
  if (certificate?.events.some((e) => e.kind === 'voided') === true) return { text: 'Every check holds; this draw was declared void', kind: 'note', summary: counted };
  const unknown = (name: CheckName) => checks.some((c) => c.name === name && c.status === 'note' && c.reason.includes('unknown'));
  const missing = [
    ...(unknown('platform-signature') ? ['who signed'] : []),
    ...(unknown('timestamp') ? ['whose clock it was'] : []),
  ];
  return missing.length > 0
    ? { text: `Every check holds; ${missing.join(' and ')} is not known here`, kind: 'note', summary: `${counted} Give the keys that you trust, to know it.` }
    : { text: 'This certificate holds', kind: 'ok', summary: counted };
}

function row(check: Check): HTMLElement {
  const tr = element('tr');
  const result = element('td');
  result.append(element('span', words[check.status], `tag ${check.status}`));
  const name = element('th', check.name);
  name.setAttribute('scope', 'row');
  tr.append(result, name, element('td', check.reason));
  return tr;
}

function showOwn(checks: readonly Check[]): void {
  const own = checks.filter((c) => c.name === 'inclusion');
  byId('own').hidden = own.length === 0;
  byId('own-reason').textContent = own.map((c) => `${words[c.status]}: ${c.reason}.`).join(' ');
}

function facts(certificate: Certificate): HTMLElement[] {
  const { counts, rules, commitment: { body } } = certificate;
  const list = element('dl');
  const said: [string, string][] = [
    ['Draw', `${certificate.name} (${certificate.drawId})`], ['Campaign', certificate.campaign.name],
    ['Promoter', [certificate.promoter.name, certificate.promoter.address].filter((t) => t !== '').join(', ')], ['Level of evidence', certificate.level],
    ['Entries', `${plural(counts.eligible, 'eligible entry', 'eligible entries')} of ${plural(counts.persons, 'person')} with ${plural(counts.tickets, 'ticket')}; ${counts.excluded.toLocaleString('en-GB')} excluded`],
    ['Rule', rules.rule === 'one-per-person' ? 'a person is drawn once at most' : 'a person may be drawn more than once'],
    ['Frozen', certificate.frozenAt], ['Committed', body.committedAt],
  ];
  for (const [name, value] of said) list.append(element('dt', name), element('dd', value));
  return [element('h2', 'What the certificate says'), list];
}

function places(certificate: Certificate, ownRef: string | undefined): HTMLElement {
  const scroll = element('div', '', 'scroll');
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'Order');
  scroll.tabIndex = 0;
  const table = element('table');
  const head = element('tr');
  for (const name of ['Position', 'Role', 'Prize', 'Entry reference']) {
    const th = element('th', name);
    th.setAttribute('scope', 'col');
    head.append(th);
  }
  const [thead, tbody] = [element('thead'), element('tbody')];
  thead.append(head);
  const moves = replacements(certificate);
  // A page with a million rows helps nobody: the file has them all.
  for (const place of certificate.order.slice(0, 1000)) {
    const tr = element('tr', '', place.entryRef === ownRef ? 'own' : '');
    const position = element('th', String(place.position));
    position.setAttribute('scope', 'row');
    const up = moves.find((m) => m.by === place.position);
    const gone = moves.some((m) => m.position === place.position);
    const role = up === undefined ? (gone ? `${place.role}, replaced` : place.role) : `${place.role}, moved up for winner ${up.position}`;
    tr.append(position, element('td', role), element('td', place.prize ?? ''), element('td', place.entryRef, 'mono'));
    tbody.append(tr);
  }
  table.append(element('caption', certificate.order.length > 1000 ? 'Order (the first 1,000 positions)' : 'Order'), thead, tbody);
  scroll.append(table);
  return scroll;
}
