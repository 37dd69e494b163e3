import { readFileSync } from 'node:fs'
import { makeApplication } from './application.ts'
import { readConfiguration } from './configuration.ts'

// another configuration may be named by its path
const file = process.argv[2] ?? new URL('configuration.json', import.meta.url)
makeApplication(readConfiguration(JSON.parse(readFileSync(file, 'utf8'))), process.env.CDK_OUTDIR).synth()
