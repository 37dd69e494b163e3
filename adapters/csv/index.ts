export { loadDataset, type SurveyedCsv, surveyCsv } from './load-dataset.ts'
export { type CsvReceiver, readCsv } from './read-csv.ts'
