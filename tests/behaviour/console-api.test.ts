import { openMemoryHost, openProcessHost, openServerHost } from '../support/host.ts'
import { openLambdaHost } from '../support/lambda-host.ts'
import { describeConsoleApi } from './console-api.ts'

describeConsoleApi('as a function', openMemoryHost)
describeConsoleApi('on a Node server', openServerHost)
describeConsoleApi('in the container entry', openProcessHost)
describeConsoleApi('in Lambda', environment => openLambdaHost('API Gateway 2.0', environment))
