import { openMemoryHost, openProcessHost, openServerHost } from '../support/host.ts'
import { openLambdaHost } from '../support/lambda-host.ts'
import { describePredictionApi } from './prediction-api.ts'

describePredictionApi('as a function', openMemoryHost)
describePredictionApi('on a Node server', openServerHost)
describePredictionApi('in the container entry', openProcessHost)
describePredictionApi('in the local entry', environment => openProcessHost(environment, 'runtimes/local/main.ts'))
for (const source of ['API Gateway 2.0', 'API Gateway 1.0', 'a load balancer'] as const)
  describePredictionApi(`in Lambda events of ${source}`, environment => openLambdaHost(source, environment))
