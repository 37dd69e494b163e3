import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where the API is, seen from the console: the same origin, unless the console is hosted apart (S3 and CloudFront). */
const apiOrigin = process.env.API_ORIGIN ?? ''

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), ...(apiOrigin === '' ? [] : [ownPolicy(apiOrigin)])],
  define: { API_ORIGIN: JSON.stringify(apiOrigin) },
  build: {
    outDir: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // the content security policy knows no data: scripts or styles
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'docs.html'].map(page => fileURLToPath(new URL(page, import.meta.url))),
    },
    // Swagger UI is one script of 1.4 MB, which only its own page loads
    chunkSizeWarningLimit: 2000,
  },
})

/** Whoever hosts plain files may not send headers: then the page itself says what it may load and whom it may ask. */
function ownPolicy(origin: string): Plugin {
  const content = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src ${origin}; base-uri 'none'; form-action 'self'`
  return {
    name: 'own-policy',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content }, injectTo: 'head-prepend' },
    ],
  }
}
