import { runCommand } from '../cli/program.ts'
import { createServeCommand } from '../container/serve-command.ts'

// the server of the container as a Web Function of Lambda, which says where to listen, and means exactly there
const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(process.env.AWS_LAMBDA_HTTP_ENDPOINT ?? '') ?? []
process.exitCode = await runCommand(createServeCommand(), [...process.argv, '--host', host, '--port', port])
