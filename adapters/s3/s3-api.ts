import type { S3Client } from '@aws-sdk/client-s3'

/** The AWS SDK's module for S3 and a client made of it. */
export type S3Api = { readonly sdk: typeof import('@aws-sdk/client-s3'); readonly client: S3Client }

/** Where an object lies. */
export type S3Place = { readonly bucket: string; readonly key: string }

/** Loads the SDK only where S3 is really used: it costs 100 ms of a start. Region, credentials and endpoint come from AWS's own variables. */
export async function openS3Api(): Promise<S3Api> {
  const sdk = await import('@aws-sdk/client-s3')
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env
  // other servers of the protocol know buckets by path alone
  const forcePathStyle = AWS_ENDPOINT_URL_S3 !== undefined || AWS_ENDPOINT_URL !== undefined
  return { sdk, client: new sdk.S3Client({ forcePathStyle }) }
}

export function toS3Url({ bucket, key }: S3Place): string {
  return `s3://${bucket}/${key}`
}

/** Whether S3 says that there is nothing in the place. */
export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  return name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404
}
