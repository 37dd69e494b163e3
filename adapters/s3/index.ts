export { openS3Results, type S3Results } from './s3-results.ts'
