import { createServer } from 'node:http'

// The floor: Node's own HTTP server, which reads the body and sends it back unparsed.
createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(Buffer.concat(chunks))
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
