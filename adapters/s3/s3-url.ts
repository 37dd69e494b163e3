export function parseS3Url(url: string): { bucket: string; prefix: string } {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url) ?? []
  if (bucket === undefined) throw new Error(`"${url}" is no place in S3; write s3://bucket/prefix`)
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` }
}
