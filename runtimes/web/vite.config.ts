import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where the API is, seen from the console: the same origin, unless the console is hosted apart (S3 and CloudFront). */
const apiOrigin = process.env.API_ORIGIN ?? ''

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  define: { API_ORIGIN: JSON.stringify(apiOrigin) },
  build: {
    outDir: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // the content security policy knows no data: scripts or styles
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
