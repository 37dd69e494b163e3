#!/usr/bin/env node
import '../node-version.js'
import '../compile-cache.js'

// imported only after the check: older Nodes stop at the first line of TypeScript
await import('./main.ts')
