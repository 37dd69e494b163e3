export { type S3Place, toS3Url } from './s3-api.ts'
export { LEAST_COPIED_BYTES, openS3Objects, type S3Objects } from './s3-objects.ts'
export { openS3Results, type S3Results } from './s3-results.ts'
export type { S3Object } from './s3-source.ts'
