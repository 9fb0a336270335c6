/** Versions of the template, sites at the first of them, releases that move on with each reading, and one review with two conflicts. */
export function templateRoutes({ state, id, page, refuse }) {
  const at = (minutes = 0) => new Date(Date.now() + minutes * 60_000).toISOString();
  const head = (n) => String(n).padStart(40, '5');
  const versions = [
    { source: 'local', tag: 'v1.2.0', commit: head(12), message: 'Say who won beside the prize', seenAt: at(-30), sites: 0 },
    { source: 'local', tag: 'v1.1.0', commit: head(11), message: 'Larger buttons on telephones', seenAt: at(-600), sites: 0 },
    { source: 'local', tag: 'v1.0.0', commit: head(10), message: null, seenAt: at(-6000), sites: 1 },
  ];
  const files = [
    { path: 'app/page.tsx', oldPath: null, change: 'modified', verdict: 'merged', note: null },
    { path: 'public/logo.png', oldPath: null, change: 'none', verdict: 'kept', note: 'Both changed this picture: the site’s stays.' },
    { path: 'app/winners.tsx', oldPath: null, change: 'added', verdict: 'taken', note: null },
  ];
  const diff = `diff --git a/app/page.tsx b/app/page.tsx
index 1111111..2222222 100644
--- a/app/page.tsx
+++ b/app/page.tsx
@@ -1,4 +1,4 @@
 export default function Page() {
-  return <button>Enter</button>;
+  return <button className="large">Enter</button>;
 }
 // The site’s own line.
diff --git a/app/winners.tsx b/app/winners.tsx
new file mode 100644
--- /dev/null
+++ b/app/winners.tsx
@@ -0,0 +1,2 @@
+export const Winners = () => <ol />;
+// Who won, and what.
`;
  const base = 'export const Card = () => (\n  <section>\n    <h2>Enter</h2>\n  </section>\n);\n';
  const template = { releases: [], syncs: [], sites: new Map(), review: null, versions };
  state.template = template;

  const site = (c) => {
    if (!template.sites.has(c.id)) {
      template.sites.set(c.id, { tenantId: c.tenantId, campaignId: c.id, source: 'local', baseTag: 'v1.0.0', baseCommit: head(10), picks: [], behind: 2, policy: 'push', isPinned: false, skipped: [], refused: [], declined: [], localChanges: 3, review: null });
    }
    const latest = template.syncs.find((s) => s.campaignId === c.id && s.kind !== 'preview');
    return { ...template.sites.get(c.id), campaignName: c.name, campaignState: c.state, review: template.review?.review ?? null, latest: latest ? { ...latest.view, diff: null } : null };
  };
  const made = () => state.campaigns.filter((c) => c.templateVersion);
  const addSync = (c, over) => {
    const view = { id: id('syn'), kind: 'sync', releaseId: null, fromTag: 'v1.0.0', toTag: 'v1.2.0', picks: [], state: 'succeeded', result: 'pushed', reason: null, commit: head(20), deploymentId: null, health: 'healthy', files, diff, diffIsCut: false, createdAt: at(), endedAt: at(), ...over };
    template.syncs.unshift({ campaignId: c.id, kind: view.kind, view });
    return view;
  };
  template.openReview = () => {
    const conflict = (path, note, over) => ({ path, oldPath: null, verdict: 'conflict', note, isDecided: false, isBinary: false, isCut: false, site: null, base: null, template: null, proposed: null, ...over });
    template.review = {
      review: { number: 1, url: null, version: 'v1.2.0', hasConflicts: true, openedAt: at(-5) }, head: head(1), isDecided: false, diff, diffIsCut: false,
      files: [
        conflict('app/card.tsx', 'Both changed the same lines.', {
          site: base.replace('<h2>Enter', '<h2>Win a week in Paris'), base, template: base.replace('<h2>Enter', '<h2 id="enter">Enter now'),
          proposed: 'export const Card = () => (\n  <section>\n<<<<<<< site\n    <h2>Win a week in Paris</h2>\n||||||| base\n    <h2>Enter</h2>\n=======\n    <h2 id="enter">Enter now</h2>\n>>>>>>> template\n  </section>\n);\n' }),
        conflict('package.json', 'The setting "scripts.build" was changed on both sides; the site’s stands in the file.', { site: '{ "build": "next build --debug" }\n', base: '{ "build": "next build" }\n', template: '{ "build": "next build --turbo" }\n', proposed: '{ "build": "next build --debug" }\n' }),
        { ...conflict('app/page.tsx', null), verdict: 'merged', isDecided: true }, { ...conflict('public/logo.png', 'Both changed this picture: the site’s stays.'), verdict: 'kept', isDecided: true, isBinary: true },
      ],
    };
  };
  // Somebody works on the first file with their own git.
  template.commitToReview = () => {
    template.review.files[0].proposed = template.review.files[0].proposed.replace('</section>', '</section> {/* by hand */}');
    template.review.head = head(40);
  };

  /** Each reading of a release moves it on. */
  const stages = [
    (r) => (r.state = 'planned'), null,
    (r) => wave(r, 0, 'soaking', { pushed: 1 }, { soaksUntil: at(59) }), (r) => wave(r, 1, 'running', { pushed: 1, running: 1, conflict_pull_request: 1 }),
  ];
  const wave = (r, at_, waveState, counts, over = {}) => {
    if (at_ > 0) Object.assign(r.waves[at_ - 1], { state: 'succeeded', soaksUntil: null });
    Object.assign(r.waves[at_], { state: waveState, counts, ...over });
  };
  const advance = (r) => {
    if (!['planning', 'running'].includes(r.state) || r.holds) return;
    const stage = stages[r.stage];
    if (stage) stage(r);
    r.stage++;
  };
  const shown = ({ stage, holds, ...r }) => r;
  const release = (match) => template.releases.find((r) => r.id === match[1]);
  const rows = (r) => {
    const names = ['Summer in Paris', 'Autumn in Rome', 'Winter in Oslo', 'Spring in Bath'];
    const states = r.state === 'planned' || r.state === 'planning' ? ['pushed', 'conflict_pull_request', 'held', 'up_to_date'] : r.state === 'rolled_back' ? ['rolled_back', 'rolled_back', 'held', 'up_to_date'] : ['pushed', 'conflict_pull_request', 'running', 'pending'];
    const reasons = { conflict_pull_request: 'app/card.tsx was changed on both sides.', held: 'It closes in 20 hours.' };
    return names.map((campaignName, i) => ({ tenantId: 'ten_1', campaignId: made()[0]?.id ?? 'cmp_1', campaignName, wave: i === 0 ? 1 : 2, state: states[i], reason: reasons[states[i]] ?? null, health: states[i] === 'pushed' && r.state !== 'planned' ? 'healthy' : null,
      syncId: ['pushed', 'conflict_pull_request'].includes(states[i]) ? r.syncId : null, fromTag: 'v1.0.0', siteUrl: i === 0 ? 'http://127.0.0.1:9001/' : null, startedAt: null, endedAt: null }));
  };
  const steer = (verb, from, to, then = () => undefined) => ['POST', new RegExp(`^/v1/template/releases/(\\w+)/${verb}$`), ({ match }) => {
    const r = release(match);
    if (!from.includes(r.state)) return refuse(409, 'release.wrong_state', `It is ${r.state}.`);
    r.state = to;
    then(r);
    return { status: 202, body: shown(r) };
  }];
  const end = (match, body) => {
    if (body.head !== template.review.head) return refuse(409, 'template.review_changed', 'The review has changed since it was read: read it again.');
    template.review = null;
    return { status: 202, body: { head: body.head } };
  };
  return [
    ['GET', /^\/v1\/template\/versions$/, () => page(versions)],
    ['POST', /^\/v1\/template\/versions$/, () => ({ status: 202, body: { askedAt: at() } })],
    ['GET', /^\/v1\/template\/sites$/, () => page(made().map(site))],
    ['GET', /^\/v1\/template\/releases$/, () => page(template.releases.map(shown))],
    ['POST', /^\/v1\/template\/releases$/, ({ body }) => {
      const r = { id: id('rel'), version: body.version ?? null, picks: body.picks ?? [], state: body.dryRun ? 'planning' : 'running', message: null, stage: body.dryRun ? 0 : 2, createdAt: at(), createdBy: 'usr_admin', startedAt: null, endedAt: null,
        settings: { tenantIds: [], holdHoursBeforeClosing: body.holdHoursBeforeClosing, unhealthyMax: body.unhealthyMax, rollsBack: body.rollsBack, rehearses: body.rehearses },
        waves: body.waves.map((w, i) => ({ number: i + 1, state: 'pending', settings: { campaignIds: w.campaignIds ?? [], percent: w.percent ?? null, soakMinutes: w.soakMinutes }, sites: i === 0 ? 1 : 3, counts: i === 0 ? { pushed: 1 } : { conflict_pull_request: 1, held: 1, up_to_date: 1 }, startedAt: null, soaksUntil: null })) };
      r.syncId = addSync(made()[0], { kind: 'preview', releaseId: r.id, health: null }).id;
      template.releases.unshift(r);
      return { status: 202, body: shown(r) };
    }],
    ['GET', /^\/v1\/template\/releases\/(\w+)$/, ({ match }) => {
      advance(release(match));
      return { status: 200, body: shown(release(match)) };
    }],
    ['GET', /^\/v1\/template\/releases\/(\w+)\/sites$/, ({ match, url }) => page(rows(release(match)).filter((s) => !url.searchParams.get('state') || s.state === url.searchParams.get('state')))],
    steer('start', ['planned'], 'running', (r) => Object.assign(r, { stage: 2, startedAt: at() })),
    steer('pause', ['running'], 'paused'),
    steer('resume', ['paused'], 'running'),
    steer('roll-back', ['running', 'paused', 'succeeded'], 'rolled_back', (r) => Object.assign(r, { message: 'Rolled back by admin@example.com.', endedAt: at(), waves: r.waves.map((w) => ({ ...w, state: w.state === 'pending' ? 'pending' : 'rolled_back', soaksUntil: null, counts: { rolled_back: w.sites } })) })),
    ['GET', /^\/v1\/campaigns\/(\w+)\/template$/, ({ c }) => ({ status: 200, body: site(c) })],
    ['PATCH', /^\/v1\/campaigns\/(\w+)\/template$/, ({ c, body }) => {
      const own = (site(c), template.sites.get(c.id));
      if (body.policy) own.policy = body.policy;
      if (body.pinned !== undefined) own.isPinned = body.pinned;
      if (body.skip) own.skipped.push(body.skip);
      if (body.allow) own.skipped = own.skipped.filter((tag) => tag !== body.allow);
      if (body.refuse) own.refused.push(body.refuse);
      return { status: 200, body: site(c) };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)\/template\/syncs$/, ({ c }) => page(template.syncs.filter((s) => s.campaignId === c.id && !s.view.releaseId).map((s) => ({ ...s.view, diff: null })))],
    ['POST', /^\/v1\/campaigns\/(\w+)\/template\/syncs$/, ({ c, body }) => {
      if (body.picks?.includes('unknown')) return refuse(422, 'template.version_unknown', 'The template has no commit unknown.');
      const view = addSync(c, { kind: body.preview ? 'preview' : 'sync', toTag: body.version ?? null, picks: body.picks ?? [], health: body.preview ? null : 'healthy' });
      if (!body.preview) Object.assign(template.sites.get(c.id), { baseTag: body.version, behind: 0 });
      return { status: 202, body: { id: view.id, campaignId: c.id } };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)\/template\/syncs\/(\w+)$/, ({ match }) => ({ status: 200, body: template.syncs.find((s) => s.view.id === match[2]).view })],
    ['POST', /^\/v1\/campaigns\/(\w+)\/template\/syncs\/(\w+)\/roll-back$/, ({ c, match }) => {
      const back = template.syncs.find((s) => s.view.id === match[2]).view;
      Object.assign(template.sites.get(c.id), { baseTag: back.fromTag, behind: 2 });
      return { status: 202, body: { id: addSync(c, { kind: 'rollback', fromTag: back.toTag, toTag: back.fromTag }).id, campaignId: c.id } };
    }],
    ['GET', /^\/v1\/campaigns\/(\w+)\/template\/review$/, () => (template.review ? { status: 200, body: template.review } : refuse(404, 'template.no_review', 'Nothing is open to review.'))],
    ['POST', /^\/v1\/campaigns\/(\w+)\/template\/review\/resolve$/, ({ body }) => {
      const r = template.review;
      if (body.head !== r.head) return refuse(409, 'template.review_changed', 'The review has changed since it was read: read it again.');
      const file = r.files.find((f) => f.path === body.path);
      Object.assign(file, { isDecided: true, proposed: body.choice === 'text' ? body.text : file[body.choice] });
      r.isDecided = r.files.every((f) => f.isDecided);
      r.review.hasConflicts = !r.isDecided;
      const before = r.head;
      r.head = head(Number(r.head.slice(-2).replace(/^5/, '')) + 1);
      return { status: 202, body: { head: before } };
    }],
    ['POST', /^\/v1\/campaigns\/(\w+)\/template\/review\/(merge|close)$/, ({ match, body }) => end(match, body)],
  ];
}
