export { renderReport } from './report-page.ts'
export { renderRun } from './run-picture.ts'
export { renderSpending } from './spending-picture.ts'
