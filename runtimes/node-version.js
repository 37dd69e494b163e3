// Plain JavaScript that any Node parses: says what is missing before the first TypeScript file is read.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `This needs Node 24 or newer; this is ${process.version}. On Linux and Windows "npm ci" brings it and "npm start" uses it; on macOS install it.`,
  )
  process.exit(1)
}
