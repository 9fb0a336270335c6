// Builds dist/: verify.mjs (the command line), index.html (the verifier's page) and observe.html (the observer's), each one file that needs
// nothing else; and index.csp and observe.csp, the pages' policies as an HTTP header has them.
//   node build.mjs               all of it
//   node build.mjs --validator   only the compiled schema that the sources import
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const at = (...names) => join(here, ...names);

/** In one move: whoever runs the old file while this is built never meets half of the new one. */
function put(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** The schema as code, compiled now: compiling it in the page would need a policy that allows eval. */
async function validator() {
  const schema = JSON.parse(readFileSync(at('schema/certificate.schema.json'), 'utf8'));
  const ajv = new Ajv.default({ code: { source: true, esm: true }, strict: true, allErrors: false });
  const source = standalone.default(ajv, { validate: 'certificate' }, void ajv.addSchema(schema, 'certificate'));
  mkdirSync(at('src/generated'), { recursive: true });
  await build({
    stdin: { contents: source, resolveDir: here, loader: 'js' }, bundle: true, format: 'esm', platform: 'neutral', minify: true,
    mainFields: ['main'], outfile: at('src/generated/certificate-schema.js'),
  });
  writeFileSync(at('src/generated/certificate-schema.d.ts'),
    'export const validate: ((value: unknown) => boolean) & { errors?: { instancePath: string; message?: string; params: Record<string, unknown> }[] | null };\n');
}

/** Instant wins are recomputed where src/instant/ is there to do it. */
const instant = {
  name: 'instant',
  setup(bundler) {
    bundler.onResolve({ filter: /^virtual:instant$/ }, () =>
      existsSync(at('src/instant/index.ts')) ? { path: at('src/instant/index.ts') } : { path: 'none', namespace: 'instant' });
    bundler.onLoad({ filter: /.*/, namespace: 'instant' }, () => ({ contents: 'export const verifyInstant = undefined;' }));
  },
};

const options = { bundle: true, format: 'esm', target: 'es2022', legalComments: 'eof', plugins: [instant], charset: 'ascii', logLevel: 'warning' };

async function commandLine() {
  const { outputFiles } = await build({ ...options, entryPoints: [at('src/cli/main.ts')], platform: 'node', target: 'node20', write: false });
  put(at('dist/verify.mjs'), outputFiles[0].text);
}

/** @param talksTo where the page may send to, for its policy */
async function page(folder, name, styles, talksTo) {
  const { outputFiles } = await build({
    ...options, entryPoints: [at(`src/${folder}/main.ts`)], platform: 'browser', format: 'iife', minify: true, write: false });
  // "</script" in a text would end the script; within JavaScript "<\/script" is the same.
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--').trim();
  const style = styles.map((file) => readFileSync(at('src', file), 'utf8').trim()).join('\n');
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  // Only this script and this style may run, and nothing may be loaded. The verifier's page may not even send: it works offline, and tells nobody.
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; ${talksTo === null ? '' : `connect-src ${talksTo}; `}base-uri 'none'; form-action 'none'`;
  const html = readFileSync(at(`src/${folder}/index.html`), 'utf8')
    .replace('{{policy}}', () => policy).replace('{{style}}', () => style).replace('{{script}}', () => script);
  put(at(`dist/${name}.html`), html);
  // For whoever serves the page with a policy of their own: the same one as a header's value.
  put(at(`dist/${name}.csp`), `${policy}; frame-ancestors 'none'\n`);
}

await validator();
if (!process.argv.includes('--validator')) {
  await commandLine();
  await page('page', 'index', ['page/page.css'], null);
  await page('observe', 'observe', ['page/page.css', 'observe/observe.css'], "'self'");
}
