export { addedColumns, type RowError, type ScoreBlock, type ScoredBlock } from './block.ts'
export type { ColumnOptions } from './match-columns.ts'
export { compileScorer, type FileFormat, type FilePlan } from './plan.ts'
export { type BlockScorer, type FileJob, type Progress, scoreFile } from './score-file.ts'
