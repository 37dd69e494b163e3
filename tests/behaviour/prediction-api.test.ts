import { openMemoryHost, openProcessHost, openServerHost } from '../support/host.ts'
import { describePredictionApi } from './prediction-api.ts'

describePredictionApi('as a function', openMemoryHost)
describePredictionApi('on a Node server', openServerHost)
describePredictionApi('in the container entry', openProcessHost)
describePredictionApi('in the local entry', environment => openProcessHost(environment, 'runtimes/local/main.ts'))
