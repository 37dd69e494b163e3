export { renderReport } from './report-page.ts'
