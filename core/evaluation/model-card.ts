import type { Manifest } from '../manifest.ts'
import type { Report } from './report.ts'

export function toModelCard(_manifest: Manifest, _report: Report, _previousCard?: string): string {
  return ''
}
