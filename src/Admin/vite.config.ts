import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The platform serves dist/ at /admin/, the same origin as the API.
export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  build: {
    target: 'es2023',
    // Browsers that know light-dark() themselves: lowered, it would not follow Mantine's colour scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The policy is default-src 'self': nothing may be inlined as a data: URL but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': process.env.PLATFORM_URL ?? 'http://127.0.0.1:8080' } },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
});
