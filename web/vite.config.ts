/**
 * Build of the pages. Django renders each page from `dist/.vite/manifest.json`: the entry whose `name` is the
 * page's (`index` for the map wall, `editor` for the grid editor, `incident` for the one-click page). In development the API and tiles are taken from WANGGE_BACKEND.
 */
import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { fileURLToPath, URL } from 'node:url'
import { defineConfig } from 'vitest/config'

const backend = process.env.WANGGE_BACKEND ?? 'http://127.0.0.1:8000'

const page = (name: string): string => fileURLToPath(new URL(`./${name}.html`, import.meta.url))

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/web/' : '/',
  plugins: [vue(), ElementPlus({})],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: 'dist',
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 1400,
    rollupOptions: { input: { index: page('index'), editor: page('editor'), incident: page('incident') } },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': backend, '/tiles': backend, '/events': backend } },
  test: { include: ['tests/**/*.test.ts'], environment: 'happy-dom' },
}))
