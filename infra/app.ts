import { readFileSync } from 'node:fs'
import { makeApplication } from './application.ts'
import { readConfiguration } from './configuration.ts'

const text = readFileSync(new URL('configuration.json', import.meta.url), 'utf8')
makeApplication(readConfiguration(JSON.parse(text)), process.env.CDK_OUTDIR).synth()
