import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { NextConfig } from 'next';

const project = process.cwd();

/**
 * The nearest folder, from the project upwards, whose node_modules holds Next itself. A builder may keep one installation
 * for many sites in a folder above them; the bundler only reads files below its root, so the root must be that folder.
 */
function rootWithDependencies(): string {
  for (let folder = project; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', 'next', 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('Next is not installed here or in a folder above: run npm ci --ignore-scripts.');
  }
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  if (statSync(folder).isFile()) return [folder];
  return readdirSync(folder).sort().flatMap((name) => filesBelow(join(folder, name)));
}

/** Names the build after what it is made of, so that the same sources always give the same files. */
function contentBuildId(): string {
  const hash = createHash('sha256');
  for (const source of ['app', 'components', 'lib', 'styles', 'content', 'package-lock.json', 'next.config.ts']) {
    for (const file of filesBelow(join(project, source))) hash.update(relative(project, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}

const root = rootWithDependencies();

const config: NextConfig = {
  output: 'export',
  // Every page becomes folder/index.html, which any static server serves for /folder and /folder/ alike.
  trailingSlash: true,
  images: { unoptimized: true },
  poweredByHeader: false,
  generateBuildId: contentBuildId,
  outputFileTracingRoot: root,
  turbopack: { root },
};

export default config;
