import { defineConfig } from 'vitest/config';

import { stijl } from './build/plugin';

export default defineConfig({
  plugins: [stijl()],
  build: {
    target: 'es2022',
    lib: { entry: 'src/index.ts', name: 'Wegwijzer', formats: ['iife'], fileName: () => 'wegwijzer-chat.js' },
  },
  test: { include: ['tests/**/*.test.ts'] },
});
